// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { Cell } from "../core/emitter";
import { done, rendered } from "../test/rendered";
import { useVersion } from "./hooks";

function Watching({ cell, paceMs }: { cell: Cell<number>; paceMs: number }) {
  return <p>{useVersion(cell, paceMs)}</p>;
}

/** How many of the calls name the timer that `useVersion` was given. */
const own = (calls: readonly unknown[][]) => calls.filter(([id]) => id === 77).length;

afterEach(() => vi.restoreAllMocks());

test.each([
  [0, 1, 0],
  [60_000, 0, 1],
])("who watches each %i ms and goes away lets go of its own timer alone", async (...terms) => {
  const [paceMs, frames, timeouts] = terms;
  const cell = new Cell(0);
  await rendered(<Watching cell={cell} paceMs={paceMs} />);
  vi.spyOn(globalThis, "requestAnimationFrame").mockReturnValue(77 as never);
  vi.spyOn(window, "setTimeout").mockReturnValue(77 as never);
  const frame = vi.spyOn(globalThis, "cancelAnimationFrame");
  const timeout = vi.spyOn(globalThis, "clearTimeout");
  cell.set(1);
  await done(() => {});
  await rendered(null);
  expect([own(frame.mock.calls), own(timeout.mock.calls)]).toEqual([frames, timeouts]);
});
