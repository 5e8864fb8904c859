// What the keyboard does: one table, by which keys are handled and the cheat sheet is written.

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

export type HotkeyGroup = "everywhere" | "order" | "chart";

interface Hotkey {
  readonly group: HotkeyGroup;
  /** As it is shown, and as it is compared: modifiers, then the key. */
  readonly keys: string;
  /** Whether it counts while somebody types in a field. */
  readonly whileTyping: boolean;
}

function hotkey(group: HotkeyGroup, keys: string, whileTyping = false): Hotkey {
  return { group, keys, whileTyping };
}

export const HOTKEYS = {
  help: hotkey("everywhere", "F1", true),
  commands: hotkey("everywhere", "Ctrl+K", true),
  nextInstrument: hotkey("everywhere", "]"),
  previousInstrument: hotkey("everywhere", "["),
  theme: hotkey("everywhere", "Shift+T"),
  buy: hotkey("order", "B"),
  sell: hotkey("order", "S"),
  limit: hotkey("order", "L"),
  market: hotkey("order", "M"),
  priceUp: hotkey("order", "ArrowUp", true),
  priceDown: hotkey("order", "ArrowDown", true),
  priceUpFast: hotkey("order", "Shift+ArrowUp", true),
  priceDownFast: hotkey("order", "Shift+ArrowDown", true),
  quantity: hotkey("order", "Q"),
  price: hotkey("order", "P"),
  send: hotkey("order", "Ctrl+Enter", true),
  cancelLast: hotkey("order", "Escape"),
  cancelAll: hotkey("order", "Shift+Escape", true),
  interval1: hotkey("chart", "1"),
  interval2: hotkey("chart", "2"),
  interval3: hotkey("chart", "3"),
  interval4: hotkey("chart", "4"),
  interval5: hotkey("chart", "5"),
  interval6: hotkey("chart", "6"),
} as const;

export type HotkeyName = keyof typeof HOTKEYS;

export const HOTKEY_NAMES = Object.keys(HOTKEYS) as HotkeyName[];

/** Keys that somebody chose in the place of those of the table. */
export type Bindings = Readonly<Partial<Record<HotkeyName, string>>>;

export function keysOf(name: HotkeyName, chosen: Bindings): string {
  return chosen[name] ?? HOTKEYS[name].keys;
}

/** What these keys mean; `undefined` when nothing. */
export function meaningOf(keys: string, chosen: Bindings): HotkeyName | undefined {
  return HOTKEY_NAMES.find((name) => keysOf(name, chosen) === keys);
}

/** A key without Ctrl and of one sign: a letter for whoever types. */
export function isSingle(keys: string): boolean {
  return keys.length === 1;
}

/** What a press means; `null` when nothing, or nothing while somebody types. */
export function hotkeyOf(press: Press, isTyping: boolean, chosen: Bindings): HotkeyName | null {
  const keys = keysPressed(press);
  const name = keys === null ? undefined : meaningOf(keys, chosen);
  if (keys === null || name === undefined) return null;
  return isTyping && (!HOTKEYS[name].whileTyping || isSingle(keys)) ? null : name;
}

const MODIFIERS = new Set(["Control", "Meta", "Shift", "Alt", "AltGraph", "CapsLock", "Dead"]);

/** Without Ctrl these work the page itself. */
const PLAIN = new Set(["Tab", "Enter", " "]);

/** A press as the table writes it; `null` for modifiers alone and for what is the browser's. */
export function keysPressed({ key, ctrlKey, metaKey, shiftKey, altKey }: Press): string | null {
  const hasControl = ctrlKey || metaKey;
  if (altKey || MODIFIERS.has(key) || (!hasControl && PLAIN.has(key))) return null;
  const isLetter = /^[a-z]$/i.test(key);
  // Signs such as "?" need Shift on one keyboard and none on another.
  const isSign = key.length === 1 && !isLetter;
  const parts = [];
  if (hasControl) parts.push("Ctrl");
  if (shiftKey && !isSign) parts.push("Shift");
  return [...parts, isLetter ? key.toUpperCase() : key].join("+");
}

/** Keys that were kept by the browser, as far as they can be: each means one thing at most. */
export function bindingsOf(kept: unknown): Bindings {
  if (typeof kept !== "object" || kept === null) return {};
  const chosen: Partial<Record<HotkeyName, string>> = {};
  for (const name of HOTKEY_NAMES) {
    const keys = (kept as Record<string, unknown>)[name];
    if (typeof keys === "string" && keys !== "") chosen[name] = keys;
  }
  const all = HOTKEY_NAMES.map((name) => keysOf(name, chosen));
  return new Set(all).size === all.length ? chosen : {};
}

const SHOWN: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Enter: "↵",
  Shift: "⇧",
  " ": "␣",
};

/** The parts of a key as they are shown, each on a cap of its own. */
export function caps(keys: string): string[] {
  return keys.split(/\+(?=.)/).map((part) => SHOWN[part] ?? part);
}
