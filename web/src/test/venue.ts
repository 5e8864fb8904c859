// For tests of what asks the venue: one at the other end of a socket, that says what it is told to.

import { vi } from "vitest";
import type { AccountBody, InstrumentBody, OrderBody, QuoteOut } from "../api/schema";
import type { LinkEvents, Links } from "../core/feed/link";
import { Venue } from "../core/venue";

export const INSTRUMENT: InstrumentBody = {
  instrument_id: "0",
  symbol: "A",
  currency: "BRL",
  price_decimals: 2,
  qty_decimals: 0,
  tick_size: "0.01",
  lot_size: "1",
  order_qty_max: "1000",
  price_limit: "1000.00",
  band: { low: "5.00", high: "40.00" },
  fees: { maker_ppm: 0, taker_ppm: 0 },
  phase: "continuous",
  policy: "price_time",
};

export const QUOTE: QuoteOut = {
  symbol: "A",
  phase: "continuous",
  bid: "9.90",
  ask: "10.10",
  last: "10.00",
  day: { volume: "0", value: "0", trades: 0 },
};

export function accountBody(account_id: string, members: Partial<AccountBody> = {}): AccountBody {
  return {
    account_id,
    owner: "2",
    currency: "BRL",
    self_trade: "cancel_newest",
    status: "active",
    cash: { free: "1000.00", held: "0.00", total: "1000.00" },
    account_seq: 1,
    opened_at: "2026-01-30T13:00:00Z",
    open_orders: 0,
    positions: [{ symbol: "A", free: "50", held: "0", total: "50" }],
    ...members,
  };
}

/** An order that rests in the book. */
export function orderBody(order_id: string, members: Partial<OrderBody> = {}): OrderBody {
  return {
    order_id,
    account_id: "1",
    symbol: "A",
    side: "buy",
    type: "limit",
    time_in_force: "day",
    status: "open",
    qty: "10",
    price: "9.50",
    leaves_qty: "10",
    cum_qty: "0",
    cum_value: "0",
    canceled_qty: "0",
    fee: "0",
    post_only: false,
    created_at: "2026-01-30T13:00:00Z",
    updated_at: "2026-01-30T13:00:00Z",
    event_seq: Number(order_id),
    ...members,
  } as OrderBody;
}

interface Op {
  readonly op: string;
  readonly id: string;
  readonly account_id?: string;
  readonly order_id?: string;
  readonly body?: object;
}

/**
 * A venue with one instrument; `orders` are those of the first account. `quotes` come later where
 * they are `null`.
 */
export function fakeVenue(
  accounts: readonly AccountBody[] = [accountBody("1")],
  orders: readonly OrderBody[] = [],
  quotes: readonly QuoteOut[] | null = [QUOTE],
) {
  const sent: Op[] = [];
  const link: { events?: LinkEvents } = {};
  const links: Links = {
    socket(events) {
      link.events = events;
      return {
        kind: "socket",
        send: (text) => sent.push(JSON.parse(text) as Op) > 0,
        close: () => {},
      };
    },
    stream: () => {
      throw new Error("the socket opened");
    },
  };
  const venue = new Venue("1", links);
  let seq = 100;
  const say = (type: string, channel: string, members: object) => {
    seq += 1;
    const message = { type, channel, last_seq: seq, ...members };
    link.events?.received(JSON.stringify(message));
  };
  venue.start(accounts);
  link.events?.opened();
  say("status_snapshot", "status", {
    business_date: "2026-01-30",
    instruments: [INSTRUMENT],
    remaining: 0,
  });
  if (quotes !== null) say("quote_snapshot", "quote:*", { quotes });
  const [first] = accounts;
  for (const each of accounts) {
    const account = each === first ? { ...each, open_orders: orders.length } : each;
    say("account_snapshot", `account:${each.account_id}`, { account });
  }
  if (orders.length > 0 && first !== undefined) {
    say("open_orders", `account:${first.account_id}`, { orders, remaining: 0 });
  }
  return {
    venue,
    say,
    /** What the page asked for, of one kind. */
    ops: (op: string) => sent.filter((each) => each.op === op),
    answer: (id: string, status: number, body: object) =>
      link.events?.received(JSON.stringify({ type: "answer", id, status, body })),
    /** Ends the connection: prices are old from then on. */
    cut: () => link.events?.closed(),
  };
}

/** Answers each REST route by the end of its path; what is not there is an error of the venue. */
export function answerRest(routes: Readonly<Record<string, () => object>>) {
  const fetched = vi.fn<typeof fetch>(async (input) => {
    const { pathname } = new URL(String(input), "http://venue.test");
    const end = Object.keys(routes).find((each) => pathname.endsWith(each));
    const body = end === undefined ? { code: "absent", status: 404 } : routes[end]?.();
    return new Response(JSON.stringify(body), { status: end === undefined ? 404 : 200 });
  });
  vi.stubGlobal("fetch", fetched);
  return fetched;
}
