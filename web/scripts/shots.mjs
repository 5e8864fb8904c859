// Pictures of the page, to be looked at: node scripts/shots.mjs [URL] [NAME...]
// SHOTS_LOCALE and SHOTS_PALETTE choose another language and other colours, SHOTS_FOLDER where the
// pictures go.
import { mkdirSync } from "node:fs";
import { SIZES, launch, open } from "./browser.mjs";

const [url = "http://127.0.0.1:4173", ...names] = process.argv.slice(2);
const THEMES = ["dark", "light"];
const { SHOTS_LOCALE: locale = "en", SHOTS_PALETTE: palette = "green-red" } = process.env;
const { SHOTS_FOLDER: FOLDER = "shots" } = process.env;

const browser = await launch();
mkdirSync(FOLDER, { recursive: true });

const wanted = (name) => names.length === 0 || names.includes(name);
const shoot = (page, name) => page.screenshot({ path: `${FOLDER}/${name}.png` });

/** Rests a bid and buys something, so that every panel has something to show. */
async function trade(page, symbol) {
  const write = (path, body) =>
    page.evaluate(
      async ([address, sent]) => {
        const headers = { "Content-Type": "application/json" };
        const init = { method: "POST", headers, body: JSON.stringify(sent) };
        return (await fetch(`/v1${address}`, init)).json();
      },
      [path, body],
    );
  const read = (path) => page.evaluate(async (to) => (await fetch(`/v1${to}`)).json(), path);
  const { accounts } = await read("/accounts");
  const { quote } = await read(`/instruments/${symbol}/quote`);
  const orders = `/accounts/${accounts[0].account_id}/orders`;
  const order = { symbol, type: "limit" };
  const price = (away) => (Number(quote.bid) + away).toFixed(2);
  await write(orders, {
    ...order,
    side: "buy",
    qty: "24",
    price: price(0.3),
    time_in_force: "ioc",
  });
  await write(orders, {
    ...order,
    side: "buy",
    qty: "12",
    price: price(-0.04),
    time_in_force: "gtc",
  });
  await write(orders, {
    ...order,
    side: "sell",
    qty: "9",
    price: price(0.12),
    time_in_force: "day",
  });
}

async function tour(size, theme) {
  const view = { size, theme, locale, palette };
  const page = await open(browser, url, view, (text) => console.log(size, theme, text));
  const name = (what) => `${what}-${size}-${theme}`;
  await page.waitForSelector(".landing");
  await page.waitForTimeout(300);
  if (wanted("landing")) await shoot(page, name("landing"));
  await page.click(".landing .button.primary");
  await page.waitForSelector('.plot[data-ready="true"]');
  await trade(page, new URL(page.url()).pathname.split("/")[2]);
  await page.waitForSelector('.plot[data-ready="true"]');
  await page.waitForTimeout(1_500);
  // A young market has many candles of a second, and messages stand over what they are about.
  await page.keyboard.press("1");
  const close = page.locator(".toast button").first();
  while ((await close.count()) > 0) await close.click();
  await page.mouse.move(0, 0);
  await page.waitForSelector('.plot[data-ready="true"]');
  await page.waitForTimeout(500);
  if (wanted("trade")) await shoot(page, name("trade"));
  if (size === "phone") {
    await page.getByRole("tab").nth(2).click();
    await page.waitForTimeout(400);
    if (wanted("orders")) await shoot(page, name("orders"));
    await page.click(".phone-actions .buy");
  }
  await page.locator('.ticket input[inputmode="decimal"]').last().fill("20");
  await page.waitForTimeout(900);
  if (wanted("ticket")) await shoot(page, name("ticket"));
  if (size === "wide" && wanted("positions")) {
    await page.getByRole("tab").first().click();
    await page.waitForTimeout(500);
    await shoot(page, name("positions"));
  }
  if (size === "wide" && wanted("commands")) {
    await page.keyboard.press("Control+k");
    await page.waitForTimeout(300);
    await shoot(page, name("commands"));
    await page.keyboard.press("Escape");
    await page.keyboard.press("F1");
    await page.waitForTimeout(300);
    await shoot(page, name("help"));
  }
  await page.context().close();
}

for (const size of Object.keys(SIZES)) for (const theme of THEMES) await tour(size, theme);
await browser.close();
