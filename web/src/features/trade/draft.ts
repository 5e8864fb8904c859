// The ticket's draft: from what was typed to an order, or to what is wrong with it.

import type {
  BalanceOut,
  InstrumentBody,
  OrderTypeName,
  PlaceOrder,
  QuoteOut,
  SideName,
  TimeInForceName,
} from "../../api/schema";
import {
  add,
  compare,
  divide,
  isMultiple,
  isZero,
  lesser,
  moveBy,
  multiply,
  places,
  rescale,
  sign,
  subtract,
  toStep,
} from "../../core/decimal";
import type { Formats } from "../../core/format";
import { parseDecimal } from "../../core/parse";
import { nextMidnight } from "../../core/periods";

/** Numbers stand as they were typed, in the reader's language. */
export interface Draft {
  readonly side: SideName;
  readonly type: OrderTypeName;
  readonly qty: string;
  readonly price: string;
  readonly stop: string;
  readonly tif: TimeInForceName;
  readonly expires: string;
  readonly isPostOnly: boolean;
  readonly isIceberg: boolean;
  readonly display: string;
}

export const EMPTY_DRAFT: Draft = {
  side: "buy",
  type: "limit",
  qty: "",
  price: "",
  stop: "",
  tif: "day",
  expires: "",
  isPostOnly: false,
  isIceberg: false,
  display: "",
};

export type NumberField = "qty" | "price" | "stop" | "display";
export type NeededField = NumberField | "expires";
export type Fault = "unreadable" | "off_step";

/** An order that has no id yet: that is of its way to the venue. */
export type NewOrder = Omit<PlaceOrder, "client_order_id">;

/** What an order is: all but its collar, which follows the best price. Equal for the same order. */
export function termsOf(order: NewOrder): string {
  return JSON.stringify({ ...order, collar: undefined });
}

export interface Reading {
  /** `null` while a field is empty or wrong. */
  readonly order: NewOrder | null;
  readonly faults: { readonly [Field in NumberField]?: Fault };
  /** The first field that is wrong, else the first that is empty; `null` when there is an order. */
  readonly needs: NeededField | null;
  readonly qty: string | null;
  readonly price: string | null;
  /** The price that the venue holds cash at: the limit or the collar, from the best one if need be. */
  readonly worst: string | null;
}

/** Which times in force an order of this type may have. */
export function timesOf(type: OrderTypeName): readonly TimeInForceName[] {
  switch (type) {
    case "limit":
      return ["day", "gtc", "gtd", "ioc", "fok"];
    case "market":
      return ["ioc", "fok"];
    case "stop":
    case "stop_limit":
      return ["day", "gtc", "gtd"];
  }
}

export const hasPrice = (type: OrderTypeName) => type === "limit" || type === "stop_limit";
export const hasStop = (type: OrderTypeName) => type === "stop" || type === "stop_limit";

export function canRest({ type, tif }: Draft): boolean {
  return type === "limit" && tif !== "ioc" && tif !== "fok";
}

export function canHide({ type, tif }: Draft): boolean {
  return hasPrice(type) && tif !== "ioc" && tif !== "fok";
}

/** Changes a draft, and what no longer fits with it. */
export function changed(draft: Draft, changes: Partial<Draft>): Draft {
  const next = { ...draft, ...changes };
  const times = timesOf(next.type);
  // A market order's time was not chosen for the order that follows it.
  const wasMarket = draft.type === "market" && next.type !== "market";
  const stays = times.includes(next.tif) && !wasMarket;
  const tif = stays ? next.tif : (times[0] ?? "day");
  const fitting = { ...next, tif };
  const isIceberg = fitting.isIceberg && canHide(fitting);
  return { ...fitting, isIceberg, isPostOnly: fitting.isPostOnly && canRest(fitting) };
}

/** A market order reaches so much beyond the best price and no further, in percent. */
const COLLAR_PERCENT = "5";

/**
 * The worst price that an order without a limit may trade at: 5 % beyond `from`, inside the band.
 * Without it the venue would hold cash for the band's very edge.
 */
export function collarOf(side: SideName, from: string, instrument: InstrumentBody): string {
  const { tick_size: tick, band } = instrument;
  const away = divide(multiply(from, COLLAR_PERCENT), "100", 12, "up") ?? "0";
  if (side === "buy") return lesser(toStep(add(from, away), tick, "up"), band.high);
  const floor = toStep(subtract(from, away), tick, "down");
  return compare(floor, band.low) < 0 ? band.low : floor;
}

export function bestPrice(side: SideName, quote: QuoteOut | undefined): string | null {
  return (side === "buy" ? quote?.ask : quote?.bid) ?? null;
}

/**
 * Whether a price is as high as another or higher; for a sell, as low or lower: so a limit trades
 * with the best price, and the last price triggers a stop.
 */
export function reaches(
  side: SideName,
  price: string | null | undefined,
  other: string | null | undefined,
): boolean {
  if (price == null || other == null) return false;
  const order = compare(price, other);
  return side === "buy" ? order >= 0 : order <= 0;
}

export function read(
  draft: Draft,
  instrument: InstrumentBody,
  quote: QuoteOut | undefined,
  { point, timeZone }: Pick<Formats, "point" | "timeZone">,
): Reading {
  const faults: { [Field in NumberField]?: Fault } = {};
  const number = (field: NumberField, placesMax: number, step: string) => {
    const text = draft[field];
    if (text.trim() === "") return null;
    const value = parseDecimal(text, point, placesMax);
    if (value === null) faults[field] = "unreadable";
    else if (!isMultiple(value, step)) faults[field] = "off_step";
    return value;
  };
  const { price_decimals, qty_decimals, tick_size, lot_size } = instrument;
  const qty = number("qty", qty_decimals, lot_size);
  const price = hasPrice(draft.type) ? number("price", price_decimals, tick_size) : null;
  const stop = hasStop(draft.type) ? number("stop", price_decimals, tick_size) : null;
  const display = draft.isIceberg ? number("display", qty_decimals, lot_size) : null;
  const collarFrom = (each: string | null) =>
    each === null ? null : collarOf(draft.side, each, instrument);
  const wanting: readonly (readonly [NeededField, boolean])[] = [
    ["stop", stop === null && hasStop(draft.type)],
    ["price", price === null && hasPrice(draft.type)],
    ["qty", qty === null || isZero(qty)],
    ["expires", draft.tif === "gtd" && !DATE.test(draft.expires)],
    ["display", display === null && draft.isIceberg],
  ];
  const isWrong = ([field]: (typeof wanting)[number]) => field !== "expires" && field in faults;
  const [needs = null] = wanting.find(isWrong) ?? wanting.find(([, isWanting]) => isWanting) ?? [];
  const best = bestPrice(draft.side, quote);
  const from = draft.type === "market" ? best : stop;
  const hasCollar = !hasPrice(draft.type) && from !== null;
  const worst = hasPrice(draft.type) ? (price ?? best) : collarFrom(from ?? best);
  if (needs !== null || qty === null) return { order: null, faults, needs, qty, price, worst };
  const order = {
    symbol: instrument.symbol,
    side: draft.side,
    type: draft.type,
    qty,
    time_in_force: draft.tif,
    ...(price === null ? {} : { price }),
    ...(stop === null ? {} : { stop_price: stop }),
    ...(hasCollar ? { collar: collarOf(draft.side, from, instrument) } : {}),
    ...(draft.tif === "gtd" ? { expire_at: endOfDay(draft.expires, timeZone) } : {}),
    ...(draft.isPostOnly ? { post_only: true } : {}),
    ...(display === null ? {} : { display_qty: display }),
  };
  return { order, faults, needs, qty, price, worst };
}

/** A date whose year is being typed has years of other lengths. */
const DATE = /^\d{4}-\d\d-\d\d$/;

/** The last second of a date where the reader is. */
function endOfDay(date: string, timeZone: string | undefined): string {
  return new Date(nextMidnight(date, timeZone) - 1_000).toISOString();
}

/** `percent` of what there is to spend or to sell, in whole lots: the most that the venue takes. */
export function shareOf(
  percent: number,
  side: SideName,
  price: string | null,
  instrument: InstrumentBody,
  cashFree: string,
  position: BalanceOut,
): string | null {
  const { lot_size: lot, fees, order_qty_max: most } = instrument;
  const part = (whole: string, scale: number) =>
    rescale(multiply(whole, `${percent / 100}`), scale, "down");
  const lotsOf = (qty: string) => lesser(toStep(qty, lot, "down"), most);
  if (side === "sell") return lotsOf(part(position.free, EXACT));
  if (price === null || sign(price) <= 0) return null;
  const cash = part(cashFree, places(cashFree));
  const cost = costWithin(cash, Math.max(fees.maker_ppm, fees.taker_ppm));
  return lotsOf(divide(cost, price, EXACT, "down") ?? "0");
}

/** More places than a price and a quantity have between them. */
const EXACT = 20;
const MILLION = "1000000";

/**
 * The most that an order may cost before its fee so that `cash` covers both. The venue holds each
 * of them rounded up to the currency's smallest unit, with the higher of the two rates.
 */
function costWithin(cash: string, feePpm: number): string {
  const withFee = String(1_000_000 + feePpm);
  const whole = divide(multiply(cash, MILLION), withFee, places(cash), "down") ?? "0";
  if (feePpm === 0) return whole;
  // A cost of whole units leaves room for its fee. Part of the next unit may have room as well,
  // where the fee's own rounding leaves some.
  const next = moveBy(whole, unitOf(cash), 1);
  const leftForFee = subtract(cash, next);
  const ofFee = divide(multiply(leftForFee, MILLION), String(feePpm), EXACT, "down") ?? "0";
  return compare(ofFee, whole) > 0 ? lesser(ofFee, next) : whole;
}

/** One at the last place of a decimal. */
function unitOf(text: string): string {
  return divide("1", `1${"0".repeat(places(text))}`, places(text), "down") ?? "1";
}

/** The quantity with some more or fewer lots; never below zero. */
export function addTo(qty: string | null, amount: string): string {
  const sum = add(qty ?? "0", amount);
  return sign(sum) < 0 ? "0" : sum;
}

/** Sizes of the quantity's chips: 1, 5, 10, 50 and 100 of what people trade at a time. */
export function chipsOf({ lot_size: lot, qty_decimals }: InstrumentBody): string[] {
  const isFine = qty_decimals > 3;
  const sizes = isFine ? ["0.001", "0.01", "0.1", "1"] : ["10", "50", "100", "500"];
  return sizes.filter((size) => isMultiple(size, lot));
}

/**
 * How much worse the average is than the best price, in percent. It is never better; where it seems
 * to be, the book has moved on.
 */
export function slippage(side: SideName, average: string, best: string): string | null {
  const difference = side === "buy" ? subtract(average, best) : subtract(best, average);
  const away = sign(difference) < 0 ? "0" : difference;
  return divide(multiply(away, "100"), best, 2, "half_up");
}

export function stepped(
  value: string | null,
  from: string | null,
  step: string,
  steps: number,
): string | null {
  const start = value ?? from;
  if (start === null) return null;
  const moved = moveBy(start, step, steps);
  return sign(moved) > 0 ? moved : start;
}
