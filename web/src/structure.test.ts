import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = dirname(fileURLToPath(import.meta.url));

interface Import {
  readonly from: string;
  readonly to: string;
}

/** All imports of the page's own files, as paths below `src`. */
function imports(): { readonly own: Import[]; readonly packages: Import[] } {
  const own: Import[] = [];
  const packages: Import[] = [];
  for (const name of readdirSync(ROOT, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(name) || name.includes(".test.")) continue;
    const text = readFileSync(join(ROOT, name), "utf8");
    for (const [, to = ""] of text.matchAll(/(?:from|import)\s*\(?"([^"\n]+)"/g)) {
      if (!to.startsWith(".")) packages.push({ from: name, to });
      else own.push({ from: name, to: relative(ROOT, resolve(ROOT, dirname(name), to)) });
    }
  }
  return { own, packages };
}

const layerOf = (path: string) => path.split("/")[0] ?? "";
const featureOf = (path: string) => path.split("/").slice(0, 2).join("/");
const { own, packages } = imports();

describe("the page's files", () => {
  test("features never import each other", () => {
    const across = own.filter(
      ({ from, to }) =>
        [from, to].every((path) => layerOf(path) === "features") &&
        featureOf(from) !== featureOf(to),
    );
    expect(across).toEqual([]);
  });

  test("imports point down: features, app, core, api", () => {
    // What tests are made of may use all; nothing but tests uses it.
    const layers = ["api", "core", "app", "features", "test"];
    const up = own.filter(
      ({ from, to }) => layers.indexOf(layerOf(from)) < layers.indexOf(layerOf(to)),
    );
    // The table of pages is the one place that names the features.
    expect(up.filter(({ from }) => from !== "app/routes.tsx")).toEqual([]);
  });

  test("the core needs no package", () => {
    const needed = packages.filter(({ from }) => ["api", "core"].includes(layerOf(from)));
    expect(needed).toEqual([]);
  });
});
