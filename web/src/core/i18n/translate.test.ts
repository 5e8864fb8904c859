import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { en } from "./en";
import { houseEn } from "./house/en";
import { ownEn } from "./own/en";
import { LOCALES, chooseLocale, fill, loadDictionary } from "./translate";

const placeholders = (text: string) =>
  [...new Set(text.match(/\{\w+\}/g) ?? [])].toSorted().join(" ");

describe("texts", () => {
  test.each(LOCALES)(
    "those in %s have the placeholders of English and none is empty",
    async (locale) => {
      const dictionary = await loadDictionary(locale);
      for (const [key, text] of Object.entries(en)) {
        const other = dictionary[key as keyof typeof en];
        expect([key, placeholders(other)]).toEqual([key, placeholders(text)]);
        expect([key, other.trim() === ""]).toEqual([key, false]);
      }
      expect(Object.keys(dictionary).toSorted()).toEqual(Object.keys(en).toSorted());
    },
  );

  test("no area of the dictionary hides a text of another one", () => {
    const areas = [ownEn, houseEn].map((area) => Object.keys(area).length);
    const all = readFileSync(new URL("./en.ts", import.meta.url), "utf8");
    const rest = [...all.matchAll(/^  (\w+):/gm)].length;
    expect(Object.keys(en).length).toBe(areas.reduce((sum, count) => sum + count, rest));
  });

  test("no other language was left in English", async () => {
    for (const locale of ["pt-BR", "fr"] as const) {
      const dictionary = await loadDictionary(locale);
      const sentences = Object.entries(en).filter(([, text]) => text.match(/[a-z]+ [a-z]+ [a-z]+/));
      const left = sentences.filter(([key, text]) => dictionary[key as keyof typeof en] === text);
      expect(left).toEqual([]);
    }
  });

  test("values are put in, and one and many are told apart", () => {
    expect(fill("{qty} ahead", { qty: "700" })).toBe("700 ahead");
    expect(fill("{n} order | {n} orders", { n: 1 })).toBe("1 order");
    expect(fill("{n} order | {n} orders", { n: 2 })).toBe("2 orders");
  });

  test("a browser's first known language is chosen, else English", () => {
    expect(chooseLocale(["de-CH", "fr-CA", "en"])).toBe("fr");
    expect(chooseLocale(["pt-PT"])).toBe("pt-BR");
    expect(chooseLocale(["ja"])).toBe("en");
  });
});
