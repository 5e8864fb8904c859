// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FillBody, OrderBody } from "../../api/schema";
import type { Venue } from "../../core/venue";
import { done, rendered } from "../../test/rendered";
import { INSTRUMENT, accountBody, answerRest, fakeVenue, orderBody } from "../../test/venue";
import { Fills } from "./activity/fills";
import { History } from "./activity/history";
import { TradeProvider } from "./state";

const { there } = vi.hoisted(() => ({ there: { venue: null as Venue | null } }));
vi.mock("../../app/session", () => ({ useVenue: () => there.venue }));

const past: { fills: FillBody[]; orders: OrderBody[] } = { fills: [], orders: [] };

function fill(trade_id: string, minute: string): FillBody {
  const order = { order_id: trade_id, symbol: "A", side: "buy", role: "taker" } as const;
  const sums = { cum_qty: "1", leaves_qty: "0", cash: "1.00", fee: "0.00", event_seq: 1 };
  return { ...order, ...sums, trade_id, qty: trade_id, price: "10.00", time: timeOf(minute) };
}

const timeOf = (minute: string) => `2026-01-30T13:${minute}:00Z`;

/** One event of the account, as its channel tells it. */
function event(seq: number, members: object): object {
  const common = { seq, account_seq: seq, account_id: "1", cash: { free: "1.00", held: "0.00" } };
  return { first_seq: 1, last_seq: seq, events: [{ ...common, ...members }] };
}

async function shown(view: React.ReactNode) {
  const made = fakeVenue();
  there.venue = made.venue;
  const { box } = await rendered(<TradeProvider instrument={INSTRUMENT}>{view}</TradeProvider>);
  const column = (label: string) =>
    [...box.querySelectorAll(`td[data-label="${label}"]`)].map((cell) => cell.textContent);
  return { ...made, column };
}

const later = (ms = 50) => done(() => void vi.advanceTimersByTime(ms));

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(past, { fills: [], orders: [] });
  answerRest({ "/history/fills": () => ({ fills: past.fills }), "/orders": () => past });
});
afterEach(async () => {
  await rendered(null);
  there.venue?.stop();
  vi.useRealTimers();
});

test("a fill of an outage is there after it, at its place", async () => {
  past.fills = [fill("1", "01")];
  const { column, say } = await shown(<Fills />);
  await later();
  const fresh = { ...fill("2", "02"), event: "filled", last_qty: "2", last_price: "10.00" };
  const position = { free: "1", held: "0", total: "1" };
  await done(() => say("account", "account:1", event(200, { ...fresh, position })));
  await later();
  expect(column("Quantity")).toEqual(["2", "1"]);
  past.fills = [fill("3", "03"), fill("2", "02"), fill("1", "01")];
  await done(() => say("account_snapshot", "account:1", { account: accountBody("1") }));
  await later();
  await later();
  expect(column("Quantity")).toEqual(["3", "2", "1"]);
});

test("an order that was filled at once is in the history at once", async () => {
  const { column, say } = await shown(<History />);
  await later();
  expect(column("Symbol")).toEqual([]);
  past.orders = [orderBody("7", { status: "filled" })];
  // It was never open: the number of open orders is what it was.
  const refused = event(200, { event: "refused", symbol: "A" });
  await done(() => say("account", "account:1", refused));
  await later();
  await later();
  expect(column("Symbol")).toEqual(["A"]);
});

test("the past says what it is: the role of a fill, the trigger of an order, its exact average", async () => {
  past.fills = [fill("1", "01")];
  const stop = {
    type: "stop_limit",
    status: "filled",
    price: "12.20",
    stop_price: "12.00",
  } as const;
  past.orders = [orderBody("7", { ...stop, cum_qty: "1000", cum_value: "12085.6" })];
  const fills = await shown(<Fills />);
  await later();
  expect(fills.column("Role")).toEqual(["Taker"]);
  fills.venue.stop();
  const { column } = await shown(<History />);
  await later();
  expect(column("Price")).toEqual(["12.00 → 12.20Trigger 12.00, limit 12.20"]);
  expect(column("Average price")).toEqual(["12.0856"]);
});
