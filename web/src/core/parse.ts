// What people type into a field, by the rules of their language, as a decimal of the API.

import { isDecimal, rescale } from "./decimal";

const BLANKS = /[\s'’]/g;

/**
 * Reads "36,95", "1.234,50" or "1,234.50"; `null` when it is not a number or has more places than
 * `placesMax`: nothing is rounded behind somebody's back.
 *
 * `point` is the sign that the language puts before the places. The other one parts thousands, and
 * must then stand where thousands are; a lone one that stands elsewhere, as in "0.125" or
 * "1234.567", is a point as well, for people type what their keyboard has.
 */
export function parseDecimal(text: string, point: string, placesMax: number): string | null {
  const typed = text.replaceAll(BLANKS, "");
  const other = point === "," ? "." : ",";
  const isPoint = !typed.includes(point) && isLonePoint(typed, other);
  const [whole = "", ...rest] = typed.split(isPoint ? other : point);
  if (rest.length > 1) return null;
  const digits = withoutThousands(whole, other);
  const decimals = rest[0] ?? "";
  if (digits === null || !/^\d*$/.test(decimals)) return null;
  if (digits === "" && decimals === "") return null;
  const value = decimals === "" ? digits : `${digits === "" ? "0" : digits}.${decimals}`;
  if (!isDecimal(value)) return null;
  const significant = decimals.replace(/0+$/, "");
  if (significant.length > placesMax) return null;
  return rescale(value.replace(/^0+(?=\d)/, ""), placesMax, "down");
}

function isLonePoint(typed: string, sign: string): boolean {
  return typed.split(sign).length === 2 && withoutThousands(typed, sign) === null;
}

/** The digits alone, of one group or of thousands; `null` where the separator does not belong. */
function withoutThousands(whole: string, separator: string): string | null {
  const [first = "", ...groups] = whole.split(separator);
  const isFirst = groups.length === 0 ? /^\d*$/.test(first) : /^[1-9]\d{0,2}$/.test(first);
  if (!isFirst || !groups.every((group) => /^\d{3}$/.test(group))) return null;
  return [first, ...groups].join("");
}

/** What was typed by the rules of one point, as it is typed by those of the other: the same value. */
export function retyped(text: string): string {
  return text.replaceAll(/[.,]/g, (sign) => (sign === "," ? "." : ","));
}

/** A decimal as somebody would type it, to stand in a field. */
export function typed(value: string, point: string): string {
  return value.replace(".", point);
}
