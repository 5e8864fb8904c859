import { expect, test } from "vitest";
import type { Bar } from "../../../core/market/candles";
import { barAt } from "./marks";

const bar = (time: Bar["time"]): Bar => {
  return { time, open: 1, high: 1, low: 1, close: 1, volume: 1, value: 1 };
};
const at = Date.parse("2026-01-30T13:00:00Z") / 1_000;

test("a fill stands at the bar in which it happened", () => {
  const bars = [bar(at), bar(at + 60), bar(at + 120)];
  expect(barAt(bars, "2026-01-30T13:01:59.5Z")).toBe(bars[1]);
  expect(barAt(bars, "2026-01-30T12:59:00Z")).toBeUndefined();
});

test("a fill stands at the bar of its day", () => {
  const bars = [bar("2026-01-28"), bar("2026-01-29"), bar("2026-01-30")];
  expect(barAt(bars, "2026-01-29T23:59:59Z")).toBe(bars[1]);
  expect(barAt(bars, "2026-01-27T12:00:00Z")).toBeUndefined();
});
