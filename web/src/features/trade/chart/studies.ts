// Which lines a chart shows beside its candles, and what they are made of.

import {
  type Range,
  type Traded,
  atr,
  bollinger,
  ema,
  macd,
  rsi,
  sma,
  vwap,
} from "../../../core/indicators";
import type { Bar } from "../../../core/market/candles";

export const STUDIES = ["volume", "sma", "ema", "bollinger", "vwap", "rsi", "macd", "atr"] as const;
export type Study = (typeof STUDIES)[number];

/** Those with a scale of their own stand in a pane of their own, below the candles. */
const BELOW: ReadonlySet<Study> = new Set(["rsi", "macd", "atr"]);
export const isBelow = (study: Study) => BELOW.has(study);

export interface Line {
  readonly name: string;
  readonly kind: "line" | "histogram";
  /** Which of the chart's colours it has. */
  readonly colour: "accent" | "warn" | "violet" | "teal" | "faint";
  readonly values: readonly (number | null)[];
}

/** The lines of a study; volume has none, for it is drawn from the bars. */
export function linesOf(study: Study, bars: readonly (Bar & Range & Traded)[]): readonly Line[] {
  const closes = bars.map((bar) => bar.close);
  switch (study) {
    case "volume":
      return [];
    case "sma":
      return [{ name: "sma", kind: "line", colour: "warn", values: sma(closes, 20) }];
    case "ema":
      return [{ name: "ema", kind: "line", colour: "violet", values: ema(closes, 50) }];
    case "bollinger": {
      const { upper, lower } = bollinger(closes);
      return [
        { name: "upper", kind: "line", colour: "faint", values: upper },
        { name: "lower", kind: "line", colour: "faint", values: lower },
      ];
    }
    case "vwap":
      return [{ name: "vwap", kind: "line", colour: "teal", values: vwap(bars, startsDay(bars)) }];
    case "rsi":
      return [{ name: "rsi", kind: "line", colour: "violet", values: rsi(closes) }];
    case "macd": {
      const { line, signal, histogram } = macd(closes);
      return [
        { name: "histogram", kind: "histogram", colour: "faint", values: histogram },
        { name: "macd", kind: "line", colour: "accent", values: line },
        { name: "signal", kind: "line", colour: "warn", values: signal },
      ];
    }
    case "atr":
      return [{ name: "atr", kind: "line", colour: "teal", values: atr(bars) }];
  }
}

const DAY_S = 86_400;

function startsDay(bars: readonly Bar[]): (at: number) => boolean {
  return (at) => at === 0 || dayOf(bars[at]) !== dayOf(bars[at - 1]);
}

function dayOf(bar: Bar | undefined): number | string | undefined {
  return typeof bar?.time === "number" ? Math.floor(bar.time / DAY_S) : bar?.time;
}
