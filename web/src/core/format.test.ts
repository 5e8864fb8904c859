import { describe, expect, test } from "vitest";
import { Formats, arrow } from "./format";
import { parseDecimal, retyped, typed } from "./parse";

const blanks = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("formats", () => {
  const en = new Formats("en", "UTC");
  const pt = new Formats("pt-BR", "America/Sao_Paulo");
  const fr = new Formats("fr", "Europe/Paris");

  test("decimals keep all their places, in each language", () => {
    expect(en.decimal("1234567.50")).toBe("1,234,567.50");
    expect(pt.decimal("1234567.50")).toBe("1.234.567,50");
    expect(blanks(fr.decimal("1234567.50"))).toBe("1 234 567,50");
  });

  test("a share has no sign, and the blank before it that French wants", () => {
    expect(en.share("59.20")).toBe("59.20%");
    expect(blanks(fr.share("59.20"))).toBe("59,20 %");
  });

  test("an axis tells seconds, minutes or days, as far as its marks are apart", () => {
    const at = Date.parse("2026-11-30T16:31:02Z");
    expect(en.axisTime(at, 10)).toBe("16:31:02");
    expect(en.axisTime(at, 300)).toBe("16:31");
    expect(en.axisTime(at, 86_400)).toBe("Nov 30");
  });

  test("a number with more digits than a float has is exact", () => {
    expect(en.decimal("90071992547409931.01")).toBe("90,071,992,547,409,931.01");
  });

  test("money has its currency's sign where the language puts it", () => {
    expect(en.money("1234.50", "USD")).toBe("$1,234.50");
    expect(blanks(pt.money("1234.50", "BRL"))).toBe("R$ 1.234,50");
    expect(blanks(fr.money("1234.50", "EUR"))).toBe("1 234,50 €");
    expect(en.money("1.5", "TOKEN")).toBe("1.5 TOKEN");
  });

  test("changes have a sign, except none", () => {
    expect(en.signed("0.25")).toBe("+0.25");
    expect(en.signed("0.00")).toBe("0.00");
    expect(pt.percent("-1.25")).toBe("-1,25%");
    expect([arrow("1"), arrow("-1"), arrow("0"), arrow(null)]).toEqual(["▲", "▼", "", ""]);
  });

  test("averages lose the zeros at their end, and no more", () => {
    expect(en.trimmed("151.380000", 2)).toBe("151.38");
    expect(en.trimmed("151.385000", 2)).toBe("151.385");
  });

  test("times are of the chosen zone, and dates of none", () => {
    const noon = "2026-12-01T12:00:00.123456789Z";
    expect(en.time(noon)).toBe("12:00:00");
    expect(pt.time(noon)).toBe("09:00:00");
    expect(fr.dateTime(noon)).toBe("01/12/2026 13:00:00");
    expect(pt.date("2026-12-01")).toBe("1 de dez. de 2026");
  });

  test("what there is not is a dash", () => {
    expect([en.decimal(null), en.money(undefined, "USD"), en.percent(null)]).toEqual([
      "–",
      "–",
      "–",
    ]);
  });
});

describe("what people type", () => {
  test.each([
    ["36,95", ",", "36.95"],
    ["1.234,5", ",", "1234.50"],
    ["36.95", ",", "36.95"],
    ["36.95", ".", "36.95"],
    ["1,234.5", ".", "1234.50"],
    ["36,95", ".", "36.95"],
    ["1.234", ",", "1234.00"],
    ["1,234", ".", "1234.00"],
    ["1 234,56", ",", "1234.56"],
    [",5", ",", "0.50"],
    ["007", ".", "7.00"],
    ["36.950", ".", "36.95"],
  ])("%j with the point %j is %s", (text, point, value) => {
    expect(parseDecimal(text, point, 2)).toBe(value);
  });

  test.each([
    ["0.125", ",", "0.12500000"],
    ["0,125", ".", "0.12500000"],
    [".125", ",", "0.12500000"],
    ["00.125", ",", "0.12500000"],
    ["1234.567", ",", "1234.56700000"],
    ["1234,567", ".", "1234.56700000"],
    ["1.234.567", ",", "1234567.00000000"],
    ["123.456", ",", "123456.00000000"],
  ])("%j with the point %j and more places is %s", (text, point, value) => {
    expect(parseDecimal(text, point, 8)).toBe(value);
  });

  test.each([
    ["", "."],
    ["abc", "."],
    ["1.2.3", "."],
    ["12,34,567", "."],
    ["-5", "."],
    ["1e3", "."],
    ["36.955", "."],
    ["1,2345,678", "."],
    [",", ","],
    ["1.23,4.5", ","],
    ["0.125", ","],
    ["0.123.456", ","],
    ["1234.567,8", ","],
    ["1,234,", "."],
  ])("%j with the point %j is no number", (text, point) => {
    expect(parseDecimal(text, point, 2)).toBeNull();
  });

  test("a value is written as it would be typed, and read again as it was", () => {
    expect(typed("1234.50", ",")).toBe("1234,50");
    expect(parseDecimal(typed("1234.50", ","), ",", 2)).toBe("1234.50");
    expect(parseDecimal(typed("0.125", ","), ",", 3)).toBe("0.125");
  });

  test.each(["1.234", "1,234", "36.95", "0,125", "1.234,5", "1 234,5", "1.2.3", ",5"])(
    "%j is the same in another language, once it is typed anew",
    (text) => {
      expect(parseDecimal(retyped(text), ".", 8)).toBe(parseDecimal(text, ",", 8));
    },
  );
});
