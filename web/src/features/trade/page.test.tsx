// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Route } from "wouter";
import type { Venue } from "../../core/venue";
import { done, rendered } from "../../test/rendered";
import { QUOTE, answerRest, fakeVenue } from "../../test/venue";
import TradePage from "./page";

const { there } = vi.hoisted(() => ({ there: { venue: null as Venue | null } }));
vi.mock("../../app/session", () => ({ useVenue: () => there.venue }));
vi.mock("../../app/surface", () => ({ Canvas: () => null }));
vi.mock("./chart/chart-panel", () => ({ default: () => null }));

const blocked = () => {
  throw new DOMException("blocked", "SecurityError");
};

beforeEach(() => {
  answerRest({});
  there.venue = fakeVenue().venue;
});
afterEach(async () => {
  await rendered(null);
  there.venue?.stop();
});

async function shown(path: string): Promise<Element> {
  history.replaceState(null, "", path);
  const { box } = await rendered(
    <Route path="/t/:symbol?">
      <TradePage />
    </Route>,
  );
  return box;
}

test("the instrument that was looked at last is kept", async () => {
  await shown("/t/A");
  expect(sessionStorage.getItem("rialto.symbol")).toBe("A");
});

test("the ticket begins with the last price, also where quotes come after the instruments", async () => {
  const { venue, say } = fakeVenue(undefined, undefined, null);
  there.venue = venue;
  const box = await shown("/t/A");
  expect(box.querySelector(".ticket")).toBeNull();
  await done(() => say("quote_snapshot", "quote:*", { quotes: [QUOTE] }));
  await vi.waitFor(() => expect(box.querySelector(".ticket")).not.toBeNull());
  const price = box.querySelector<HTMLInputElement>('.ticket input[inputmode="decimal"]');
  expect(price?.value).toBe("10.00");
});

test("the trade page is there where the browser lets nothing be stored", async () => {
  vi.stubGlobal("sessionStorage", { getItem: blocked, setItem: blocked });
  const box = await shown("/t");
  expect(location.pathname).toBe("/t/A");
  expect(box.querySelector(".ticket")).not.toBeNull();
});
