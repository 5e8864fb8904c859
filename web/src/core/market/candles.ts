// The candles of one instrument and interval: those of REST, then those of the stream, with the
// silent intervals between them filled.

import type { CandleOut } from "../../api/schema";
import { Emitter } from "../emitter";
import type { ChannelMessage } from "../feed/messages";

export const INTERVALS = ["1s", "1m", "5m", "15m", "1h", "1d"] as const;
export type Interval = (typeof INTERVALS)[number];

/** Seconds; a day has none, for it is a business date. */
const SECONDS: Readonly<Record<Interval, number | null>> = {
  "1s": 1,
  "1m": 60,
  "5m": 300,
  "15m": 900,
  "1h": 3_600,
  "1d": null,
};

/** How many candles a chart asks for at a time: as many as the venue gives. */
export const CANDLES_LOADED = 1_000;
const CANDLES_KEPT = 6_000;
/** Old ones go many at a time: a chart is drawn anew then. */
const CANDLES_DROPPED = 500;
/** A longer silence is not drawn candle by candle. */
const FILLED_MAX = 1_500;

/** A candle as charts take it. Floats, for they are drawn and nothing is paid with them. */
export interface Bar {
  /** Seconds since 1970 in UTC, or of a day its date. */
  readonly time: number | string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Price x quantity of all trades: divided by `volume` the average price. */
  readonly value: number;
}

/** Gives closed and open candles, oldest first; those before a time, when one is given. */
export type LoadCandles = (before?: string) => Promise<readonly CandleOut[]>;

export class Candles extends Emitter {
  readonly interval: Interval;
  #bars: Bar[] = [];
  #isReady = false;
  #revision = 0;
  #isLoading = false;
  /** What the stream told while candles before it are on their way; else `null`. */
  #told: CandleOut[] | null = null;
  readonly #load: LoadCandles;

  constructor(interval: Interval, load: LoadCandles) {
    super();
    this.interval = interval;
    this.#load = load;
  }

  get bars(): readonly Bar[] {
    return this.#bars;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Grows when more than the newest bars changed: then all of them are to be drawn anew. */
  get revision(): number {
    return this.#revision;
  }

  /** Takes what REST has, oldest first; older or newer than what is here, or overlapping it. */
  load(candles: readonly CandleOut[]): void {
    this.#isReady = true;
    const loaded = candles.map((candle) => barOf(candle, this.interval));
    const all = new Map(loaded.map((bar) => [bar.time, bar]));
    for (const bar of this.#bars) {
      const other = all.get(bar.time);
      if (other === undefined || other.volume < bar.volume) all.set(bar.time, bar);
    }
    const sorted = [...all.values()].toSorted((one, other) => (one.time < other.time ? -1 : 1));
    this.#bars = [];
    for (const bar of sorted) this.#append(bar);
    this.#revision += 1;
    this.changed();
  }

  /** Loads what is before the first bar, once at a time; nothing when there is no more. */
  async loadOlder(): Promise<void> {
    // What is more than is kept would be dropped as soon as it comes.
    const isFull = this.#bars.length + CANDLES_LOADED >= CANDLES_KEPT + CANDLES_DROPPED;
    if (this.#isLoading || isFull) return;
    this.#isLoading = true;
    try {
      const first = this.#bars[0]?.time;
      const candles = await this.#load(first === undefined ? undefined : instantOf(first));
      // They no longer go before what is here now.
      if (first !== undefined && this.#bars[0]?.time !== first) {
        this.#isLoading = false;
        return;
      }
      // At the end of history there is nothing to wait for: it is not asked again.
      this.#isLoading = candles.length === 0 && first !== undefined;
      this.load(candles);
    } catch {
      // The chart is short then, and not wrong; the next scroll asks again.
      this.#isLoading = false;
    }
  }

  readonly take = (message: ChannelMessage): boolean => {
    if (message.type !== "candles_snapshot" && message.type !== "candles") return true;
    if (message.type === "candles_snapshot") {
      if (this.#isBeyond(message.candles)) void this.#bridge(message.candles);
      else this.load(message.candles);
      return true;
    }
    if (this.#told !== null) {
      this.#told.push(...message.candles);
      return true;
    }
    for (const candle of message.candles) this.#put(barOf(candle, this.interval));
    this.changed();
    return true;
  };

  /** Whether there is something between the last bar and these. */
  #isBeyond([first]: readonly CandleOut[]): boolean {
    const last = this.#bars.at(-1);
    if (last === undefined || first === undefined) return false;
    const step = SECONDS[this.interval];
    const { time } = barOf(first, this.interval);
    return step === null ? time > last.time : Number(time) > Number(last.time) + step;
  }

  /**
   * Loads what is between the last bar and a snapshot, which has the newest candles alone: to fill
   * that with silent ones would be a lie.
   */
  async #bridge(snapshot: readonly CandleOut[]): Promise<void> {
    const isOnItsWay = this.#told !== null;
    this.#told = [...snapshot];
    if (isOnItsWay) return;
    // Without an answer the chart is short, and not wrong.
    const newest = await this.#load().catch(() => []);
    const candles = [...newest, ...this.#told];
    this.#told = null;
    if (this.#isBeyond(candles)) {
      // It was away for longer than can be loaded at once: a scroll asks for what was before.
      this.#bars = [];
      this.#isLoading = false;
    }
    this.load(candles);
  }

  #put(bar: Bar): void {
    const last = this.#bars.at(-1);
    if (last === undefined || last.time < bar.time) {
      this.#append(bar);
      return;
    }
    const at = this.#bars.findLastIndex((each) => each.time === bar.time);
    if (at === -1) return;
    this.#bars[at] = bar;
    if (at < this.#bars.length - 2) this.#revision += 1;
  }

  /** Adds a bar behind the last one, and what was silent between them. */
  #append(bar: Bar): void {
    const last = this.#bars.at(-1);
    const step = SECONDS[this.interval];
    if (last !== undefined && step !== null) {
      const from = Number(last.time) + step;
      const missing = (Number(bar.time) - from) / step;
      if (missing <= FILLED_MAX) {
        for (let time = from; time < Number(bar.time); time += step) {
          this.#bars.push(silent(time, last.close));
        }
      }
    }
    this.#bars.push(bar);
    if (this.#bars.length >= CANDLES_KEPT + CANDLES_DROPPED) {
      this.#bars.splice(0, this.#bars.length - CANDLES_KEPT);
      this.#revision += 1;
    }
  }
}

function instantOf(time: number | string): string {
  return typeof time === "string" ? `${time}T00:00:00Z` : new Date(time * 1_000).toISOString();
}

function silent(time: number, close: number): Bar {
  return { time, open: close, high: close, low: close, close, volume: 0, value: 0 };
}

export function barOf(candle: CandleOut, interval: Interval): Bar {
  return {
    time: interval === "1d" ? candle.time.slice(0, 10) : Date.parse(candle.time) / 1_000,
    open: Number(candle.open),
    high: Number(candle.high),
    low: Number(candle.low),
    close: Number(candle.close),
    volume: Number(candle.volume),
    value: Number(candle.value),
  };
}
