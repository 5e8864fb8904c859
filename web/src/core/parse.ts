// What people type into a field, by the rules of their language, as a decimal of the API.

import { isDecimal, rescale } from "./decimal";

const BLANKS = /[\s'’]/g;

/**
 * Reads "36,95", "1.234,50" or "1,234.50"; `null` when it is not a number or has more places than
 * `placesMax`: nothing is rounded behind somebody's back.
 *
 * `point` is the sign that the language puts before the places. The other one parts thousands, and
 * must then stand where thousands are; a lone one before other than three digits is a point as
 * well, for people type what their keyboard has.
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
  const [, places, ...more] = typed.split(sign);
  return places !== undefined && more.length === 0 && places.length !== 3;
}

function withoutThousands(whole: string, separator: string): string | null {
  const groups = whole.split(separator);
  const isGrouped = groups.slice(1).every((group) => group.length === 3);
  if (!isGrouped || !groups.every((group) => /^\d*$/.test(group))) return null;
  if (groups.length > 1 && groups[0] === "") return null;
  return groups.join("");
}

/** A decimal as somebody would type it, to stand in a field. */
export function typed(value: string, point: string): string {
  return value.replace(".", point);
}
