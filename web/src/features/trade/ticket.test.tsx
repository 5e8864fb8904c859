// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Handlers, useHotkeys, useKeyboard } from "../../app/keyboard";
import type { QuoteOut } from "../../api/schema";
import type { Venue } from "../../core/venue";
import { done, press, rendered, type } from "../../test/rendered";
import { INSTRUMENT, QUOTE, accountBody, answerRest, fakeVenue } from "../../test/venue";
import { TradeProvider } from "./state";
import { Ticket } from "./ticket";

const { there } = vi.hoisted(() => ({ there: { venue: null as Venue | null } }));
vi.mock("../../app/session", () => ({ useVenue: () => there.venue }));

const USD = {
  ...INSTRUMENT,
  currency: "USD",
  band: { low: "60.00", high: "180.00" },
  fees: { maker_ppm: 100, taker_ppm: 200 },
};
const CASH = { free: "10000.00", held: "0.00", total: "10000.00" };
const MARKET: QuoteOut = { ...QUOTE, bid: "120.70", ask: "120.90", last: "120.88" };

function Page({ handlers }: { handlers: Handlers }) {
  useKeyboard();
  useHotkeys(handlers);
  return <Ticket />;
}

/** The ticket at a market of about 120.88, of somebody with 10,000 dollars. */
async function ticket(preview: object = {}, handlers: Handlers = {}) {
  answerRest({ "/preview": () => preview });
  const made = fakeVenue([accountBody("1", { currency: "USD", cash: CASH })]);
  there.venue = made.venue;
  made.say("quote_snapshot", "quote:*", { quotes: [MARKET] });
  const { box } = await rendered(
    <TradeProvider instrument={USD}>
      <Page handlers={handlers} />
    </TradeProvider>,
  );
  const field = (label: string) => {
    const found = [...box.querySelectorAll("label")].find((each) => each.textContent === label);
    return box.querySelector<HTMLInputElement>(`[id="${found?.htmlFor}"]`);
  };
  const click = (text: string) =>
    done(() => {
      [...box.querySelectorAll("button")].find((each) => each.textContent === text)?.click();
    });
  const fill = (label: string, text: string) => type(field(label), text);
  const text = (selector: string) => box.querySelector(selector)?.textContent ?? null;
  const items = () => [...box.querySelectorAll(".fate li")].map((each) => each.textContent);
  const rows = () =>
    [...box.querySelectorAll(".summary .ticket-row")].map((row) =>
      [...row.children].map((each) => each.textContent).join(": "),
    );
  return { box, click, field, fill, items, rows, text };
}

/** The venue has answered what the order would do. */
async function foreseen() {
  for (const ms of [200, 0, 0]) await done(() => void vi.advanceTimersByTime(ms));
}

beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  await rendered(null);
  there.venue?.stop();
  vi.useRealTimers();
});

describe("a refusal for want of cash", () => {
  test("says how much there is and what it buys at this price", async () => {
    const refusal = { code: "insufficient_funds", detail: "", expected: "at most 10000.00" };
    const { fill, text } = await ticket({ refusal });
    await fill("Price", "120.00");
    await fill("Quantity", "1000");
    await foreseen();
    expect(text(".notice")).toBe(
      "There is not enough free cash for this. Free cash: $10,000.00. At most 83 at 120.00.",
    );
  });
});

/** An answer about an order of which nothing happens yet. */
const FORESEEN = {
  amount: "0.00",
  canceled_qty: "0",
  cash_after: CASH,
  fee: "0.00",
  filled_qty: "0",
  filled_value: "0.00",
  resting_qty: "0",
  waiting_qty: "0",
};

test("the sums of an order that rests add up, with the fee that is held for it", async () => {
  const cash_after = { free: "8792.15", held: "1207.85", total: "10000.00" };
  const preview = { ...FORESEEN, resting_qty: "10", cash_after };
  const { fill, items, rows } = await ticket({ preview });
  await fill("Price", "120.76");
  await fill("Quantity", "10");
  await foreseen();
  expect(items()).toEqual(["10 would rest in the book"]);
  expect(rows()).toEqual(["Cost: $1,207.60", "Fee, at most: $0.25", "Cash after: $8,792.15"]);
});

describe("how far an order without a limit goes", () => {
  test("is told of a market order, and of a stop on either side", async () => {
    const { click, fill, items } = await ticket();
    await click("Market");
    await fill("Quantity", "3");
    expect(items()).toEqual(["Buys at 126.95 at most"]);
    await click("Stop");
    await fill("Trigger", "130.00");
    expect(items()).toEqual(["Buys at 136.50 at most"]);
    await click("Sell");
    await fill("Trigger", "100.00");
    expect(items()).toEqual(["Sells at 95.00 at least"]);
    await click("Limit");
    await fill("Price", "100.00");
    expect(items()).toEqual([]);
  });

  test("a stop whose trigger has been reached says so", async () => {
    const preview = { ...FORESEEN, canceled_qty: "3" };
    const { click, fill, items } = await ticket({ preview });
    await click("Stop");
    await fill("Trigger", "100.00");
    await fill("Quantity", "3");
    await foreseen();
    expect(items()).toEqual([
      "Buys at 105.00 at most",
      "The trigger is reached already: the order would be triggered at once",
      "3 would be cancelled at once",
    ]);
    await fill("Trigger", "120.89");
    expect(items()).toEqual(["Buys at 126.94 at most"]);
  });
});

describe("the keys of a side", () => {
  test("lead to the quantity, where digits are typed, and Escape leaves it", async () => {
    const interval = vi.fn<() => void>();
    const { box, field } = await ticket({}, { interval1: interval });
    const quantity = field("Quantity");
    for (const [key, side] of [
      ["s", "sell"],
      ["b", "buy"],
    ] as const) {
      await done(() => void press(box, key));
      expect(box.querySelector(".ticket")?.getAttribute("data-side")).toBe(side);
      expect(document.activeElement).toBe(quantity);
      press(document.activeElement as Element, "1");
      expect(interval).not.toHaveBeenCalled();
      await done(() => void press(quantity as Element, "Escape"));
      expect(document.activeElement).toBe(document.body);
    }
    press(box, "1");
    expect(interval).toHaveBeenCalledOnce();
  });
});

describe("a draft that is no order", () => {
  test("says which field is in the way", async () => {
    const { click, fill, text } = await ticket();
    const hint = () => text(".ticket-hint");
    expect(hint()).toBe("Enter a quantity to see what the order would do.");
    await fill("Price", "120.123");
    await fill("Quantity", "5");
    expect(hint()).toBe("Correct this first: Price");
    await fill("Price", "");
    expect(hint()).toBe("Still empty: Price");
    await click("Stop");
    expect(hint()).toBe("Still empty: Trigger");
    await fill("Quantity", "5.5");
    expect(hint()).toBe("Correct this first: Quantity");
    expect(text(".field-error")).toBe("Whole units only");
  });
});
