// @vitest-environment happy-dom
import { describe, expect, test, vi } from "vitest";
import { press, rendered } from "../test/rendered";
import { type Handlers, useHotkeys, useKeyboard } from "./keyboard";

function Page({ layers }: { layers: readonly Handlers[] }) {
  useKeyboard();
  return (
    <>
      {layers.map((handlers, at) => (
        // The layers of a test never change their places.
        // oxlint-disable-next-line react/no-array-index-key
        <Layer key={at} handlers={handlers} />
      ))}
      <input />
    </>
  );
}

function Layer({ handlers }: { handlers: Handlers }) {
  useHotkeys(handlers);
  return null;
}

const handler = () => vi.fn<() => void>();

describe("the keyboard", () => {
  test("of two that handle a key the later one does, and the browser does not", async () => {
    const [first, second] = [handler(), handler()];
    const { box } = await rendered(<Page layers={[{ buy: first }, { buy: second }]} />);
    expect(press(box, "b").defaultPrevented).toBe(true);
    expect([first, second].map((each) => each.mock.calls.length)).toEqual([0, 1]);
  });

  test("a key that is gone with its component means nothing", async () => {
    const buy = handler();
    const { box, again } = await rendered(<Page layers={[{ buy }]} />);
    await again(<Page layers={[]} />);
    expect(press(box, "b").defaultPrevented).toBe(false);
    expect(buy).not.toHaveBeenCalled();
  });

  test("a handler that does not apply leaves the key to the browser", async () => {
    const { box } = await rendered(<Page layers={[{ priceUp: () => false }]} />);
    expect(press(box, "ArrowUp").defaultPrevented).toBe(false);
  });

  test("letters belong to the field in which they are typed", async () => {
    const buy = handler();
    const { box } = await rendered(<Page layers={[{ buy }]} />);
    press(box.querySelector("input") as Element, "b");
    expect(buy).not.toHaveBeenCalled();
  });

  test("Escape leaves a field before it cancels an order", async () => {
    const cancelLast = handler();
    const { box } = await rendered(<Page layers={[{ cancelLast }]} />);
    const field = box.querySelector("input") as HTMLInputElement;
    field.focus();
    press(field, "Escape");
    expect(document.activeElement).not.toBe(field);
    expect(cancelLast).not.toHaveBeenCalled();
    press(box, "Escape");
    expect(cancelLast).toHaveBeenCalledOnce();
  });

  test("an open dialog has the keyboard for itself", async () => {
    const buy = handler();
    const { box } = await rendered(<Page layers={[{ buy }]} />);
    const dialog = document.createElement("dialog");
    dialog.setAttribute("open", "");
    document.body.append(dialog);
    press(box, "b");
    expect(buy).not.toHaveBeenCalled();
  });
});
