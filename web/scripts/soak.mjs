// Whether the page keeps what it should let go: npm run soak -- [SECONDS]. The trade screen is under
// a flood all the time, and its heap is weighed after a fifth, three fifths and all of it.
// RIALTO_BIN is the venue, which has a demo market. Code that the browser compiled is told apart.
import { Venue } from "../e2e/venue.mjs";
import { SIZES, launch, measure } from "./browser.mjs";
import { flood } from "./flood.mjs";

const [seconds = "600"] = process.argv.slice(2);
const DEMO_RATE = 20;
const PARTS = [0.2, 0.6, 1];
/** The heaviest may be so much heavier than the lightest. */
const GROWTH_MAX = 1.05;

const venue = await Venue.startAlone(DEMO_RATE);
const browser = await launch();
const page = await (await browser.newContext({ viewport: SIZES.wide })).newPage();
const faults = [];
page.on("pageerror", (error) => faults.push(`${error}`));
const source = await flood(page, venue.url);
const { heap } = await measure(page);
const weights = [];
const started = performance.now();
for (const part of PARTS) {
  const after = started + part * Number(seconds) * 1_000 - performance.now();
  await new Promise((done) => setTimeout(done, after));
  const state = await page.getAttribute(".connection", "data-state");
  if (state !== "live") faults.push(`after ${part} of the time the page is ${state}`);
  const { data, code } = await heap();
  weights.push(data);
  console.log(
    `soak: ${(part * Number(seconds)).toFixed(0)} s, ${source.sent} updates, ` +
      `heap ${(data / 1e6).toFixed(2)} MB, and ${(code / 1e6).toFixed(2)} MB of code`,
  );
}
const growth = Math.max(...weights) / Math.min(...weights);
console.log(`soak: heaviest / lightest ${growth.toFixed(3)}, at most ${GROWTH_MAX}`);
if (growth > GROWTH_MAX) faults.push("the heap is not the same all the time");
for (const fault of faults) console.error(`soak: ${fault}`);
process.exit(faults.length === 0 ? 0 : 1);
