import { describe, expect, test } from "vitest";
import { HOTKEYS, type HotkeyName, bindingsOf, caps, hotkeyOf, keysPressed } from "./hotkeys";
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
    expect(hotkeyOf(press("b"), false, {})).toBe("buy");
    expect(hotkeyOf(press("B"), false, {})).toBe("buy");
    expect(hotkeyOf(press("T", { shift: true }), false, {})).toBe("theme");
  });

  test("letters are letters while somebody types", () => {
    expect(hotkeyOf(press("b"), true, {})).toBeNull();
    expect(hotkeyOf(press("Enter", { ctrl: true }), true, {})).toBe("send");
  });

  test("the command key of a Mac is as good as control", () => {
    expect(hotkeyOf(press("k", { meta: true }), false, {})).toBe("commands");
  });

  test("with Shift, Escape cancels all and not the last one", () => {
    expect(hotkeyOf(press("Escape"), false, {})).toBe("cancelLast");
    expect(hotkeyOf(press("Escape", { shift: true }), false, {})).toBe("cancelAll");
  });

  test("a key with Alt is the browser's", () => {
    expect(hotkeyOf(press("b", { alt: true }), false, {})).toBeNull();
  });

  test("a chosen key takes the place of the table's", () => {
    const chosen = { buy: "X" };
    expect(hotkeyOf(press("x"), false, chosen)).toBe("buy");
    expect(hotkeyOf(press("b"), false, chosen)).toBeNull();
  });

  test("a chosen letter is a letter while somebody types, whatever it stands for", () => {
    expect(hotkeyOf(press("x"), true, { send: "X" })).toBeNull();
  });

  test("a modifier alone is no key, and neither is what works the page", () => {
    expect(keysPressed(press("Shift", { shift: true }))).toBeNull();
    expect(keysPressed(press("Tab", { shift: true }))).toBeNull();
    expect(keysPressed(press("Enter"))).toBeNull();
  });

  test("kept keys of which two mean the same are forgotten", () => {
    expect(bindingsOf({ buy: "X", unknown: "Y" })).toEqual({ buy: "X" });
    expect(bindingsOf({ buy: "S" })).toEqual({});
    expect(bindingsOf("no object")).toEqual({});
  });

  test("arrows and modifiers are shown as signs", () => {
    expect(caps("Shift+ArrowUp")).toEqual(["⇧", "↑"]);
    expect(caps("Ctrl+K")).toEqual(["Ctrl", "K"]);
    expect(caps("Ctrl++")).toEqual(["Ctrl", "+"]);
  });
});
