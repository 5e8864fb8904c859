// Fails when what a page needs before it can show anything is more than its budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const INITIAL_KB_MAX = 160;
const DIST = new URL("../dist/", import.meta.url);

const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8"));
const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);

/** A file and all that it imports before it runs. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const other of manifest[name].imports ?? []) withImports(other, seen);
  return seen;
}

const sizeOf = (name) => gzipSync(readFileSync(new URL(manifest[name].file, DIST))).length;
const initial = [...withImports(entry)];
const bytes = initial.reduce((sum, name) => sum + sizeOf(name), 0);
const kb = (bytes / 1000).toFixed(1);
console.log(
  `initial JavaScript: ${kb} kB gzipped of at most ${INITIAL_KB_MAX} (${initial.length} files)`,
);
if (bytes > INITIAL_KB_MAX * 1000) process.exit(1);
