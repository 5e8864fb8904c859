// Every page in both themes and both sizes, and once in the other languages: no error, nothing
// foreign, nothing too wide, nothing that axe finds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { beGuest, launch } from "../scripts/browser.mjs";
import { PAGES, hasCurve, makePerson, pagesOfAdmin, showKey } from "../scripts/smoke-pages.mjs";
import { cookiesOf, tour } from "../scripts/tour.mjs";
import { Venue, until } from "./venue.mjs";

const DEMO_RATE = 20;

test("nothing is wrong with any page in any view", async (t) => {
  const venue = await Venue.start(t, DEMO_RATE);
  const { url, key } = venue;
  await until("the demo market quotes", async () => {
    const { quotes } = await venue.call("GET", "/quotes");
    return quotes.every(({ bid, ask }) => bid != null && ask != null);
  });
  const browser = await launch();
  t.after(() => browser.close());
  const faults = [];
  const enter = (how) => cookiesOf(browser, url, faults, how);
  let account;
  const ofPerson = await enter(async (page) => {
    account = await makePerson(page);
  });
  const look = (pages, cookies) => tour({ browser, url, pages, cookies, faults });
  let count = await look(
    PAGES.filter((each) => each.isPublic),
    [],
  );
  count += await look(pagesOfAdmin, await enter((page) => showKey(page, key)));
  await enter(async (page) => {
    await page.context().addCookies(ofPerson);
    await hasCurve(page, account);
  });
  count += await look(
    PAGES.filter((each) => !each.isPublic),
    ofPerson,
  );
  t.diagnostic(`axe: ${count} pages, ${faults.length} violations`);
  assert.deepEqual(faults, []);
});

test("nor with the markets before anything has traded", async (t) => {
  const { url } = await Venue.start(t);
  const browser = await launch();
  t.after(() => browser.close());
  const faults = [];
  const pages = PAGES.filter((each) => each.path === "/markets");
  const cookies = await cookiesOf(browser, url, faults, (page) => beGuest(page, url));
  assert.ok((await tour({ browser, url, pages, cookies, faults })) > 0);
  assert.deepEqual(faults, []);
});
