import { expect, test } from "vitest";
import type { PositionBody } from "../../api/schema";
import { allocationOf, curveOf, gainPercent, joined, since, withNow } from "./curve";

const point = (time: string, equity: string, profit: string, ratio: string) => ({
  time: `2026-11-30T${time}:00Z`,
  equity,
  profit,
  return: ratio,
});

const POINTS = [
  point("10:00", "1100.00", "100.00", "0.10"),
  point("10:01", "1210.00", "210.00", "0.21"),
];

test("the return of a period is the growth since its first point", () => {
  const [, values] = curveOf(POINTS, "return");
  expect(values[0]).toBe(0);
  expect(values[1]).toBeCloseTo(10);
});

test("the profit of a period begins at zero, the equity where it was", () => {
  expect(curveOf(POINTS, "profit")[1]).toEqual([0, 110]);
  expect(curveOf(POINTS, "equity")[1]).toEqual([1100, 1210]);
});

test("what is true now stands behind history, unless there is none", () => {
  const now = { equity: "1000.00", profit: "0.00", return: "0.00" };
  const at = Date.parse("2026-11-30T11:00:00Z");
  expect(curveOf(withNow(POINTS, now, at), "equity")[1]).toEqual([1100, 1210, 1000]);
  expect(withNow([], now, at)).toEqual([]);
});

test("a point that is told again takes the place of what it was", () => {
  const later = [point("10:01", "1.00", "0.00", "0"), point("10:02", "2.00", "0.00", "0")];
  expect(joined(POINTS, later).map(({ equity }) => equity)).toEqual(["1100.00", "1.00", "2.00"]);
  expect(joined(POINTS, [])).toBe(POINTS);
});

test("a period has the points since its beginning, where it has one", () => {
  expect(since(POINTS, "2026-11-30T10:01:00.000Z")).toEqual(POINTS.slice(1));
  expect(since(POINTS, undefined)).toBe(POINTS);
});

test("the parts of an allocation are of what is there, the largest first", () => {
  const held = { symbol: "PETR4", market_value: "750.00" } as PositionBody;
  const unmarked = { symbol: "NEW", market_value: null } as PositionBody;
  expect(allocationOf("250.00", [held, unmarked], "Cash")).toEqual([
    { name: "PETR4", value: "750.00", percent: "75.00" },
    { name: "Cash", value: "250.00", percent: "25.00" },
  ]);
  expect(allocationOf("0", [], "Cash")).toEqual([]);
});

test("what cost nothing has no gain in percent", () => {
  expect(gainPercent({ cost: "0.00", unrealised_profit: "5.00" } as PositionBody)).toBeNull();
  expect(gainPercent({ cost: "200.00", unrealised_profit: "-5.00" } as PositionBody)).toBe("-2.50");
});
