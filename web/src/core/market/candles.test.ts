import { describe, expect, test, vi } from "vitest";
import type { CandleOut } from "../../api/schema";
import type { ChannelMessage } from "../feed/messages";
import { type Interval, type LoadCandles, Candles } from "./candles";

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

function snapshot(...candles: CandleOut[]): ChannelMessage {
  return { type: "candles_snapshot", channel: "candles:1m:A", last_seq: 9, candles };
}

/** REST that answers when the test says so. */
function slow() {
  const asked: ((candles: readonly CandleOut[]) => void)[] = [];
  const load = vi.fn<LoadCandles>(() => new Promise((answer) => asked.push(answer)));
  const answer = async (...candles: CandleOut[]) => {
    asked.shift()?.(candles);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { load, answer };
}

const closes = ({ bars }: Candles) => bars.map(({ close }) => close);
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

  test("what a snapshot does not reach back to is loaded, and nothing is drawn before it is", async () => {
    const { load, answer } = slow();
    const candles = new Candles("1m", load);
    candles.load([candle(0, "10.00")]);
    candles.take(snapshot(candle(3, "13.00"), candle(4, "14.00")));
    candles.take(frame(candle(4, "14.50", "20"), candle(5, "15.00")));
    expect(closes(candles)).toEqual([10]);
    await answer(...[0, 1, 2, 3, 4].map((minute) => candle(minute, `1${minute}.00`)));
    expect(load.mock.calls).toEqual([[]]);
    expect(closes(candles)).toEqual([10, 11, 12, 13, 14.5, 15]);
    candles.take(frame(candle(6, "16.00")));
    expect(closes(candles).at(-1)).toBe(16);
  });

  test("a snapshot that goes on from what is here needs nothing else", () => {
    const { load } = slow();
    const candles = new Candles("1m", load);
    candles.load([candle(0, "10.00")]);
    candles.take(snapshot(candle(1, "11.00"), candle(4, "14.00")));
    expect(closes(candles)).toEqual([10, 11, 11, 11, 14]);
    expect(load).not.toHaveBeenCalled();
  });

  test("what is not reached by that either is let go, and asked for by a scroll", async () => {
    const { load, answer } = slow();
    const candles = new Candles("1m", load);
    candles.load([candle(0, "10.00")]);
    candles.take(snapshot(candle(9, "19.00")));
    await answer(candle(8, "18.00"), candle(9, "19.00"));
    expect(closes(candles)).toEqual([18, 19]);
    void candles.loadOlder();
    expect(load.mock.calls.at(-1)).toEqual(["2026-01-30T13:08:00.000Z"]);
    await answer(candle(7, "17.00"));
    expect(closes(candles)).toEqual([17, 18, 19]);
  });

  test("without an answer the chart is short, and not wrong", async () => {
    const candles = new Candles("1m", () => Promise.reject(new Error("away")));
    candles.load([candle(0, "10.00")]);
    candles.take(snapshot(candle(9, "19.00")));
    await vi.waitFor(() => expect(closes(candles)).toEqual([19]));
  });

  test("older ones that would be dropped at once are not asked for", async () => {
    const load = vi.fn<LoadCandles>(none);
    const many = (count: number) => {
      const candles = new Candles("1m", load);
      candles.load(Array.from({ length: count }, (_, minute) => candle(minute, "10.00")));
      return candles.loadOlder();
    };
    await many(5_500);
    expect(load).not.toHaveBeenCalled();
    await many(5_499);
    expect(load).toHaveBeenCalledOnce();
  });
});
