import { expect, test } from "vitest";
import type { PreviewOut } from "../../api/schema";
import { add, subtract } from "../../core/decimal";
import type { NewOrder } from "./draft";
import { type Sums, sumsOf } from "./sums";

const ORDER: NewOrder = {
  symbol: "A",
  side: "buy",
  type: "limit",
  qty: "10",
  price: "120.76",
  time_in_force: "day",
};
const NOTHING: PreviewOut = {
  amount: "0.00",
  canceled_qty: "0",
  cash_after: { free: "10000.00", held: "0.00" },
  fee: "0.00",
  filled_qty: "0",
  filled_value: "0.00",
  resting_qty: "0",
  waiting_qty: "0",
};

/** What the lines on the screen come to. */
const after = (cash: string, { worth, fee }: Sums, side: "buy" | "sell") =>
  subtract(side === "buy" ? subtract(cash, worth) : add(cash, worth), fee);

test("a buy that rests shows the fee that is held for it", () => {
  const cash_after = { free: "8792.15", held: "1207.85" };
  const sums = sumsOf(ORDER, { ...NOTHING, resting_qty: "10", cash_after }, "10000.00");
  expect(sums).toEqual({ worth: "1207.60", later: null, fee: "0.25", isFeeHeld: true });
  expect(after("10000.00", sums, "buy")).toBe("8792.15");
});

test("a buy of fractions that fills in part is rounded once, as the venue does", () => {
  // 0.005 at 100.10 and 0.005 at 100.30: 0.5005 + 0.5015 = 1.0020, which is held as 1.01.
  const order = { ...ORDER, qty: "0.010", price: "100.30" };
  const foreseen = {
    ...NOTHING,
    amount: "0.51",
    filled_qty: "0.005",
    filled_value: "0.50050",
    resting_qty: "0.005",
    fee: "0.01",
    cash_after: { free: "998.98", held: "0.50" },
  };
  const sums = sumsOf(order, foreseen, "1000.00");
  expect(sums).toMatchObject({ worth: "1.01", fee: "0.01" });
  expect(after("1000.00", sums, "buy")).toBe("998.98");
});

test("a buy that fills whole has its fee and no more", () => {
  const cash_after = { free: "8792.15", held: "0.00" };
  const foreseen = { ...NOTHING, amount: "1207.60", filled_qty: "10", fee: "0.25", cash_after };
  expect(sumsOf(ORDER, foreseen, "10000.00")).toMatchObject({ fee: "0.25", isFeeHeld: false });
});

test("a sell that waits brings nothing yet", () => {
  const order: NewOrder = { ...ORDER, side: "sell" };
  const foreseen = {
    ...NOTHING,
    amount: "241.52",
    fee: "0.05",
    filled_qty: "2",
    resting_qty: "8",
    cash_after: { free: "10241.47", held: "0.00" },
  };
  const sums = sumsOf(order, foreseen, "10000.00");
  expect(sums).toEqual({ worth: "241.52", later: "966.08", fee: "0.05", isFeeHeld: false });
  expect(after("10000.00", sums, "sell")).toBe("10241.47");
});

test("cash that moved meanwhile makes no fee below that of the fills", () => {
  const cash_after = { free: "9000.00", held: "0.00" };
  const foreseen = { ...NOTHING, resting_qty: "10", cash_after };
  expect(sumsOf(ORDER, foreseen, "10000.00").fee).toBe("0.00");
});
