import { describe, expect, test, vi } from "vitest";
import type { OrderBody, OwnEventOut } from "../../api/schema";
import { accountBody } from "../../test/venue";
import type { ChannelMessage } from "../feed/messages";
import { Account } from "./account";

const BODY = accountBody("1");

let seq = 1;

type Facts = { readonly event: OwnEventOut["event"]; readonly [member: string]: unknown };

/** An event as the venue tells it; the test gives the members that it is about. */
function event(facts: Facts, cash = { free: "900.00", held: "100.00" }): OwnEventOut {
  seq += 1;
  const common = {
    seq,
    time: "2026-01-30T13:00:00Z",
    account_id: "1",
    account_seq: seq,
    cause: { entered: "clearing", shard: 0, seq },
    cash,
  };
  return { ...common, ...facts } as unknown as OwnEventOut;
}

/** What the answer to an order says; `event_seq` is the last event of the order. */
function order(order_id: string, event_seq: number, status: OrderBody["status"] = "open") {
  return { order_id, event_seq, status, symbol: "A", side: "buy", cum_qty: "0" } as OrderBody;
}

function told(...events: OwnEventOut[]): ChannelMessage {
  return { type: "account", channel: "account:1", first_seq: 1, last_seq: seq, events };
}

function accepted(order_id: string, side: "buy" | "sell", type = "limit"): OwnEventOut {
  return event({
    event: "accepted",
    order_id,
    symbol: "A",
    side,
    type,
    qty: "10",
    price: "10.00",
    time_in_force: "day",
    post_only: false,
    place: { ahead_qty: "0" },
  });
}

function fill(last_qty: string, cum_qty: string, leaves_qty: string, total: string): OwnEventOut {
  return event({
    event: "filled",
    order_id: "7",
    symbol: "A",
    side: "buy",
    trade_id: cum_qty,
    role: "maker",
    last_price: "10.00",
    last_qty,
    cum_qty,
    leaves_qty,
    cum_value: "1",
    amount: "1",
    fee: "0",
    position: { free: total, held: "0", total },
  });
}

function opened(): Account {
  seq = 1;
  const account = new Account("1");
  account.take({ type: "account_snapshot", channel: "account:1", last_seq: 1, account: BODY });
  return account;
}

describe("an account", () => {
  test("has the cash of its last event", () => {
    const account = opened();
    account.take(told(accepted("7", "buy")));
    expect(account.cash).toEqual({ free: "900.00", held: "100.00" });
  });

  test("an accepted order is open, and a stop waits", () => {
    const account = opened();
    account.take(told(accepted("7", "buy"), accepted("8", "buy", "stop")));
    expect(account.openOrders.map((each) => [each.order_id, each.status, each.leaves_qty])).toEqual(
      [
        ["8", "waiting", "10"],
        ["7", "open", "10"],
      ],
    );
  });

  test("a fill moves the order and the position, and the last one closes it", () => {
    const account = opened();
    account.take(told(accepted("7", "buy"), fill("4", "4", "6", "54")));
    expect(account.openOrders[0]).toMatchObject({ cum_qty: "4", leaves_qty: "6" });
    expect(account.position("A").total).toBe("54");
    account.take(told(fill("6", "10", "0", "60")));
    expect(account.openOrders).toEqual([]);
    expect(account.fills.map((each) => each.trade_id)).toEqual(["10", "4"]);
  });

  test("what is offered for sale is held until the order is gone", () => {
    const account = opened();
    account.take(told(accepted("7", "sell")));
    expect(account.position("A")).toEqual({ total: "50", held: "10", free: "40" });
    account.take(
      told(
        event({
          event: "canceled",
          order_id: "7",
          symbol: "A",
          canceled_qty: "10",
          cum_qty: "0",
          reason: "requested",
        }),
      ),
    );
    expect(account.position("A")).toEqual({ total: "50", held: "0", free: "50" });
  });

  test("a replaced order has what was changed and keeps the rest", () => {
    const account = opened();
    account.take(
      told(
        accepted("7", "buy"),
        event({
          event: "replaced",
          order_id: "7",
          symbol: "A",
          change: { price: "9.50" },
          leaves_qty: "10",
          client_order_id: "new",
        }),
      ),
    );
    expect(account.openOrders[0]).toMatchObject({
      price: "9.50",
      qty: "10",
      client_order_id: "new",
    });
  });

  test("events that were told before change nothing and are not heard again", () => {
    const account = opened();
    const heard = vi.fn<(event: OwnEventOut) => void>();
    account.listen(heard);
    const first = accepted("7", "buy");
    account.take(told(first));
    account.take(told(first));
    expect(heard).toHaveBeenCalledOnce();
  });

  test("an order is there once its answer is, and is told anew by the channel", () => {
    const account = opened();
    account.answered(order("7", 2));
    expect(account.openOrders.map((each) => each.order_id)).toEqual(["7"]);
    account.take(told(accepted("7", "buy"), fill("10", "10", "0", "60")));
    expect(account.openOrders).toEqual([]);
  });

  test("an answer that comes after what it tells, or of an order that is over, changes nothing", () => {
    const account = opened();
    account.take(told(accepted("7", "buy"), fill("10", "10", "0", "60")));
    account.answered(order("7", 2));
    account.answered(order("8", 9, "filled"));
    expect(account.openOrders).toEqual([]);
  });

  test("a snapshot takes the place of all before", () => {
    const account = opened();
    account.take(told(accepted("7", "buy")));
    account.take({ type: "account_snapshot", channel: "account:1", last_seq: 90, account: BODY });
    expect(account.openOrders).toEqual([]);
    expect(account.cash.free).toBe("1000.00");
  });
});
