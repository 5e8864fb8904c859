import { describe, expect, test } from "vitest";
import type { InstrumentBody, QuoteOut } from "../../api/schema";
import { fits, moversOf, ordered, rowOf } from "./rows";

function row(symbol: string, last: string | null, close = "10.00", trades = 1) {
  const day = { trades, volume: "100", value: "1000.00" };
  const quote = { symbol, last, previous_close: close, day, phase: "continuous" } as QuoteOut;
  return rowOf({ symbol, currency: "BRL", isin: "BRPETRACNPR6" } as InstrumentBody, quote);
}

const symbols = (rows: readonly { instrument: InstrumentBody }[]) =>
  rows.map(({ instrument }) => instrument.symbol);

describe("the order of instruments", () => {
  const rows = [row("B", "9.50"), row("A", null), row("C", "11.00")];

  test("by change the best stand first", () => {
    expect(symbols(ordered(rows, { by: "change", isDown: true }))).toEqual(["C", "B", "A"]);
  });

  test("what never traded stands at the end, whichever way", () => {
    expect(symbols(ordered(rows, { by: "change", isDown: false }))).toEqual(["B", "C", "A"]);
  });

  test("prices are compared as numbers, not as text", () => {
    const few = [row("X", "9.00"), row("Y", "10.00")];
    expect(symbols(ordered(few, { by: "last", isDown: true }))).toEqual(["Y", "X"]);
  });
});

describe("movers", () => {
  test("those that did not move are neither up nor down", () => {
    const { up, down } = moversOf([row("UP", "11.00"), row("FLAT", "10.00"), row("DOWN", "9.00")]);
    expect([symbols(up), symbols(down)]).toEqual([["UP"], ["DOWN"]]);
  });

  test("the biggest loss leads the losers", () => {
    const { down } = moversOf([row("LESS", "9.90"), row("MORE", "8.00")]);
    expect(symbols(down)).toEqual(["MORE", "LESS"]);
  });

  test("the busiest are counted by trades", () => {
    const { busy } = moversOf([
      row("A", "1", "1", 3),
      row("B", "1", "1", 9),
      row("C", "1", "1", 0),
    ]);
    expect(symbols(busy)).toEqual(["B", "A"]);
  });
});

test("an instrument is found by its symbol, its ISIN and its currency", () => {
  const petr = row("PETR4", "10.00");
  expect(fits(petr, "petr brl")).toBe(true);
  expect(fits(petr, "BRPETR")).toBe(true);
  expect(fits(petr, "usd")).toBe(false);
});
