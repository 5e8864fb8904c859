// Opens every page of a venue, in the views and by the rules of tour.mjs, and fails where something
// is wrong. Pictures of all go into a folder.
//   node scripts/smoke.mjs URL FOLDER [PAGE...]
// SMOKE_DATA, the venue's data folder, adds the pages of the scope `admin`, by the operator's key.
import { mkdirSync, readFileSync } from "node:fs";
import { launch } from "./browser.mjs";
import { PAGES, hasCurve, makePerson, pagesOfAdmin, showKey } from "./smoke-pages.mjs";
import { VIEWS, cookiesOf, tour } from "./tour.mjs";

const [url = "http://127.0.0.1:4173", folder = "shots/pages", ...names] = process.argv.slice(2);
const { SMOKE_DATA: data } = process.env;

const faults = [];
const browser = await launch();
mkdirSync(folder, { recursive: true });

const person = async (page) => hasCurve(page, await makePerson(page));
const tours = [
  { pages: PAGES.filter((each) => each.isPublic), enter: async () => {} },
  { pages: PAGES.filter((each) => !each.isPublic), enter: person },
];
if (data !== undefined) {
  const key = readFileSync(`${data}/admin.key`, "utf8").trim();
  tours.push({ pages: pagesOfAdmin, enter: (page) => showKey(page, key) });
}
for (const { pages: all, enter } of tours) {
  const pages = all.filter(({ name }) => names.length === 0 || names.includes(name));
  if (pages.length === 0) continue;
  const cookies = await cookiesOf(browser, url, faults, enter);
  await tour({ browser, url, pages, cookies, faults, folder });
}
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${faults.length} faults in ${VIEWS.length} views; pictures in ${folder}`);
if (faults.length > 0) process.exit(1);
