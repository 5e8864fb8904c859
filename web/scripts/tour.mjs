// Opens pages in both themes and both sizes, and once in each other language, and notes what is
// wrong: errors, foreign requests, what is wider than the screen, and what axe finds against WCAG A
// or AA.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { SIZES, open } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
export const VIEWS = [
  ...["wide", "phone"].flatMap((size) =>
    ["dark", "light"].map((theme) => ({ size, theme, locale: "en" })),
  ),
  { size: "wide", theme: "dark", locale: "pt-BR" },
  { size: "wide", theme: "light", locale: "fr" },
];
const READY_MS = 15_000;

/** Runs in the page: what is wider than its place. */
function widths() {
  const widest = document.querySelector(".content")?.scrollWidth ?? document.body.scrollWidth;
  const tables = [...document.querySelectorAll(".scroll-x")];
  return {
    widest,
    width: innerWidth,
    isCut: tables.some((box) => box.scrollWidth > box.clientWidth),
  };
}

async function judge(page, note) {
  const { width, widest, isCut } = await page.evaluate(widths);
  if (widest > width) note(`${widest} pixels wide on a screen of ${width}`);
  if (isCut) note("a table is wider than its place");
  // Scripts of the page's own policy are not axe's: it is run from outside of the page's text.
  await page.evaluate(AXE);
  const found = await page.evaluate(
    async (tags) =>
      (await axe.run(document, { runOnly: { type: "tag", values: tags } })).violations,
    RULES,
  );
  for (const { id, help, nodes } of found) {
    const where = nodes.map(({ target, any }) => `${target} ${any[0]?.message ?? ""}`);
    note(`axe ${id}: ${help}: ${where.slice(0, 3).join(" | ")} (${nodes.length})`);
  }
}

/** Pictures of what is on the screen, and of all of a page that is longer. */
async function picture(page, file, { size, isLong }) {
  await page.screenshot({ path: `${file}.png` });
  const all = await page.evaluate(() => document.querySelector(".content")?.scrollHeight ?? 0);
  if (all <= SIZES[size].height || (size === "phone" && !isLong)) return;
  await page.setViewportSize({ width: SIZES[size].width, height: Math.min(all + 90, 4_000) });
  await page.waitForTimeout(200);
  await page.screenshot({ path: `${file}-all.png` });
  await page.setViewportSize(SIZES[size]);
}

async function visit(page, url, each, note) {
  try {
    await page.goto(url + each.path);
    await page.waitForSelector(each.ready, { timeout: READY_MS });
    await each.act?.(page);
    await page.waitForFunction(
      () => document.querySelector(".waiting, .skeleton, .page-loading") === null,
    );
  } catch (error) {
    note(`failed: ${error}`);
  }
}

/**
 * Looks at these pages in each view, as whoever the cookies are of. Pictures go into `folder`, if
 * there is one. Answers how many pages were looked at.
 */
export async function tour({ browser, url, pages, cookies, faults, folder }) {
  for (const view of VIEWS) {
    const { size, theme, locale } = view;
    let name = "";
    const note = (text) => faults.push(`${name}: ${text}`);
    const page = await open(browser, url, { ...view, cookies }, note);
    for (const each of pages) {
      name = `${each.name}-${size}-${theme}${locale === "en" ? "" : `-${locale}`}`;
      await visit(page, url, each, note);
      if (folder !== undefined) await page.waitForTimeout(each.settleMs ?? 300);
      await judge(page, note);
      if (folder !== undefined) await picture(page, `${folder}/${name}`, { ...each, size });
    }
    await page.context().close();
  }
  return pages.length * VIEWS.length;
}

/** The cookies of whoever `enter` logs in. */
export async function cookiesOf(browser, url, faults, enter) {
  const page = await open(browser, url, VIEWS[0], (text) => faults.push(text));
  await enter(page);
  const cookies = await page.context().cookies();
  await page.context().close();
  return cookies;
}
