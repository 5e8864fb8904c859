// Words of the ledger: who a line belongs to, and what it was booked for.

import { en } from "./i18n/en";
import type { Key, Translate } from "./i18n/translate";

function textOf(prefix: string, name: string, t: Translate): string {
  const key = `${prefix}_${name}`;
  return Object.hasOwn(en, key) ? t(key as Key) : name;
}

/** An owner that no language has yet is told by its own name. */
export function ownerText(owner: string, t: Translate): string {
  return textOf("owner", owner, t);
}

export function entryReason(reason: string, t: Translate): string {
  return textOf("entry", reason, t);
}

/** A kind of payment, as it stands in lists and in statistics. */
export function paymentKind(kind: string, t: Translate): string {
  return textOf("payment", kind, t);
}
