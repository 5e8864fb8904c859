// Opens every page of a venue in both themes and both sizes, and once in each other language; fails
// on errors of the console, breaches of the policy, foreign requests, what is wider than the screen,
// and what axe finds against WCAG A or AA. Pictures of all go into a folder.
//   node scripts/smoke.mjs URL FOLDER [PAGE...]
// SMOKE_ADMIN=name:password adds the pages of the scope `admin`.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launch } from "./browser.mjs";
import { PAGES, logIn, makePerson, pagesOfAdmin } from "./smoke-pages.mjs";

const [url = "http://127.0.0.1:4173", folder = "shots/pages", ...names] = process.argv.slice(2);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const VIEWS = [
  ...["wide", "phone"].flatMap((size) =>
    ["dark", "light"].map((theme) => ({ size, theme, locale: "en" })),
  ),
  { size: "wide", theme: "dark", locale: "pt-BR" },
  { size: "wide", theme: "light", locale: "fr" },
];
const { SMOKE_ADMIN: admin } = process.env;

const faults = [];
const browser = await launch();
mkdirSync(folder, { recursive: true });

/** A browser of its own, in which what must not happen is noted. */
async function open({ size, theme, locale }, cookies, note) {
  const context = await browser.newContext({
    viewport: SIZES[size],
    hasTouch: size === "phone",
    reducedMotion: "reduce",
    storageState: { cookies, origins: [] },
  });
  await context.addInitScript(
    (chosen) => localStorage.setItem("rialto.settings", JSON.stringify(chosen)),
    { theme, locale, palette: "green-red", starred: ["PETR4"] },
  );
  const page = await context.newPage();
  page.on("console", (message) => {
    // Whoever is not logged in yet is asked about, and told 401.
    const isFirst = message.text().includes("401");
    if (message.type() === "error" && !isFirst) note(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`error: ${error}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    const isOwn = origin === new URL(url).origin || ["blob:", "ws:"].includes(protocol);
    if (!isOwn) note(`foreign request: ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

async function judge(page, note) {
  const { width, widest } = await page.evaluate(() => ({
    width: innerWidth,
    widest: document.querySelector(".content")?.scrollWidth ?? document.body.scrollWidth,
  }));
  if (widest > width) note(`${widest} pixels wide on a screen of ${width}`);
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll(".scroll-x")].filter((box) => box.scrollWidth > box.clientWidth),
  );
  if (cut.length > 0) note("a table is wider than its place");
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

async function visit(page, view, each) {
  const { size, theme, locale } = view;
  const name = `${each.name}-${size}-${theme}${locale === "en" ? "" : `-${locale}`}`;
  const note = (text) => faults.push(`${name}: ${text}`);
  page.notes.current = note;
  try {
    await page.goto(url + each.path);
    await page.waitForSelector(each.ready, { timeout: 15_000 });
    await each.act?.(page);
    await page.waitForFunction(() => document.querySelector(".waiting, .skeleton") === null);
    await page.waitForTimeout(each.settleMs ?? 300);
    await judge(page, note);
  } catch (error) {
    note(`failed: ${error}`);
  }
  await page.screenshot({ path: `${folder}/${name}.png` });
  const all = await page.evaluate(() => document.querySelector(".content")?.scrollHeight ?? 0);
  if (all > SIZES[size].height && (size === "wide" || each.isLong)) {
    await page.setViewportSize({ width: SIZES[size].width, height: Math.min(all + 90, 4_000) });
    await page.waitForTimeout(200);
    await page.screenshot({ path: `${folder}/${name}-all.png` });
    await page.setViewportSize(SIZES[size]);
  }
}

/** The cookies of whoever this logs in. */
async function cookiesOf(enter) {
  const page = await open(VIEWS[0], [], (text) => faults.push(text));
  await enter(page);
  const cookies = await page.context().cookies();
  await page.context().close();
  return cookies;
}

async function tour(view, pages, cookies) {
  const notes = { current: (text) => faults.push(text) };
  const page = await open(view, cookies, (text) => notes.current(text));
  page.notes = notes;
  for (const each of pages) await visit(page, view, each);
  await page.context().close();
}

const wanted = ({ name }) => names.length === 0 || names.includes(name);
const tours = [
  { pages: PAGES.filter((each) => each.isPublic && wanted(each)), enter: async () => {} },
];
tours.push({ pages: PAGES.filter((each) => !each.isPublic && wanted(each)), enter: makePerson });
if (admin !== undefined) {
  const [name, password] = admin.split(":");
  tours.push({ pages: pagesOfAdmin.filter(wanted), enter: (page) => logIn(page, name, password) });
}
for (const { pages, enter } of tours.filter((each) => each.pages.length > 0)) {
  const cookies = await cookiesOf(enter);
  for (const view of VIEWS) await tour(view, pages, cookies);
}
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${faults.length} faults in ${VIEWS.length} views; pictures in ${folder}`);
if (faults.length > 0) process.exit(1);
