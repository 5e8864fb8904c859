import { describe, expect, test } from "vitest";
import { INSTRUMENT, QUOTE, orderBody } from "../../../test/venue";
import { changeOf, fateOf } from "./change";

const edit = { orderId: "7", qty: "10", price: "9.50", stop: "" };

test("a change is what differs, and a fault is told of each field", () => {
  const order = orderBody("7");
  const five = { ...INSTRUMENT, tick_size: "0.05", lot_size: "5" };
  const read = (typed: object) => changeOf(order, { ...edit, ...typed }, five, ".");
  expect(read({})).toEqual({ change: {}, faults: {} });
  expect(read({ price: "9.55" })).toEqual({ change: { price: "9.55" }, faults: {} });
  expect(read({ price: "9.56" }).faults).toEqual({ price: "off_step" });
  expect(read({ price: "abc", qty: "7" }).faults).toEqual({ price: "unreadable", qty: "off_step" });
  expect(changeOf(order, { ...edit, price: "9.505" }, undefined, ".").faults).toEqual({
    price: "unreadable",
  });
});

describe("what becomes of an order that is changed", () => {
  const buy = orderBody("7");
  const sell = orderBody("8", { side: "sell", price: "10.50" });

  test("a limit that reaches the other side trades at once", () => {
    expect(fateOf(buy, { price: "10.10" }, QUOTE)).toBe("tradesAtOnce");
    expect(fateOf(buy, { price: "10.09" }, QUOTE)).toBe("goesBack");
    expect(fateOf(sell, { price: "9.90" }, QUOTE)).toBe("tradesAtOnce");
    expect(fateOf(sell, { price: "9.91" }, QUOTE)).toBe("goesBack");
    expect(fateOf(buy, { price: "99.00" }, { ...QUOTE, ask: null })).toBe("goesBack");
    expect(fateOf(buy, { price: "99.00" }, undefined)).toBe("goesBack");
  });

  test("where nothing may trade it does not", () => {
    const price = "10.10";
    expect(fateOf({ ...buy, post_only: true }, { price }, QUOTE)).toBe("postOnlyTitle");
    expect(fateOf(buy, { price }, { ...QUOTE, phase: "pre_open" })).toBe("postOnlyTitle");
    expect(fateOf(buy, { price }, { ...QUOTE, phase: "halted" })).toBe("goesBack");
  });

  test("only a smaller quantity keeps the place", () => {
    expect(fateOf(buy, { qty: "9" }, QUOTE)).toBe("keepsPlace");
    expect(fateOf(buy, { qty: "11" }, QUOTE)).toBe("goesBack");
    expect(fateOf(buy, { qty: "9", price: "9.60" }, QUOTE)).toBe("goesBack");
  });

  test("a stop waits, unless the last price is there already", () => {
    const stop = orderBody("9", { status: "waiting", price: null, stop_price: "11.00" });
    const fall = { ...stop, side: "sell", stop_price: "9.00" } as const;
    expect(fateOf(stop, { stop_price: "10.01" }, QUOTE)).toBe("waitsForTrigger");
    expect(fateOf(stop, { stop_price: "10.00" }, QUOTE)).toBe("triggersAtOnce");
    expect(fateOf(fall, { stop_price: "9.99" }, QUOTE)).toBe("waitsForTrigger");
    expect(fateOf(fall, { stop_price: "10.00" }, QUOTE)).toBe("triggersAtOnce");
    expect(fateOf(stop, { qty: "5" }, QUOTE)).toBe("waitsForTrigger");
    const halted = { ...QUOTE, phase: "halted" } as const;
    expect(fateOf(stop, { stop_price: "10.00" }, halted)).toBe("waitsForTrigger");
  });
});
