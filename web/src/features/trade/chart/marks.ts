// Where own fills stand on the chart.

import type { Bar } from "../../../core/market/candles";

/** The bar in which something happened; `undefined` before the first one. `bars` has oldest first. */
export function barAt(bars: readonly Bar[], instant: string): Bar | undefined {
  const seconds = Date.parse(instant) / 1_000;
  const date = new Date(instant).toISOString().slice(0, 10);
  // A day's bar has a date in place of a time.
  return bars.findLast(({ time }) => (typeof time === "string" ? time <= date : time <= seconds));
}
