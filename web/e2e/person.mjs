// Somebody in front of the page: what they do there, and what they find on it.
import assert from "node:assert/strict";
import { isReady, launch, open } from "../scripts/browser.mjs";
import { until } from "./venue.mjs";

export const PASSWORD = "correct horse";
const WIDE = { size: "wide", theme: "dark" };
/** What a browser writes into the console by itself while a venue is away. */
export const AWAY = /^console: (Failed to load resource: net::|WebSocket connection to )/;

let browser;

/** A page in a browser of its own. What must not happen there fails the test at its end. */
export async function visit(venue, { view = WIDE, ignored } = {}) {
  browser ??= launch();
  const faults = [];
  const page = await open(await browser, venue.url, view, (fault) => {
    if (ignored?.test(fault) !== true) faults.push(fault);
  });
  venue.onEnd(async () => {
    await page.context().close();
    assert.deepEqual(faults, []);
  });
  return page;
}

/** To be called once all tests of a file have ended, or its process would not. */
export const closeBrowser = async () => (await browser)?.close();

/** Fills the form of somebody new in, and waits for the trade screen. */
export async function register(page, venue, { name, shown = "" }) {
  await page.goto(`${venue.url}/register`);
  await page.fill('input[name="username"]', name);
  await page.fill('input[name="nickname"]', shown);
  await page.fill('input[name="password"]', PASSWORD);
  await page.click('.auth-card button[type="submit"]');
  await isReady(page);
}

export async function logIn(page, venue, name) {
  await page.goto(`${venue.url}/login`);
  await page.fill('input[name="username"]', name);
  await page.fill('input[name="password"]', PASSWORD);
  await page.click('.auth-card button[type="submit"]');
  await isReady(page);
}

export async function goTrade(page, venue, symbol) {
  await page.goto(`${venue.url}/t/${symbol}`);
  await isReady(page);
}

/** Types a limit order into the ticket and sends it. */
export async function place(page, price, qty) {
  const fields = page.locator('.ticket input[inputmode="decimal"]');
  await fields.nth(0).fill(price);
  await fields.nth(1).fill(qty);
  await page.click(".ticket .send:enabled");
}

/** The first own open order as its row tells it. */
export async function openOrder(page) {
  const cell = (label) =>
    page.locator(`.activity tbody tr:first-child td[data-label="${label}"]`).textContent();
  const [qty, filled, price] = await Promise.all(["Quantity", "Filled", "Price"].map(cell));
  return { qty, filled, price };
}

export const hasOpenOrders = (page, count) =>
  until(`${count} open orders on the screen`, async () => {
    const rows = await page.locator('.activity [aria-label="Open orders"] tbody tr').count();
    return rows === count;
  });

/** Waits for a state of the connection, as the header tells it. */
export const isConnected = (page, state, timeout = 20_000) =>
  page.waitForSelector(`.connection[data-state="${state}"]`, { timeout });

/** Asks from within the page, as whoever is logged in there. */
export const ask = (page, path) =>
  page.evaluate(async (to) => (await fetch(`/v1${to}`)).json(), path);

/** The book as somebody hears it read, beside what REST says, until both are the same. */
export const bookAgrees = (page, venue, symbol) =>
  until("the book on the screen is that of REST", async () => {
    const shown = await page.locator(".book-panel .heard tbody tr").evaluateAll((rows) =>
      rows.map((row) => {
        const [side, price, qty] = [...row.cells].map((cell) => cell.textContent);
        return `${side} ${price.replaceAll(",", "")} ${qty.replaceAll(",", "")}`;
      }),
    );
    const told = await venue.depth(symbol);
    return told.length > 0 && told.toSorted().join() === shown.toSorted().join();
  });
