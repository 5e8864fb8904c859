// Sums of the trial balance, reckoned here once more: the venue's word is not taken for it.

import type { TrialLineBody } from "../../api/schema";
import { add } from "../../core/decimal";

export interface AssetSum {
  readonly asset: string;
  readonly owners: readonly TrialLineBody[];
  /** Zero, or the books are wrong. */
  readonly sum: string;
}

/** By asset, in the order in which they come. */
export function sumsOf(lines: readonly TrialLineBody[]): AssetSum[] {
  const assets = [...new Set(lines.map(({ asset }) => asset))];
  return assets.map((asset) => {
    const owners = lines.filter((line) => line.asset === asset);
    return { asset, owners, sum: owners.reduce((sum, { amount }) => add(sum, amount), "0") };
  });
}
