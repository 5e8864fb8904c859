// Texts in three languages. English is the measure: a key that another one lacks does not compile.

import { en } from "./en";

export type Key = keyof typeof en;
export type Dictionary = Readonly<Record<Key, string>>;

export const LOCALES = ["en", "pt-BR", "fr"] as const;
export type Locale = (typeof LOCALES)[number];

/** Each language's name in itself. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = {
  en: "English",
  "pt-BR": "Português",
  fr: "Français",
};

export async function loadDictionary(locale: Locale): Promise<Dictionary> {
  switch (locale) {
    case "en":
      return en;
    case "pt-BR":
      return (await import("./pt-BR")).ptBr;
    case "fr":
      return (await import("./fr")).fr;
  }
}

/** The first of a browser's languages that there is. */
export function chooseLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    const tongue = language.slice(0, 2);
    const found = LOCALES.find((locale) => locale.slice(0, 2) === tongue);
    if (found !== undefined) return found;
  }
  return "en";
}

export type Values = Readonly<Record<string, string | number>>;

/** Puts values into `{placeholders}`. A text with "one | many" is chosen from by `{n}`. */
export function fill(text: string, values: Values = {}): string {
  const [one = text, many] = text.split(" | ");
  const isOne = Number(values["n"]) === 1;
  const chosen = many === undefined || isOne ? one : many;
  return chosen.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

export type Translate = (key: Key, values?: Values) => string;

export function translator(dictionary: Dictionary): Translate {
  return (key, values) => fill(dictionary[key], values);
}
