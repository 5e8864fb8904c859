import { expect, test } from "vitest";
import { Formats } from "./format";
import { en } from "./i18n/en";
import { ptBr } from "./i18n/pt-BR";
import { translator } from "./i18n/translate";
import { problemText } from "./problems";

const english = [translator(en), new Formats("en")] as const;

test("a refusal says why and what would pass", () => {
  const problem = { code: "price_above_band", detail: "The price…", expected: "at most 1100.00" };
  expect(problemText(problem, ...english)).toBe(
    "The price is above what is allowed today. At most 1,100.00 would pass.",
  );
  expect(problemText(problem, translator(ptBr), new Formats("pt-BR"))).toBe(
    "O preço está acima do permitido hoje. No máximo 1.100,00 passaria.",
  );
});

test("a step is named as a step", () => {
  const problem = { code: "off_tick", detail: "", expected: "a multiple of 0.05" };
  expect(problemText(problem, ...english)).toContain("A multiple of 0.05 would pass.");
});

test("a code that no language has is told in the venue's own words", () => {
  const problem = { code: "brand_new", detail: "Something new.", expected: "another day" };
  expect(problemText(problem, ...english)).toBe("Something new.");
});

test("want of cash tells how much there is, as money", () => {
  const problem = { code: "insufficient_funds", detail: "", expected: "at most 10000.00" };
  expect(problemText(problem, ...english, "USD")).toBe(
    "There is not enough free cash for this. Free cash: $10,000.00.",
  );
  expect(problemText(problem, ...english)).toBe(
    "There is not enough free cash for this. Free cash: 10,000.00.",
  );
});
