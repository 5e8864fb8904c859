import { describe, expect, test } from "vitest";
import { usualTerms, listingOf } from "./listing";

describe("the terms of a new instrument", () => {
  const terms = { ...usualTerms("."), symbol: " newco ", tickSize: "0.05", lotSize: "100" };

  test("places follow from tick and lot", () => {
    expect(listingOf(terms, ".")).toMatchObject({
      symbol: "NEWCO",
      tick_size: "0.05",
      price_decimals: 2,
      lot_size: "100",
      qty_decimals: 0,
      band: { low: "1.00", high: "1000.00" },
    });
  });

  test("are read as the reader's language writes numbers", () => {
    const french = { ...usualTerms(","), symbol: "NEWCO" };
    expect(french.high).toBe("1000,00");
    expect(listingOf(french, ",")?.band.high).toBe("1000.00");
  });

  test("are none without a symbol, or with a price that is no number", () => {
    expect(listingOf({ ...terms, symbol: "" }, ".")).toBeNull();
    expect(listingOf({ ...terms, high: "much" }, ".")).toBeNull();
  });

  test("have no ISIN unless one is typed", () => {
    expect(listingOf(terms, ".")).not.toHaveProperty("isin");
  });
});
