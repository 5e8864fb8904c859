// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { Stored } from "./stored";

const make = () =>
  new Stored("kept", (kept) => ({ one: kept["one"] === true, other: kept["other"] === true }));

/** What another tab writes; the browser tells of it at once, or later. */
function write(kept: string, isTold: boolean): void {
  localStorage.setItem("kept", kept);
  if (isTold) dispatchEvent(new StorageEvent("storage", { key: "kept" }));
}

beforeEach(() => localStorage.clear());

test("what is chosen in another tab is chosen here as well", () => {
  const stored = make();
  const told = vi.fn<() => void>();
  stored.subscribe(told);
  write('{"one":true}', true);
  expect(stored.value).toEqual({ one: true, other: false });
  expect(told).toHaveBeenCalledOnce();
});

test("a choice leaves alone what another tab chose meanwhile", () => {
  const stored = make();
  write('{"one":true}', false);
  stored.change({ other: true });
  expect(stored.value).toEqual({ one: true, other: true });
  expect(make().value).toEqual({ one: true, other: true });
});

test("what lies there and cannot be read takes no choice away", () => {
  const stored = make();
  stored.change({ one: true });
  write("[", false);
  stored.change({ other: true });
  expect(stored.value).toEqual({ one: true, other: true });
});

test("without storage a choice lasts as long as the page", () => {
  const stored = make();
  vi.stubGlobal("localStorage", undefined);
  stored.change({ one: true });
  stored.change({ other: true });
  vi.unstubAllGlobals();
  expect(stored.value).toEqual({ one: true, other: true });
});
