import { expect, test } from "vitest";
import { isZero } from "../../core/decimal";
import { sumsOf } from "./trial";

const line = (asset: string, owner: string, amount: string) => ({ asset, owner, amount });

test("each asset is summed by itself, and a cent that is missing shows", () => {
  const sums = sumsOf([
    line("BRL", "customers", "100.00"),
    line("PETR4", "customers", "7"),
    line("BRL", "outside", "-100.00"),
    line("PETR4", "outside", "-6"),
  ]);
  expect(sums.map(({ asset, sum }) => [asset, isZero(sum)])).toEqual([
    ["BRL", true],
    ["PETR4", false],
  ]);
});
