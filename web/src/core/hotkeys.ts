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

const BY_KEYS: ReadonlyMap<string, HotkeyName> = new Map(
  (Object.keys(HOTKEYS) as HotkeyName[]).map((name) => [HOTKEYS[name].keys, name]),
);

/** What a press means; `null` when nothing, or nothing while somebody types. */
export function hotkeyOf(press: Press, isTyping: boolean): HotkeyName | null {
  if (press.altKey) return null;
  const name = BY_KEYS.get(written(press));
  if (name === undefined || (isTyping && !HOTKEYS[name].whileTyping)) return null;
  return name;
}

function written({ key, ctrlKey, metaKey, shiftKey }: Press): string {
  const isLetter = /^[a-z]$/i.test(key);
  // Signs such as "?" need Shift on one keyboard and none on another.
  const isSign = key.length === 1 && !isLetter;
  const parts = [];
  if (ctrlKey || metaKey) parts.push("Ctrl");
  if (shiftKey && !isSign) parts.push("Shift");
  return [...parts, isLetter ? key.toUpperCase() : key].join("+");
}

const SHOWN: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Enter: "↵",
  Shift: "⇧",
};

/** The parts of a key as they are shown, each on a cap of its own. */
export function caps(keys: string): string[] {
  return keys.split("+").map((part) => SHOWN[part] ?? part);
}
