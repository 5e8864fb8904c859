import { describe, expect, test } from "vitest";
import { atr, bollinger, ema, macd, rsi, sma, vwap } from "./indicators";

/** Closes of a well-known example of Wilder's index; the numbers below were worked out apart. */
const CLOSES = [
  44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.1, 45.42, 45.84, 46.08, 45.89, 46.03, 45.61, 46.28,
  46.28, 46.0, 46.03, 46.41, 46.22, 45.64,
];

const rounded = (values: readonly (number | null)[]) =>
  values.map((value) => (value === null ? null : Math.round(value * 1e4) / 1e4));

describe("indicators", () => {
  test("each gives as many numbers as it was given", () => {
    const bars = CLOSES.map((close) => ({
      high: close,
      low: close,
      close,
      volume: 1,
      value: close,
    }));
    for (const series of [
      sma(CLOSES, 5),
      ema(CLOSES, 5),
      rsi(CLOSES),
      bollinger(CLOSES, 5).upper,
      macd(CLOSES, 3, 6, 4).signal,
      atr(bars),
      vwap(bars, () => false),
    ]) {
      expect(series).toHaveLength(CLOSES.length);
    }
  });

  test("the simple average begins with its first whole window", () => {
    expect(rounded(sma([1, 2, 3, 4, 5], 3))).toEqual([null, null, 2, 3, 4]);
  });

  test("the exponential average begins as the simple one", () => {
    expect(rounded(ema(CLOSES, 5)).slice(0, 7)).toEqual([
      null,
      null,
      null,
      null,
      44.104,
      44.346,
      44.5973,
    ]);
  });

  test("the strength index is Wilder's", () => {
    expect(rounded(rsi(CLOSES)).slice(13)).toEqual([
      null,
      70.4641,
      66.2496,
      66.4809,
      69.3469,
      66.2947,
      57.915,
    ]);
  });

  test("the strength of what never fell is 100, and of what never moved 50", () => {
    expect(rsi([1, 2, 3, 4], 2).at(-1)).toBe(100);
    expect(rsi([1, 1, 1, 1], 2).at(-1)).toBe(50);
  });

  test("bands lie two deviations of all values around the average", () => {
    const { middle, upper, lower } = bollinger(CLOSES, 5);
    expect(rounded([middle, upper, lower].map((line) => line.at(-1) ?? null))).toEqual([
      46.06, 46.573, 45.547,
    ]);
  });

  test("the signal of MACD begins once there are enough differences", () => {
    const { line, signal, histogram } = macd(CLOSES, 3, 6, 4);
    expect(signal.findIndex((value) => value !== null)).toBe(8);
    const last = [line, signal, histogram].map((series) => series.at(-1) ?? null);
    expect(rounded(last)).toEqual([-0.0635, 0.0417, -0.1053]);
  });

  test("the true range counts a gap from the close before", () => {
    const highs = [48.7, 48.72, 48.9, 48.87, 48.82, 49.05, 49.2, 49.35, 49.92, 50.19];
    const lows = [47.79, 48.14, 48.39, 48.37, 48.24, 48.64, 48.94, 48.86, 49.5, 49.87];
    const closes = [48.16, 48.61, 48.75, 48.63, 48.74, 49.03, 49.07, 49.32, 49.91, 50.13];
    const bars = closes.map((close, at) => ({ high: highs[at] ?? 0, low: lows[at] ?? 0, close }));
    const gapped = [...bars, { high: 52, low: 51.5, close: 51.8 }];
    expect(rounded(atr(gapped, 10)).at(-1)).toBe(0.6514);
  });

  test("the average by volume begins anew with each day", () => {
    const bars = [
      { volume: 2, value: 20 },
      { volume: 2, value: 24 },
      { volume: 0, value: 0 },
      { volume: 1, value: 30 },
    ];
    expect(vwap(bars, (at) => at === 0 || at === 3)).toEqual([10, 11, 11, 30]);
  });
});
