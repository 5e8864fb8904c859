// The venue's limits as a list, by the names that the API gives them.

import type { LimitsOut } from "../../api/schema";

export interface LimitRow {
  readonly name: string;
  readonly value: number;
}

export interface LimitGroup {
  readonly name: string;
  readonly rows: readonly LimitRow[];
}

/** All but the rates, which have a table of their own. */
export function limitGroups(limits: LimitsOut): LimitGroup[] {
  return Object.entries(limits)
    .filter(([name]) => name !== "rates")
    .map(([name, values]) => ({ name, rows: rowsOf(values, "") }));
}

function rowsOf(values: object, before: string): LimitRow[] {
  return Object.entries(values).flatMap(([member, value]: [string, unknown]) => {
    const name = before + member;
    if (typeof value === "number") return [{ name, value }];
    return typeof value === "object" && value !== null ? rowsOf(value, `${name}.`) : [];
  });
}
