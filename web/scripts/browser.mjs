// The browser that pictures and benchmarks look at the page with.
import { chromium } from "playwright-core";

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });

/** Becomes a guest by the landing page's button and waits for the trade screen. */
export async function beGuest(page, url) {
  await page.goto(url);
  await page.click(".landing .button.primary");
  await isReady(page);
}

export const READY = ['.plot[data-ready="true"]', '.book-panel[data-ready="true"]', ".ticket"];

export const isReady = (page) =>
  Promise.all(READY.map((selector) => page.waitForSelector(selector)));
