// Why the venue said no, in the reader's language, with what would have passed.

import type { Problem, RejectOut } from "../api/schema";
import type { Formats } from "./format";
import { en } from "./i18n/en";
import type { Key, Translate } from "./i18n/translate";

type Told = Pick<Problem | RejectOut, "code" | "detail" | "expected">;

/**
 * The sentence of a refusal's code; one that no language has yet is told in the venue's own words.
 */
export function problemText(problem: Told, t: Translate, formats: Formats): string {
  const key = `p_${problem.code}`;
  const reason = isKey(key) ? t(key) : problem.detail;
  const expected = expectedText(problem.expected ?? "", t, formats);
  return expected === null ? reason : `${reason} ${t("would_pass", { expected })}`;
}

const BOUNDS: readonly (readonly [RegExp, Key])[] = [
  [/at most (\d+(?:\.\d+)?)/, "at_most"],
  [/at least (\d+(?:\.\d+)?)/, "at_least"],
  [/a multiple of (\d+(?:\.\d+)?)/, "multiple_of"],
];

/** What would have passed, where the venue named a number. */
function expectedText(expected: string, t: Translate, formats: Formats): string | null {
  for (const [pattern, key] of BOUNDS) {
    const number = pattern.exec(expected)?.[1];
    if (number !== undefined) return t(key, { n: formats.decimal(number) });
  }
  return null;
}

function isKey(key: string): key is Key {
  return Object.hasOwn(en, key);
}
