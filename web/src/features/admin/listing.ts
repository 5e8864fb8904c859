// The terms of an instrument that is to be listed, as they are typed and as the API takes them.

import type { ListInstrument, PolicyName } from "../../api/schema";
import type { Key } from "../../core/i18n/translate";
import { parseDecimal, retyped, typed } from "../../core/parse";

export const POLICIES = ["price_time", "pro_rata"] as const satisfies readonly PolicyName[];

/** More places than any price or quantity has. */
const PLACES_MAX = 9;

export interface Terms {
  readonly symbol: string;
  readonly currency: string;
  readonly isin: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly low: string;
  readonly high: string;
  readonly priceLimit: string;
  readonly qtyMax: string;
  readonly maker: string;
  readonly taker: string;
  readonly policy: PolicyName;
}

/** What most instruments have, as somebody would type it. */
export function usualTerms(point: string): Terms {
  const entries = Object.entries(USUAL).map(([name, value]) => [name, typed(value, point)]);
  return Object.fromEntries(entries) as unknown as Terms;
}

const USUAL: Terms = {
  symbol: "",
  currency: "BRL",
  isin: "",
  tickSize: "0.01",
  lotSize: "1",
  low: "1.00",
  high: "1000.00",
  priceLimit: "10000.00",
  qtyMax: "1000000",
  maker: "0",
  taker: "0",
  policy: "price_time",
};

interface Field {
  readonly name: Exclude<keyof Terms, "policy">;
  readonly label: Key;
  readonly isText?: boolean;
}

export const FIELDS: readonly Field[] = [
  { name: "symbol", label: "symbol", isText: true },
  { name: "currency", label: "currency", isText: true },
  { name: "isin", label: "isin", isText: true },
  { name: "tickSize", label: "tickSize" },
  { name: "lotSize", label: "lotSize" },
  { name: "qtyMax", label: "orderQtyMax" },
  { name: "low", label: "bandLow" },
  { name: "high", label: "bandHigh" },
  { name: "priceLimit", label: "priceLimit" },
  { name: "maker", label: "makerFeePpm" },
  { name: "taker", label: "takerFeePpm" },
];

/** The same terms for a language with the other point. */
export function retypedTerms(terms: Terms): Terms {
  const numbers = FIELDS.filter(({ isText }) => isText !== true);
  const entries = numbers.map(({ name }) => [name, retyped(terms[name])]);
  return { ...terms, ...Object.fromEntries(entries) };
}

/** `null` while something is missing or no number. Prices get the places of the tick. */
export function listingOf(terms: Terms, point: string): ListInstrument | null {
  const symbol = terms.symbol.trim().toUpperCase();
  const currency = terms.currency.trim().toUpperCase();
  const isin = terms.isin.trim().toUpperCase();
  const priceScale = placesTyped(terms.tickSize, point);
  const qtyScale = placesTyped(terms.lotSize, point);
  const price = (text: string) => parseDecimal(text, point, priceScale);
  const qty = (text: string) => parseDecimal(text, point, qtyScale);
  const [tick, low, high, limit] = [terms.tickSize, terms.low, terms.high, terms.priceLimit].map(
    price,
  );
  const [lot, most] = [terms.lotSize, terms.qtyMax].map(qty);
  const fees = [terms.maker, terms.taker].map((text) =>
    /^-?\d+$/.test(text) ? Number(text) : null,
  );
  if (symbol === "" || currency === "") return null;
  if (tick == null || low == null || high == null || limit == null) return null;
  if (lot == null || most == null || fees[0] == null || fees[1] == null) return null;
  return {
    symbol,
    currency,
    ...(isin === "" ? {} : { isin }),
    tick_size: tick,
    lot_size: lot,
    price_decimals: priceScale,
    qty_decimals: qtyScale,
    band: { low, high },
    price_limit: limit,
    order_qty_max: most,
    fees: { maker_ppm: fees[0], taker_ppm: fees[1] },
    policy: terms.policy,
  };
}

/** How many places somebody typed, zeros at the end too: a tick of 0.10 has two. */
function placesTyped(text: string, point: string): number {
  const sign = text.includes(point) ? point : point === "," ? "." : ",";
  return Math.min((text.trim().split(sign)[1] ?? "").length, PLACES_MAX);
}
