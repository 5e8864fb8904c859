import { expect, test } from "vitest";
import { INSTRUMENT, orderBody } from "../test/venue";
import { averageOf } from "./orders";

test("an average has the places of its instrument, also without a price of its own", () => {
  const filled = orderBody("1", { price: null, cum_qty: "3", cum_value: "10.0000" });
  expect(averageOf(filled, { ...INSTRUMENT, price_decimals: 4 })).toBe("3.3333");
  expect(averageOf(filled, { ...INSTRUMENT, price_decimals: 0 })).toBe("3");
  expect(averageOf({ ...filled, price: "3.500" }, undefined)).toBe("3.333");
  expect(averageOf(orderBody("1"), INSTRUMENT)).toBeNull();
});
