// For tests of components: a page to render into.

import { type ReactNode, act } from "react";
import { type Root, createRoot } from "react-dom/client";

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}

let last: Root | undefined;

/**
 * Renders and gives the element; `again` renders something else in its place. What was rendered
 * before is gone.
 */
export async function rendered(node: ReactNode) {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  await act(async () => last?.unmount());
  const box = document.createElement("div");
  document.body.replaceChildren(box);
  const root = createRoot(box);
  last = root;
  await act(async () => root.render(node));
  return { box, again: (other: ReactNode) => act(async () => root.render(other)) };
}

/** Does something as a person would, and waits until the page shows what came of it. */
export function done(action: () => void): Promise<void> {
  return act(async () => action());
}

export function press(element: Element, key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  element.dispatchEvent(event);
  return event;
}

/** Types into a field: React hears of a value that was set by the element's own setter. */
export function write(field: HTMLInputElement, text: string): Promise<void> {
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value") ?? {};
  return done(() => {
    set?.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
