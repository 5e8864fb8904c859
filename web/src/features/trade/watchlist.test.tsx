// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { settings } from "../../app/settings";
import type { Venue } from "../../core/venue";
import { done, rendered } from "../../test/rendered";
import { INSTRUMENT, answerRest, fakeVenue } from "../../test/venue";
import { TradeProvider } from "./state";
import { Watchlist } from "./watchlist";

const { there } = vi.hoisted(() => ({ there: { venue: null as Venue | null } }));
vi.mock("../../app/surface", () => ({ Canvas: () => null }));
vi.mock("../../app/session", () => ({ useVenue: () => there.venue }));

beforeEach(() => void answerRest({}));
afterEach(async () => {
  await rendered(null);
  there.venue?.stop();
});

test("the watchlist is a table of links that begins with what has a star", async () => {
  const { venue, say } = fakeVenue();
  there.venue = venue;
  const instruments = ["A", "B", "C"].map((symbol) => ({ ...INSTRUMENT, symbol }));
  say("status_snapshot", "status", { business_date: "2026-01-30", instruments, remaining: 0 });
  const { box } = await rendered(
    <TradeProvider instrument={INSTRUMENT}>
      <Watchlist />
    </TradeProvider>,
  );
  const rows = () =>
    [...box.querySelectorAll("table tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
  expect(rows()).toEqual([
    ["A", "10.00", "–"],
    ["B", "–", "–"],
    ["C", "–", "–"],
  ]);
  await done(() => settings.change({ starred: ["C"] }));
  expect(rows().map(([symbol]) => symbol)).toEqual(["C", "A", "B"]);
  const links = [...box.querySelectorAll("tbody th[scope=row] a")];
  expect(links.map((link) => link.getAttribute("href"))).toEqual(["/t/C", "/t/A", "/t/B"]);
  expect(links[1]?.getAttribute("aria-current")).toBe("page");
});
