// Runs the tests of this folder and tells their number: npm run e2e
import { existsSync, readdirSync } from "node:fs";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".test.mjs"));
/** Far more than it takes: machines are busy, and what hangs must end. */
const WAIT_MS = 600_000;

const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(chromium)) {
  console.error(`there is no ${chromium}: apt-get install chromium, or name one in CHROMIUM`);
  process.exit(1);
}

// Those of the pages take as long as all others together: two at a time.
const tests = run({
  files: files.map((name) => folder + name),
  concurrency: 2,
  timeout: WAIT_MS,
});
let [passed, failed, axe] = [0, 0, "axe: no page"];
tests.on("test:pass", () => (passed += 1));
tests.on("test:fail", () => (failed += 1));
tests.on("test:diagnostic", ({ message }) => {
  if (message.startsWith("axe: ")) axe = message;
});
const told = tests.compose(new spec());
told.on("end", () => {
  console.log(`e2e: ${passed + failed} tests, ${failed} failed, ${axe}`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
});
told.pipe(process.stdout);
