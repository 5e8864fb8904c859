// Which instruments the page shows, and in what order.

import type { InstrumentBody, QuoteOut } from "../../api/schema";
import { compare, sign } from "../../core/decimal";
import { changePercent } from "../../core/market/quotes";

export interface MarketRow {
  readonly instrument: InstrumentBody;
  readonly quote: QuoteOut | undefined;
  /** Since the close before, in percent; `null` before the first trade. */
  readonly percent: string | null;
}

export const COLUMNS = ["symbol", "last", "change", "volume", "turnover"] as const;
export type ColumnName = (typeof COLUMNS)[number];

export interface Order {
  readonly by: ColumnName;
  readonly isDown: boolean;
}

export function rowOf(instrument: InstrumentBody, quote: QuoteOut | undefined): MarketRow {
  return { instrument, quote, percent: quote === undefined ? null : changePercent(quote) };
}

/** Rows without the value stand at the end, whichever way the others are ordered. */
export function ordered(rows: readonly MarketRow[], { by, isDown }: Order): MarketRow[] {
  return rows.toSorted((one, other) => {
    if (by === "symbol") {
      const order = one.instrument.symbol < other.instrument.symbol ? -1 : 1;
      return isDown ? -order : order;
    }
    const left = valueOf(one, by);
    const right = valueOf(other, by);
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return isDown ? compare(right, left) : compare(left, right);
  });
}

function valueOf({ quote, percent }: MarketRow, by: Exclude<ColumnName, "symbol">): string | null {
  switch (by) {
    case "last":
      return quote?.last ?? null;
    case "change":
      return percent;
    case "volume":
      return quote?.day.volume ?? null;
    case "turnover":
      return quote?.day.value ?? null;
  }
}

const MOVERS_MAX = 3;

export interface Movers {
  readonly up: readonly MarketRow[];
  readonly down: readonly MarketRow[];
  /** By number of trades, for turnovers of different currencies are not comparable. */
  readonly busy: readonly MarketRow[];
}

export function moversOf(rows: readonly MarketRow[]): Movers {
  const moved = ordered(
    rows.filter(({ percent }) => percent !== null && sign(percent) !== 0),
    { by: "change", isDown: true },
  );
  const isUp = ({ percent }: MarketRow) => percent !== null && sign(percent) > 0;
  const trades = ({ quote }: MarketRow) => quote?.day.trades ?? 0;
  return {
    up: moved.filter(isUp).slice(0, MOVERS_MAX),
    down: moved
      .filter((row) => !isUp(row))
      .toReversed()
      .slice(0, MOVERS_MAX),
    busy: rows
      .filter((row) => trades(row) > 0)
      .toSorted((one, other) => trades(other) - trades(one))
      .slice(0, MOVERS_MAX),
  };
}

/** Whether an instrument fits what somebody typed. */
export function fits({ instrument }: MarketRow, wanted: string): boolean {
  const { symbol, isin, currency } = instrument;
  const words = wanted.toUpperCase().split(/\s+/).filter(Boolean);
  return words.every((word) => `${symbol} ${isin ?? ""} ${currency}`.includes(word));
}
