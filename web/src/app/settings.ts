// What somebody chose for this browser. Kept in its storage; what is unreadable there is ignored.

import { Cell } from "../core/emitter";
import { type Bindings, bindingsOf } from "../core/hotkeys";
import { LOCALES, type Locale, chooseLocale } from "../core/i18n/translate";
import { Stored, oneOf } from "./stored";

export const THEMES = ["system", "dark", "light"] as const;
export const PALETTES = ["green-red", "blue-orange"] as const;

export interface Settings {
  readonly theme: (typeof THEMES)[number];
  readonly palette: (typeof PALETTES)[number];
  readonly locale: Locale;
  /** The name of a time zone; empty for that of the system. */
  readonly timeZone: string;
  /** Whether market orders and "cancel all" ask before they are sent. */
  readonly confirms: boolean;
  /** Whether single keys act; with Ctrl they always do. */
  readonly singleKeys: boolean;
  /** Keys in the place of the usual ones. */
  readonly keys: Bindings;
  /** Symbols of instruments that somebody marked with a star. */
  readonly starred: readonly string[];
}

export const settings = new Stored<Settings>("rialto.settings", (kept) => ({
  theme: oneOf(THEMES, kept["theme"]),
  palette: oneOf(PALETTES, kept["palette"]),
  locale: LOCALES.find((each) => each === kept["locale"]) ?? chooseLocale(navigator.languages),
  timeZone: typeof kept["timeZone"] === "string" ? kept["timeZone"] : "",
  confirms: kept["confirms"] === true,
  singleKeys: kept["singleKeys"] !== false,
  keys: bindingsOf(kept["keys"]),
  starred: textsOf(kept["starred"]),
}));

function textsOf(kept: unknown): readonly string[] {
  if (!Array.isArray(kept)) return [];
  return kept.filter((each): each is string => typeof each === "string");
}

const prefersLight = matchMedia("(prefers-color-scheme: light)");

export function isLight({ theme }: Settings): boolean {
  return theme === "light" || (theme === "system" && prefersLight.matches);
}

/** Grows when colours changed: what is drawn on canvas reads them anew then. */
export const colours = new Cell(0);

function dress(): void {
  const root = document.documentElement;
  const { palette, locale } = settings.value;
  const theme = isLight(settings.value) ? "light" : "dark";
  const isChanged = root.dataset["theme"] !== theme || root.dataset["palette"] !== palette;
  root.dataset["theme"] = theme;
  root.dataset["palette"] = palette;
  root.lang = locale;
  if (!isChanged) return;
  const bar = getComputedStyle(root).getPropertyValue("--bg").trim();
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", bar);
  colours.set(colours.value + 1);
}

/** Puts theme and language on the page, now and whenever they change. */
export function applySettings(): void {
  settings.subscribe(dress);
  prefersLight.addEventListener("change", dress);
  dress();
}
