import { describe, expect, test } from "vitest";
import { HOTKEYS, type HotkeyName, caps, hotkeyOf } from "./hotkeys";
import { en } from "./i18n/en";

function press(
  key: string,
  modifiers: Partial<Record<"ctrl" | "meta" | "shift" | "alt", true>> = {},
) {
  const { ctrl = false, meta = false, shift = false, alt = false } = modifiers;
  return { key, ctrlKey: ctrl, metaKey: meta, shiftKey: shift, altKey: alt };
}

describe("hotkeys", () => {
  const names = Object.keys(HOTKEYS) as HotkeyName[];

  test("no key means two things", () => {
    expect(new Set(names.map((name) => HOTKEYS[name].keys)).size).toBe(names.length);
  });

  test("each has a text for the cheat sheet", () => {
    expect(names.filter((name) => !Object.hasOwn(en, `key_${name}`))).toEqual([]);
  });

  test("letters mean the same in capitals and not", () => {
    expect(hotkeyOf(press("b"), false)).toBe("buy");
    expect(hotkeyOf(press("B"), false)).toBe("buy");
    expect(hotkeyOf(press("T", { shift: true }), false)).toBe("theme");
  });

  test("letters are letters while somebody types", () => {
    expect(hotkeyOf(press("b"), true)).toBeNull();
    expect(hotkeyOf(press("Enter", { ctrl: true }), true)).toBe("send");
  });

  test("the command key of a Mac is as good as control", () => {
    expect(hotkeyOf(press("k", { meta: true }), false)).toBe("commands");
  });

  test("with Shift, Escape cancels all and not the last one", () => {
    expect(hotkeyOf(press("Escape"), false)).toBe("cancelLast");
    expect(hotkeyOf(press("Escape", { shift: true }), false)).toBe("cancelAll");
  });

  test("a key with Alt is the browser's", () => {
    expect(hotkeyOf(press("b", { alt: true }), false)).toBeNull();
  });

  test("arrows and modifiers are shown as signs", () => {
    expect(caps("Shift+ArrowUp")).toEqual(["⇧", "↑"]);
    expect(caps("Ctrl+K")).toEqual(["Ctrl", "K"]);
  });
});
