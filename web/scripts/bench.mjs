// How fast the page is: npm run bench -- [SECONDS] [URL]. Without a URL it starts a venue with a
// demo market: RIALTO_BIN, which should be a release build. Frames are counted for SECONDS.
import { Venue } from "../e2e/venue.mjs";
import { READY, SIZES, beGuest, launch, measure } from "./browser.mjs";
import { SYMBOL, flood } from "./flood.mjs";

const [seconds = "20", given] = process.argv.slice(2);
const DEMO_RATE = 20;
const TRIES = 10;
const ORDERS = 20;

const median = (values) => values.toSorted((one, other) => one - other)[values.length >> 1];
const ms = (value) => `${value.toFixed(1)} ms`;

/** From the start of a navigation until book, chart and ticket show data. */
async function readiness(page) {
  const times = [];
  for (let at = 0; at < TRIES; at += 1) {
    await page.goto(`${url}/t/${SYMBOL}`, { waitUntil: "commit" });
    times.push(await page.evaluate(readyAt, READY));
  }
  console.log(`ready after a navigation: median ${ms(median(times))} of ${TRIES}`);
}

/** Runs in the page: the first frame in which all of these are there, since the navigation. */
function readyAt(selectors) {
  return new Promise((done) => {
    const look = () => {
      const isThere = selectors.every((selector) => document.querySelector(selector) !== null);
      if (isThere) done(performance.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}

/** From the click on the button until the order is a row of the table. */
async function orders(page) {
  const bid = await page.evaluate(async (of) => {
    const { quote } = await (await fetch(`/v1/instruments/${of}/quote`)).json();
    return Number(quote.bid);
  }, SYMBOL);
  const fields = page.locator('.ticket input[inputmode="decimal"]');
  const times = [];
  for (let at = 0; at < ORDERS; at += 1) {
    await fields.nth(0).fill((bid * 0.98 - at / 100).toFixed(2));
    await fields.nth(1).fill("1");
    await page.waitForSelector(".send:enabled");
    times.push(await page.evaluate(clickToRow));
  }
  await page.keyboard.press("Shift+Escape");
  console.log(
    `click to row: median ${ms(median(times))}, most ${ms(Math.max(...times))} of ${ORDERS}`,
  );
}

/** Runs in the page. */
function clickToRow() {
  const rows = () => document.querySelectorAll(".activity tbody tr").length;
  const before = rows();
  return new Promise((done) => {
    const started = performance.now();
    const observer = new MutationObserver(() => {
      if (rows() <= before) return;
      observer.disconnect();
      done(performance.now() - started);
    });
    observer.observe(document.querySelector(".activity"), { childList: true, subtree: true });
    document.querySelector(".send").click();
  });
}

/** Frames, time of the main thread and heap under a flood. */
async function frames(page) {
  const source = await flood(page, url);
  await page.waitForTimeout(2_000);
  const { metric, heap } = await measure(page);
  const [busyBefore, sentBefore] = [await metric("TaskDuration"), source.sent];
  const { count, passed } = await page.evaluate(countFrames, Number(seconds) * 1_000);
  const busy = (await metric("TaskDuration")) - busyBefore;
  const perSecond = (value) => ((value / passed) * 1_000).toFixed(0);
  console.log(
    `${perSecond(source.sent - sentBefore)} updates/s: ${perSecond(count)} frames/s, main thread ` +
      `${ms((busy / count) * 1_000)} a frame, heap ${((await heap()).data / 1e6).toFixed(1)} MB`,
  );
}

/** Runs in the page. */
function countFrames(lasts) {
  return new Promise((done) => {
    const started = performance.now();
    let count = 0;
    requestAnimationFrame(function frame(now) {
      count += 1;
      if (now - started < lasts) requestAnimationFrame(frame);
      else done({ count, passed: now - started });
    });
  });
}

const venue = given === undefined ? await Venue.startAlone(DEMO_RATE) : null;
const url = given ?? venue.url;
const browser = await launch();
const page = await (await browser.newContext({ viewport: SIZES.wide })).newPage();
await beGuest(page, url);
await readiness(page);
await orders(page);
await frames(page);
process.exit(0);
