// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Account } from "../../core/account/account";
import { done, rendered } from "../../test/rendered";
import { Equity } from "./equity";

vi.mock("./curve-chart", () => ({ CurveChart: () => null }));

const POINTS = [
  [new Date(2026, 10, 30, 23, 58), "100.00"],
  [new Date(2026, 11, 1, 0, 1), "200.00"],
] as const;

/** Knows the points up to now, and gives those that are asked for. */
const fetched = async (address: string) => {
  const from = Date.parse(new URL(address, "http://venue").searchParams.get("from") ?? "");
  const known = POINTS.filter(([time]) => +time >= from && +time <= Date.now());
  const equity = known.map(([time, worth]) => ({
    time: time.toISOString(),
    equity: worth,
    profit: "0.00",
    return: "0",
  }));
  return Response.json({ equity });
};

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 30, 23, 59, 30) });
  vi.stubGlobal("fetch", fetched);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("past midnight the curve of today has nothing of yesterday", async () => {
  const { box } = await rendered(<Equity account={new Account("1")} summary={undefined} />);
  await done(() => vi.advanceTimersByTimeAsync(0));
  const shown = () => box.querySelector("table.heard")?.textContent;
  expect(shown()).toContain("100.00");
  await done(() => vi.advanceTimersByTimeAsync(3 * 60_000));
  expect(shown()).toContain("200.00");
  expect(shown()).not.toContain("100.00");
});
