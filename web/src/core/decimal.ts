// Exact arithmetic on decimals as the API writes them: text such as "36.95". No float is money.

/** What a decimal is: `units` × 10^-`scale`. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

export type Rounding = "down" | "up" | "half_up";

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

function scaled(text: string): Scaled {
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`not a decimal: ${text}`);
  const [, sign, whole = "", places = ""] = match;
  const units = BigInt(whole + places);
  return { units: sign === "-" ? -units : units, scale: places.length };
}

function written({ units, scale }: Scaled): string {
  const isNegative = units < 0n;
  const digits = (isNegative ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`;
  return isNegative ? `-${text}` : text;
}

function unitsAt(value: Scaled, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale);
}

function together(one: string, other: string): [bigint, bigint, number] {
  const left = scaled(one);
  const right = scaled(other);
  const scale = Math.max(left.scale, right.scale);
  return [unitsAt(left, scale), unitsAt(right, scale), scale];
}

export function add(one: string, other: string): string {
  const [left, right, scale] = together(one, other);
  return written({ units: left + right, scale });
}

export function subtract(one: string, other: string): string {
  const [left, right, scale] = together(one, other);
  return written({ units: left - right, scale });
}

export function multiply(one: string, other: string): string {
  const left = scaled(one);
  const right = scaled(other);
  return written({ units: left.units * right.units, scale: left.scale + right.scale });
}

/** Divides to `scale` places; `null` by zero. Rounds the size, whatever the sign. */
export function divide(one: string, other: string, scale: number, how: Rounding): string | null {
  const [left, right] = together(one, other);
  if (right === 0n) return null;
  const isNegative = left < 0n !== right < 0n;
  const size = quotient(magnitude(left) * 10n ** BigInt(scale), magnitude(right), how);
  return written({ units: isNegative ? -size : size, scale });
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}

function quotient(dividend: bigint, divisor: bigint, how: Rounding): bigint {
  const whole = dividend / divisor;
  const rest = dividend % divisor;
  const isUp = (how === "up" && rest > 0n) || (how === "half_up" && rest * 2n >= divisor);
  return isUp ? whole + 1n : whole;
}

/** The same number with `scale` places. */
export function rescale(text: string, scale: number, how: Rounding): string {
  const value = scaled(text);
  if (value.scale <= scale) return written({ units: unitsAt(value, scale), scale });
  const size = quotient(magnitude(value.units), 10n ** BigInt(value.scale - scale), how);
  return written({ units: value.units < 0n ? -size : size, scale });
}

/** Below zero, zero or above zero, as `one` is less than, equal to or more than `other`. */
export function compare(one: string, other: string): number {
  const [left, right] = together(one, other);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function sign(text: string): -1 | 0 | 1 {
  const { units } = scaled(text);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

export function isZero(text: string): boolean {
  return sign(text) === 0;
}

export function negate(text: string): string {
  const value = scaled(text);
  return written({ units: -value.units, scale: value.scale });
}

export function lesser(one: string, other: string): string {
  return compare(one, other) <= 0 ? one : other;
}

/** The multiple of `step` that `how` leads to, with the step's places. */
export function toStep(text: string, step: string, how: Rounding): string {
  const [value, size] = together(text, step);
  if (size <= 0n) return text;
  const steps = quotient(magnitude(value), size, how);
  const { units, scale } = scaled(step);
  return written({ units: (value < 0n ? -steps : steps) * units, scale });
}

export function isMultiple(text: string, step: string): boolean {
  const [value, size] = together(text, step);
  return size > 0n && value % size === 0n;
}

/** Adds `steps` times `step`; `steps` is a whole number, below zero too. */
export function moveBy(text: string, step: string, steps: number): string {
  const [value, size, scale] = together(text, step);
  return written({ units: value + size * BigInt(steps), scale });
}

export function places(text: string): number {
  return scaled(text).scale;
}

/** A ratio as a percentage with two places: "0.0123" is "1.23". */
export function percentOf(ratio: string): string {
  return rescale(multiply(ratio, "100"), 2, "half_up");
}

/** For what is drawn, never for what is paid. */
export function toNumber(text: string): number {
  return Number(text);
}

/**
 * Orders two decimals that are not below zero and have the same number of places, without
 * reading them: the longer one is more, and of equal length the later in the alphabet.
 */
export function compareAlike(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : one > other ? 1 : 0;
}
