import { useEffect, useRef } from "react";
import { type HotkeyName, hotkeyOf, isSingle, keysOf } from "../core/hotkeys";
import { Emitter } from "../core/emitter";
import { settings } from "./settings";

/** Does what its key means; `false` when it does not apply, so that the browser goes on. */
export type Handler = (event?: KeyboardEvent) => boolean | void;
export type Handlers = { readonly [Name in HotkeyName]?: Handler };

/** What the keys do now: of two that handle a key, the one that came later does. */
class Keyboard extends Emitter {
  #layers: { current: Handlers }[] = [];

  add(layer: { current: Handlers }): () => void {
    this.#layers = [...this.#layers, layer];
    this.changed();
    return () => {
      this.#layers = this.#layers.filter((each) => each !== layer);
      this.changed();
    };
  }

  find(name: HotkeyName): Handler | undefined {
    return this.#layers.findLast((layer) => layer.current[name] !== undefined)?.current[name];
  }
}

export const keyboard = new Keyboard();

/** Handles keys of the table in core/hotkeys.ts while the component is there. */
export function useHotkeys(handlers: Handlers): void {
  const layer = useRef(handlers);
  layer.current = handlers;
  useEffect(() => keyboard.add(layer), []);
}

const FIELDS = "input:not([type=checkbox]), select, textarea";

function isTyping(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest(FIELDS) !== null;
}

function pressed(event: KeyboardEvent): void {
  // A dialog has the keyboard for itself.
  if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
  const typing = isTyping(event);
  const { keys, singleKeys } = settings.value;
  const name = hotkeyOf(event, typing, keys);
  if (name === null) {
    if (typing && event.key === "Escape") (event.target as HTMLElement).blur();
    return;
  }
  if (!singleKeys && isSingle(keysOf(name, keys))) return;
  const handler = keyboard.find(name);
  if (handler !== undefined && handler(event) !== false) event.preventDefault();
}

/** Listens to the keyboard for the whole page. */
export function useKeyboard(): void {
  useEffect(() => {
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}
