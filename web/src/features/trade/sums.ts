// What an order costs or brings, from the venue's preview of it: sums that add up on the screen.

import type { PreviewOut } from "../../api/schema";
import { add, compare, isZero, multiply, places, rescale, subtract } from "../../core/decimal";
import type { NewOrder } from "./draft";

export interface Sums {
  /** What a buy pays and sets aside, or what a sell brings at once, before the fee. */
  readonly worth: string;
  /** What the part of a sell that waits brings once it fills; `null` when nothing waits. */
  readonly later: string | null;
  readonly fee: string;
  /** Whether some of the fee is only held, for what may trade later. */
  readonly isFeeHeld: boolean;
}

/** `cashFree` is what was free when the venue was asked; with it all else gives the cash after. */
export function sumsOf(order: NewOrder, foreseen: PreviewOut, cashFree: string): Sums {
  const { amount, fee, cash_after: after } = foreseen;
  const waits = add(foreseen.resting_qty, foreseen.waiting_qty);
  const price = order.price ?? order.collar;
  const hasFeeOnly = { worth: amount, later: null, fee, isFeeHeld: false };
  if (isZero(waits) || price == null) return hasFeeOnly;
  const value = multiply(waits, price);
  if (order.side === "sell") {
    return { ...hasFeeOnly, later: rescale(value, places(amount), "down") };
  }
  // The venue rounds an order's whole cost once.
  const worth = rescale(add(foreseen.filled_value, value), places(amount), "up");
  const forFee = subtract(subtract(cashFree, worth), after.free);
  // It is less only where other cash moved in between; the next answer knows of that.
  return { worth, later: null, fee: compare(forFee, fee) < 0 ? fee : forFee, isFeeHeld: true };
}
