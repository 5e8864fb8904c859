// The venue's limits as a list, by the names that the API gives them.

import type { LimitsOut } from "../../api/schema";

export interface LimitRow {
  readonly name: string;
  readonly value: number;
}

/** All but the rates, which have a table of their own: "streams.channels_max" and so on. */
export function limitRows(limits: LimitsOut): LimitRow[] {
  const groups = Object.entries(limits).filter(([group]) => group !== "rates");
  return groups.flatMap(([group, values]) => flat(group, values));
}

function flat(name: string, value: unknown): LimitRow[] {
  if (typeof value === "number") return [{ name, value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([member, each]) => flat(`${name}.${member}`, each));
}
