import { describe, expect, test, vi } from "vitest";
import type { CandleOut } from "../../api/schema";
import type { ChannelMessage } from "../feed/messages";
import { type Interval, Candles } from "./candles";

const START = Date.parse("2026-01-30T13:00:00Z");

function candle(minute: number, close: string, volume = "10"): CandleOut {
  return {
    time: new Date(START + minute * 60_000).toISOString(),
    open: close,
    high: close,
    low: close,
    close,
    volume,
    value: "100.00",
    trades: 1,
    closed: false,
  };
}

function frame(...candles: CandleOut[]): ChannelMessage {
  return { type: "candles", channel: "candles:1m:A", first_seq: 2, last_seq: 3, candles };
}

const none = async () => [];
const make = (interval: Interval = "1m") => new Candles(interval, none);

describe("candles", () => {
  test("silent intervals are filled with the close before them", () => {
    const candles = make();
    candles.load([candle(0, "10.00"), candle(3, "11.00")]);
    expect(candles.bars.map((bar) => [bar.close, bar.volume])).toEqual([
      [10, 10],
      [10, 0],
      [10, 0],
      [11, 10],
    ]);
  });

  test("the open candle is replaced, and a new one follows it", () => {
    const candles = make();
    candles.load([candle(0, "10.00")]);
    candles.take(frame(candle(0, "10.50", "20")));
    candles.take(frame(candle(2, "12.00")));
    expect(candles.bars.map((bar) => bar.close)).toEqual([10.5, 10.5, 12]);
    expect(candles.bars[0]?.volume).toBe(20);
  });

  test("what is loaded late goes before what the stream told, and loses against it", () => {
    const candles = make();
    candles.take(frame(candle(5, "15.00", "50")));
    candles.load([candle(4, "14.00"), candle(5, "13.00", "10")]);
    expect(candles.bars.map((bar) => bar.close)).toEqual([14, 15]);
  });

  test("days are dates, and days without trading are no days", () => {
    const candles = make("1d");
    candles.load([candle(0, "10.00"), candle(3 * 24 * 60, "11.00")]);
    expect(candles.bars.map((bar) => bar.time)).toEqual(["2026-01-30", "2026-02-02"]);
  });

  test("a change of the newest bars is no reason to draw all anew", () => {
    const candles = make();
    candles.load([candle(0, "10.00"), candle(1, "11.00"), candle(2, "12.00")]);
    const { revision } = candles;
    candles.take(frame(candle(1, "11.50"), candle(2, "12.50")));
    expect(candles.revision).toBe(revision);
    candles.take(frame(candle(0, "10.50")));
    expect(candles.revision).toBeGreaterThan(revision);
  });

  test("older ones are asked for from before the first, once at a time", async () => {
    const load = vi.fn(async () => [candle(-2, "9.00")]);
    const candles = new Candles("1m", load);
    candles.load([candle(0, "10.00")]);
    await Promise.all([candles.loadOlder(), candles.loadOlder()]);
    expect(load.mock.calls).toEqual([["2026-01-30T13:00:00.000Z"]]);
    expect(candles.bars.map((bar) => bar.close)).toEqual([9, 9, 10]);
  });
});
