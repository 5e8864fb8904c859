import { expect, test } from "vitest";
import { INSTRUMENT, orderBody } from "../test/venue";
import { averageOf } from "./orders";

test("an average is as fine as the venue's, without zeros that no price has", () => {
  const filled = orderBody("1", { price: null, cum_qty: "3", cum_value: "10.0000" });
  expect(averageOf(filled, { ...INSTRUMENT, price_decimals: 4 })).toBe("3.33333333");
  expect(averageOf(filled, { ...INSTRUMENT, price_decimals: 0 })).toBe("3.3333");
  expect(averageOf({ ...filled, price: "3.5" }, undefined)).toBe("3.33333");
  expect(averageOf({ ...filled, cum_qty: "1000", cum_value: "120856" }, INSTRUMENT)).toBe(
    "120.856",
  );
  expect(averageOf({ ...filled, cum_value: "300" }, INSTRUMENT)).toBe("100.00");
  expect(averageOf({ ...filled, cum_value: "300" }, { ...INSTRUMENT, price_decimals: 0 })).toBe(
    "100",
  );
  expect(averageOf(orderBody("1"), INSTRUMENT)).toBeNull();
});
