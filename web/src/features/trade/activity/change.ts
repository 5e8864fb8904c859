// A change of an own order: from what was typed into its row to what it would do.

import type { InstrumentBody, OrderBody, QuoteOut } from "../../../api/schema";
import { compare, isMultiple, places } from "../../../core/decimal";
import { parseDecimal } from "../../../core/parse";
import { type Fault, bestPrice, reaches } from "../draft";

/** Numbers stand as they were typed, in the reader's language. */
export interface Edit {
  readonly orderId: string;
  readonly qty: string;
  readonly price: string;
  readonly stop: string;
}

export type Field = "qty" | "price" | "stop";

const MEMBERS = { qty: "qty", price: "price", stop: "stop_price" } as const;

export type Change = { readonly [Member in (typeof MEMBERS)[Field]]?: string };

export type Faults = { readonly [Each in Field]?: Fault };

export const isNothing = (change: object) => Object.keys(change).length === 0;

/** The prices of an order that can be changed: a trigger as long as it waits for it. */
export function pricesOf(order: OrderBody): Field[] {
  const { status, price, stop_price: stop } = order;
  return [
    ...(status === "waiting" && stop != null ? (["stop"] as const) : []),
    ...(price == null ? [] : (["price"] as const)),
  ];
}

/** What is different from the order, and what of it cannot be read or is between two steps. */
export function changeOf(
  order: OrderBody,
  edit: Edit,
  instrument: InstrumentBody | undefined,
  point: string,
): { change: Change; faults: Faults } {
  const change: { -readonly [Member in keyof Change]: Change[Member] } = {};
  const faults: { [Each in Field]?: Fault } = {};
  for (const field of ["qty", ...pricesOf(order)] as const) {
    const member = MEMBERS[field];
    const before = order[member] ?? "0";
    const value = parseDecimal(edit[field], point, placesOf(field, instrument) ?? places(before));
    const step = stepOf(field, instrument);
    if (value === null) faults[field] = "unreadable";
    else if (compare(value, before) === 0) continue;
    else if (step !== undefined && !isMultiple(value, step)) faults[field] = "off_step";
    else change[member] = value;
  }
  return { change, faults };
}

export function placesOf(field: Field, instrument: InstrumentBody | undefined) {
  return field === "qty" ? instrument?.qty_decimals : instrument?.price_decimals;
}

export function stepOf(field: Field, instrument: InstrumentBody | undefined) {
  return field === "qty" ? instrument?.lot_size : instrument?.tick_size;
}

/** What becomes of an order that is changed, by the name of its text. */
export type Fate =
  | "keepsPlace"
  | "goesBack"
  | "tradesAtOnce"
  | "postOnlyTitle"
  | "waitsForTrigger"
  | "triggersAtOnce";

/** What a change would do to the order, by the prices of this moment. */
export function fateOf(order: OrderBody, change: Change, quote: QuoteOut | undefined): Fate {
  const { side } = order;
  const isTrading = quote?.phase === "continuous";
  if (order.status === "waiting") {
    const trigger = change.stop_price ?? order.stop_price;
    // A buy waits for the last price to rise to its trigger, a sell for it to fall.
    const isReached = isTrading && reaches(side, quote.last, trigger);
    return isReached ? "triggersAtOnce" : "waitsForTrigger";
  }
  if (change.price === undefined) {
    const isSmaller = change.qty !== undefined && compare(change.qty, order.qty) < 0;
    return isSmaller ? "keepsPlace" : "goesBack";
  }
  if (!reaches(side, change.price, bestPrice(side, quote))) return "goesBack";
  // Before the market opens nothing may be changed to a price that would trade.
  if (order.post_only || quote?.phase === "pre_open") return "postOnlyTitle";
  return isTrading ? "tradesAtOnce" : "goesBack";
}
