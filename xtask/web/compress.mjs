// Puts a copy by gzip and one by Brotli beside each file of a folder: node compress.mjs FOLDER.
// A copy that is not smaller by a tenth is not made: a font is compressed already.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
const copies = {
  gz: (bytes) => gzipSync(bytes, { level: 9 }),
  br: (bytes) => {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    return brotliCompressSync(bytes, { params });
  },
};
const sums = { plain: 0, gz: 0, br: 0 };
for (const name of readdirSync(folder, { recursive: true }).sort()) {
  const path = join(folder, name);
  const isOwn = name.split("/").some((part) => part.startsWith("."));
  if (isOwn || /\.(gz|br)$/.test(name) || !statSync(path).isFile()) continue;
  const bytes = readFileSync(path);
  sums.plain += bytes.length;
  for (const [ending, compress] of Object.entries(copies)) {
    const copy = compress(bytes);
    const isSmaller = copy.length * 10 <= bytes.length * 9;
    if (isSmaller) writeFileSync(`${path}.${ending}`, copy);
    sums[ending] += isSmaller ? copy.length : bytes.length;
  }
}
const kb = (bytes) => `${Math.round(bytes / 1000)} kB`;
console.log(`the page: ${kb(sums.plain)}, ${kb(sums.gz)} by gzip, ${kb(sums.br)} by Brotli`);
