// What the curve shows: how an account's worth or return went, and what there is beside it.

import type { EquityPoint, PositionBody, Summary } from "../../api/schema";
import { add, divide, isZero, multiply, percentOf, sign, toNumber } from "../../core/decimal";

export type Shown = "equity" | "return" | "profit";

/** As uPlot takes it: times in seconds, and what is drawn, which is not for paying. */
export type Curve = [times: number[], values: number[]];

/**
 * The points of a period. A return of the whole life becomes one of the period: the growth since
 * its first point.
 */
export function curveOf(points: readonly EquityPoint[], shown: Shown): Curve {
  const times = points.map(({ time }) => Date.parse(time) / 1_000);
  const first = points[0];
  if (first === undefined) return [[], []];
  switch (shown) {
    case "equity":
      return [times, points.map(({ equity }) => toNumber(equity))];
    case "profit": {
      const before = toNumber(first.profit);
      return [times, points.map(({ profit }) => toNumber(profit) - before)];
    }
    case "return": {
      const before = 1 + toNumber(first.return);
      const grown = (ratio: string) => (before === 0 ? 0 : (1 + toNumber(ratio)) / before - 1);
      return [times, points.map((point) => grown(point.return) * 100)];
    }
  }
}

/** Points and those that were asked for from their last one on, which may have changed. */
export function joined(
  before: readonly EquityPoint[],
  later: readonly EquityPoint[],
): readonly EquityPoint[] {
  const first = later[0];
  if (first === undefined) return before;
  const at = before.findIndex(({ time }) => Date.parse(time) >= Date.parse(first.time));
  return [...(at === -1 ? before : before.slice(0, at)), ...later];
}

/** Those of a period that began then; without a beginning, all. */
export function since(
  points: readonly EquityPoint[],
  start: string | undefined,
): readonly EquityPoint[] {
  if (start === undefined) return points;
  const from = Date.parse(start);
  return points.filter(({ time }) => Date.parse(time) >= from);
}

/** History ends with the last minute; what is true now, at `now`, stands behind it. */
export function withNow(
  points: readonly EquityPoint[],
  summary: Pick<Summary, "equity" | "profit" | "return"> | undefined,
  now: number,
): readonly EquityPoint[] {
  const last = points.at(-1);
  if (last === undefined || summary === undefined || now <= Date.parse(last.time)) return points;
  const { equity, profit, return: ratio } = summary;
  return [...points, { equity, profit, return: ratio, time: new Date(now).toISOString() }];
}

export interface Slice {
  readonly name: string;
  readonly value: string;
  /** Of all, in percent with two places. */
  readonly percent: string;
}

/** What an account's worth consists of, the largest first; `cash` names what is not shares. */
export function allocationOf(
  cash: string,
  positions: readonly PositionBody[],
  cashName: string,
): Slice[] {
  const parts = [
    { name: cashName, value: cash },
    ...positions.map(({ symbol, market_value: value }) => ({ name: symbol, value: value ?? "0" })),
  ].filter(({ value }) => sign(value) > 0);
  const total = parts.reduce((sum, { value }) => add(sum, value), "0");
  if (isZero(total)) return [];
  return parts
    .map(({ name, value }) => {
      const ratio = divide(value, total, 6, "half_up") ?? "0";
      return { name, value, percent: percentOf(ratio) };
    })
    .toSorted((one, other) => toNumber(other.value) - toNumber(one.value));
}

/** What was gained on the cost, in percent; `null` for what cost nothing. */
export function gainPercent({ cost, unrealised_profit: profit }: PositionBody): string | null {
  if (profit == null || sign(cost) <= 0) return null;
  return divide(multiply(profit, "100"), cost, 2, "half_up");
}
