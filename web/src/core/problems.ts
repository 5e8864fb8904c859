// Why the venue said no, in the reader's language, with what would have passed.

import type { Problem, RejectOut } from "../api/schema";
import type { Formats } from "./format";
import { en } from "./i18n/en";
import type { Key, Translate } from "./i18n/translate";

type Told = Pick<Problem | RejectOut, "code" | "detail" | "expected">;

/** Refusals whose bound is an amount of money. */
const OF_CASH: ReadonlySet<string> = new Set(["insufficient_funds", "notional_too_large"]);

/**
 * The sentence of a refusal's code; one that no language has yet is told in the venue's own words.
 * `currency` is that of the account, where it is known.
 */
export function problemText(
  problem: Told,
  t: Translate,
  formats: Formats,
  currency?: string,
): string {
  const key = `p_${problem.code}`;
  const reason = isKey(key) ? t(key) : problem.detail;
  const bound = boundOf(problem.expected ?? "");
  if (bound === null) return reason;
  const isMoney = currency !== undefined && OF_CASH.has(problem.code);
  const n = isMoney ? formats.money(bound.number, currency) : formats.decimal(bound.number);
  // What is free is no size of an order, which a bare number would be taken for.
  if (problem.code === "insufficient_funds") return `${reason} ${t("free_is", { n })}`;
  return `${reason} ${t("would_pass", { expected: t(bound.key, { n }) })}`;
}

const BOUNDS: readonly (readonly [RegExp, Key])[] = [
  [/at most (\d+(?:\.\d+)?)/, "at_most"],
  [/at least (\d+(?:\.\d+)?)/, "at_least"],
  [/a multiple of (\d+(?:\.\d+)?)/, "multiple_of"],
];

/** What would have passed, where the venue named a number. */
function boundOf(expected: string): { readonly key: Key; readonly number: string } | null {
  for (const [pattern, key] of BOUNDS) {
    const number = pattern.exec(expected)?.[1];
    if (number !== undefined) return { key, number };
  }
  return null;
}

function isKey(key: string): key is Key {
  return Object.hasOwn(en, key);
}
