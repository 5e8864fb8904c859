// What lists of orders tell beyond the orders themselves.

import type { InstrumentBody, OrderBody } from "../api/schema";
import { divide, isZero, places, rescale } from "./decimal";

/** An average has so many places more than a price, as those of the venue have. */
const FINER = 4;

/**
 * What its fills cost on average: exact to four places more than its instrument's prices have, and
 * without zeros beyond those; `null` before the first one. Of an instrument that is unknown yet,
 * the order's own price has as many.
 */
export function averageOf(
  { cum_qty, cum_value, price }: Pick<OrderBody, "cum_qty" | "cum_value" | "price">,
  instrument: InstrumentBody | undefined,
): string | null {
  if (isZero(cum_qty)) return null;
  const scale = instrument?.price_decimals ?? places(price ?? "0.00");
  const average = divide(cum_value, cum_qty, scale + FINER, "half_up");
  if (average === null) return null;
  const significant = average.replace(/0+$/, "");
  const used = significant.length - significant.indexOf(".") - 1;
  return rescale(average, Math.max(scale, used), "down");
}
