// What lists of orders tell beyond the orders themselves.

import type { InstrumentBody, OrderBody } from "../api/schema";
import { divide, isZero, places } from "./decimal";

/**
 * What its fills cost on average, with the places of its instrument's prices; `null` before the
 * first one. Of an instrument that is unknown yet, the order's own price has as many.
 */
export function averageOf(
  { cum_qty, cum_value, price }: Pick<OrderBody, "cum_qty" | "cum_value" | "price">,
  instrument: InstrumentBody | undefined,
): string | null {
  if (isZero(cum_qty)) return null;
  const scale = instrument?.price_decimals ?? places(price ?? "0.00");
  return divide(cum_value, cum_qty, scale, "half_up");
}
