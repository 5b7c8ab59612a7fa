// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Builds the web pages and writes them as a C table for edge/serve: path, type, etag, plain, gzip and
// brotli bytes. The build fails when the first load or the whole is larger than the limits of the
// design (web 7), or when a text is missing. Usage: embed_web.mjs WEB_FOLDER OUT.c DEPFILE
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";

const LIMIT_FIRST_KB = 60;
const LIMIT_ALL_KB = 200;
const TYPES = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

function asset(path, bytes) {
  const plain = Buffer.from(bytes);
  const gz = zlib.gzipSync(plain, { level: 9 });
  gz[9] = 3; // the same bytes on every system
  const br = zlib.brotliCompressSync
    ? zlib.brotliCompressSync(plain, {
        params: {
          [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
          [zlib.constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
        },
      })
    : null;
  const type = TYPES[path === "/" ? "html" : path.split(".").pop()];
  if (!type) throw new Error(`no content type is known for ${path}`);
  const etag = createHash("sha256").update(plain).digest("hex").slice(0, 16);
  return { path, type, etag, plain, gz, br };
}

function array(name, bytes) {
  const lines = [];
  for (let i = 0; i < bytes.length; i += 24) lines.push(bytes.subarray(i, i + 24).join(","));
  return `static const uint8_t ${name}[] = {\n${lines.join(",\n")}};\n`;
}

function table(assets) {
  const parts = [
    "/* Made by tool/embed_web.mjs from the folder web. */\n",
    '#include "edge/serve/asset.h"\n\n',
  ];
  const rows = assets.map((a, i) => {
    const forms = ["plain", "gz", "br"].map((form) => {
      if (!a[form]) return "{NULL, 0}";
      parts.push(array(`${form.toUpperCase()}_${i}`, a[form]));
      return `{${form.toUpperCase()}_${i}, ${a[form].length}}`;
    });
    return `    {${JSON.stringify(a.path)}, ${JSON.stringify(a.type)}, "\\"${a.etag}\\"",\n` +
      `     ${forms.join(", ")}},\n`;
  });
  parts.push(`const plx_serve_asset plx_serve_assets[] = {\n${rows.join("")}};\n`);
  parts.push(`const size_t plx_serve_assets_n = ${assets.length};\n`);
  return parts.join("");
}

const kb = (n) => (n / 1000).toFixed(1);

function checkSizes(assets, first) {
  const size = (list) => list.reduce((sum, a) => sum + a.gz.length, 0);
  const firstBytes = size(assets.filter((a) => first.has(a.path)));
  const allBytes = size(assets);
  console.log(`web: first load ${kb(firstBytes)} kB gzip (limit ${LIMIT_FIRST_KB}), ` +
    `everything ${kb(allBytes)} kB (limit ${LIMIT_ALL_KB})`);
  for (const a of assets)
    console.log(`  ${first.has(a.path) ? "first" : "lazy "} ${kb(a.gz.length).padStart(6)} kB  ${a.label}`);
  if (firstBytes > LIMIT_FIRST_KB * 1000) throw new Error("the first load is larger than its limit");
  if (allBytes > LIMIT_ALL_KB * 1000) throw new Error("the pages are larger than their limit");
}

async function main([web, out, depfile]) {
  const { build } = await import(pathToFileURL(join(web, "build.mjs")));
  const built = await build();
  const assets = built.files.map((f) => Object.assign(asset(f.path, f.bytes), { label: f.label }));
  checkSizes(assets, built.first);
  writeFileSync(out, table(assets));
  if (depfile) {
    const escape = (p) => p.replace(/ /g, "\\ ");
    const target = process.env.MESON_BUILD_ROOT ? relative(process.env.MESON_BUILD_ROOT, out) : out;
    writeFileSync(depfile, `${escape(target)}: ${built.inputs.map(escape).join(" ")}\n`);
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`embed_web: ${error.message}`);
  process.exit(1);
});
