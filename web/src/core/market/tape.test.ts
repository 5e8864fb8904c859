import { expect, test } from "vitest";
import type { TradeOut } from "../../api/schema";
import { Tape } from "./tape";

const trade = (id: number): TradeOut => ({
  trade_id: String(id),
  symbol: "A",
  seq: id,
  time: "2026-01-30T13:00:00Z",
  price: "1.00",
  qty: "1",
  taker_side: "buy",
});
const CHANNEL = { channel: "trades:A", last_seq: 1 };

test("the newest trade is the first, whatever order they come in", () => {
  const tape = new Tape();
  tape.take({ type: "trades_snapshot", trades: [trade(1), trade(2)], ...CHANNEL });
  tape.take({ type: "trades", trades: [trade(3), trade(4)], first_seq: 2, ...CHANNEL });
  expect(tape.trades.map((each) => each.trade_id)).toEqual(["4", "3", "2", "1"]);
});

test("a snapshot takes the place of all before", () => {
  const tape = new Tape();
  tape.take({ type: "trades_snapshot", trades: [trade(1)], ...CHANNEL });
  tape.take({ type: "trades_snapshot", trades: [trade(8)], ...CHANNEL });
  expect(tape.trades.map((each) => each.trade_id)).toEqual(["8"]);
});

test("no more are kept than anybody looks at", () => {
  const tape = new Tape();
  const trades = Array.from({ length: 500 }, (_, at) => trade(at));
  tape.take({ type: "trades_snapshot", trades, ...CHANNEL });
  expect(tape.trades).toHaveLength(200);
  expect(tape.trades[0]?.trade_id).toBe("499");
});
