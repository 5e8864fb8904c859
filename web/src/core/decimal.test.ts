import { describe, expect, test } from "vitest";
import {
  add,
  compare,
  compareAlike,
  divide,
  isDecimal,
  isMultiple,
  lesser,
  moveBy,
  multiply,
  negate,
  percentOf,
  rescale,
  sign,
  subtract,
  toStep,
} from "./decimal";

describe("decimals", () => {
  test("sums keep the places of the finer one", () => {
    expect(add("0.1", "0.20")).toBe("0.30");
    expect(subtract("36.95", "37")).toBe("-0.05");
  });

  test("products are exact where floats are not", () => {
    expect(multiply("0.1", "0.2")).toBe("0.02");
    expect(multiply("9007199254740993", "3.01")).toBe("27111669756770388.93");
  });

  test("a division is rounded as it is told", () => {
    expect(divide("10", "3", 2, "down")).toBe("3.33");
    expect(divide("10", "3", 2, "up")).toBe("3.34");
    expect(divide("-1", "8", 2, "half_up")).toBe("-0.13");
    expect(divide("1", "0", 2, "down")).toBeNull();
  });

  test("rescaling adds zeros or rounds", () => {
    expect(rescale("5", 2, "down")).toBe("5.00");
    expect(rescale("5.005", 2, "half_up")).toBe("5.01");
    expect(rescale("-5.009", 2, "down")).toBe("-5.00");
  });

  test("a number compares with itself of more places as equal", () => {
    expect(compare("1.50", "1.5")).toBe(0);
    expect(compare("-1", "1")).toBe(-1);
    expect(lesser("2", "1.99")).toBe("1.99");
  });

  test("decimals of equal places compare as text", () => {
    expect(compareAlike("9.99", "10.00")).toBeLessThan(0);
    expect(compareAlike("10.01", "10.00")).toBeGreaterThan(0);
    expect(compareAlike("10.00", "10.00")).toBe(0);
  });

  test("steps are kept to from below and from above", () => {
    expect(toStep("36.957", "0.05", "down")).toBe("36.95");
    expect(toStep("36.957", "0.05", "up")).toBe("37.00");
    expect(isMultiple("36.95", "0.05")).toBe(true);
    expect(isMultiple("36.96", "0.05")).toBe(false);
    expect(moveBy("36.95", "0.01", -10)).toBe("36.85");
  });

  test("the sign and its opposite are found", () => {
    expect(sign("-0.00")).toBe(0);
    expect(sign("-0.01")).toBe(-1);
    expect(negate("1.5")).toBe("-1.5");
  });

  test.each(["", ".5", "1.", "1e3", "+1", "1,5", "--1"])("%j is no decimal", (text) => {
    expect(isDecimal(text)).toBe(false);
    expect(() => add(text, "1")).toThrow(RangeError);
  });
});

test("a ratio is a percentage with two places, halves rounded away from zero", () => {
  expect(percentOf("0.012345")).toBe("1.23");
  expect(percentOf("-0.00125")).toBe("-0.13");
});
