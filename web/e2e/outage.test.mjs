// What the page does while the venue is far or away: it says so, sends nothing, and comes back by itself.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { beGuest } from "../scripts/browser.mjs";
import {
  AWAY,
  bookAgrees,
  closeBrowser,
  hasOpenOrders,
  isConnected,
  openOrder,
  place,
  visit,
} from "./person.mjs";
import { Venue, until } from "./venue.mjs";

/** For how long the venue is frozen or gone. */
const OUTAGE_MS = 10_000;
/** How soon the page is live again after the venue is. */
const BACK_MS_MAX = 2_000;

after(closeBrowser);

/** A guest with an order of 50 ACME at 119.00 in a book with another on either side. */
async function session(t) {
  const { venue, maker } = await Venue.offering(t);
  await maker.place("buy", "500", "118.00");
  const page = await visit(venue, { ignored: AWAY });
  await beGuest(page, venue.url);
  await place(page, "119.00", "50");
  await hasOpenOrders(page, 1);
  await isConnected(page, "live");
  return { venue, maker, page };
}

/** The ticket could send an order, were it not for the connection. */
async function isOff(page, reason) {
  await page.waitForSelector('.ticket[data-ready="false"]');
  await page.locator(".ticket .notice.bad").getByText(reason).waitFor();
  assert.ok(await page.locator(".ticket .send").isDisabled());
}

/** Nothing is missing: what happens from now on, and what happened before, is on the screen. */
async function isWhole({ venue, maker, page }) {
  await page.waitForSelector('.ticket[data-ready="true"]');
  await maker.place("buy", "7", "117.50");
  await maker.place("sell", "20", "119.00");
  await until("the fill is seen", async () => (await openOrder(page)).filled === "20");
  await bookAgrees(page, venue, "ACME");
  await place(page, "118.50", "5");
  await hasOpenOrders(page, 2);
  await bookAgrees(page, venue, "ACME");
}

test("a venue that was killed has the page live again two seconds after its return", async (t) => {
  const all = await session(t);
  const { venue, page } = all;
  const fields = page.locator('.ticket input[inputmode="decimal"]');
  await fields.nth(1).fill("1");
  await venue.kill();
  const goneAt = Date.now();
  await isConnected(page, "reconnecting");
  await isOff(page, "The connection is lost");
  await until("ten seconds", () => Date.now() - goneAt > OUTAGE_MS);
  await isOff(page, "The connection is lost");
  await venue.run();
  const backAt = Date.now();
  await isConnected(page, "live");
  const took = Date.now() - backAt;
  t.diagnostic(`live again ${took} ms after the venue's return`);
  assert.ok(took <= BACK_MS_MAX, `${took} ms`);
  await isWhole(all);
});

test("a venue that stands still for ten seconds is stale, and then whole", async (t) => {
  const all = await session(t);
  const { venue, page } = all;
  const fields = page.locator('.ticket input[inputmode="decimal"]');
  await fields.nth(1).fill("1");
  const frozenAt = Date.now();
  venue.signal("SIGSTOP");
  t.after(() => venue.signal("SIGCONT"));
  await page.waitForSelector('.connection:is([data-state="stale"], [data-state="reconnecting"])');
  await isOff(page, "prices here are old");
  await until("ten seconds", () => Date.now() - frozenAt > OUTAGE_MS);
  await isOff(page, "prices here are old");
  venue.signal("SIGCONT");
  await isConnected(page, "live");
  await isWhole(all);
});

const SLOW = { offline: false, latency: 400, downloadThroughput: 64_000, uploadThroughput: 16_000 };

test("over a slow network a guest comes in, and one click is one order", async (t) => {
  const { venue } = await Venue.offering(t);
  const page = await visit(venue);
  const tools = await page.context().newCDPSession(page);
  await tools.send("Network.enable");
  await tools.send("Network.emulateNetworkConditions", SLOW);
  await beGuest(page, venue.url);
  await place(page, "119.00", "5");
  await hasOpenOrders(page, 1);
  await bookAgrees(page, venue, "ACME");
});
