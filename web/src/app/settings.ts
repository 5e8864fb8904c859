// What somebody chose for this browser. Kept in its storage; what is unreadable there is ignored.

import { Cell } from "../core/emitter";
import { LOCALES, type Locale, chooseLocale } from "../core/i18n/translate";

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
  /** Symbols of instruments that somebody marked with a star. */
  readonly starred: readonly string[];
}

const KEY = "rialto.settings";

function isOneOf<T extends string>(values: readonly T[], value: unknown): value is T {
  return values.some((each) => each === value);
}

function stored(): Settings {
  let kept: Partial<Record<keyof Settings, unknown>> = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    // Storage may be switched off, or hold anything: then the defaults do.
  }
  return {
    theme: isOneOf(THEMES, kept.theme) ? kept.theme : "system",
    palette: isOneOf(PALETTES, kept.palette) ? kept.palette : "green-red",
    locale: isOneOf(LOCALES, kept.locale) ? kept.locale : chooseLocale(navigator.languages),
    timeZone: typeof kept.timeZone === "string" ? kept.timeZone : "",
    confirms: kept.confirms === true,
    singleKeys: kept.singleKeys !== false,
    starred: Array.isArray(kept.starred)
      ? kept.starred.filter((each): each is string => typeof each === "string")
      : [],
  };
}

export const settings = new Cell<Settings>(stored());

export function changeSettings(changes: Partial<Settings>): void {
  settings.set({ ...settings.value, ...changes });
  try {
    localStorage.setItem(KEY, JSON.stringify(settings.value));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
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
