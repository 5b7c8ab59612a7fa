// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Builds the pages in memory with esbuild: scripts and style with names made from their content, and
// the index that loads them. `node build.mjs FOLDER` writes them to a folder.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { checkGenerated } from "./text/make.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

const hashed = (bytes, ext) =>
  `/a/${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}.${ext}`;

/** The address of an output: esbuild writes its paths relative to the working folder. */
const address = (path) => `/a/${path.split("/").pop()}`;

async function buildScripts() {
  const result = await esbuild.build({
    entryPoints: { main: join(HERE, "src/main.tsx") },
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    target: "es2021",
    jsx: "automatic",
    jsxImportSource: "preact",
    outdir: "/a",
    entryNames: "[hash]",
    chunkNames: "[hash]",
    write: false,
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
    absWorkingDir: HERE,
  });
  const outputs = new Map(
    Object.entries(result.metafile.outputs).map(([path, o]) => [
      address(path),
      { entryPoint: o.entryPoint ?? "", imports: o.imports.map((i) => ({ ...i, path: address(i.path) })) },
    ]),
  );
  return { files: result.outputFiles, outputs, inputs: Object.keys(result.metafile.inputs) };
}

/** The entry and everything it imports without waiting for a screen, with the language English. */
function firstLoad(outputs, entry) {
  const first = new Set();
  const visit = (path) => {
    if (first.has(path)) return;
    first.add(path);
    for (const i of outputs.get(path).imports) {
      const english = outputs.get(i.path).entryPoint.endsWith("text/en.ts");
      if (i.kind === "import-statement" || english) visit(i.path);
    }
  };
  visit(entry);
  return first;
}

export async function build() {
  checkGenerated();
  const { files, outputs, inputs } = await buildScripts();
  const entry = [...outputs].find(([, o]) => o.entryPoint === "src/main.tsx")[0];
  const style = await esbuild.build({
    entryPoints: [join(HERE, "src/style/all.css")],
    bundle: true,
    minify: true,
    target: ["chrome111", "firefox113", "safari16.4"],
    write: false,
    metafile: true,
    outdir: "/a",
  });
  const css = style.outputFiles[0].contents;
  const icon = readFileSync(join(HERE, "src/icon.svg"));
  const names = { css: hashed(css, "css"), icon: hashed(icon, "svg") };
  const first = firstLoad(outputs, entry);
  const preload = [...first].filter((p) => p !== entry);
  const index = readFileSync(join(HERE, "src/index.html"), "utf8")
    .replace("{{css}}", names.css)
    .replace("{{icon}}", names.icon)
    .replace("{{main}}", entry)
    .replace("{{preload}}", preload.map((p) => `<link rel="modulepreload" href="${p}">`).join(""));
  const label = (path) => outputs.get(path).entryPoint || "shared";
  return {
    files: [
      { path: "/", bytes: Buffer.from(index), label: "index" },
      { path: names.css, bytes: css, label: "style" },
      { path: names.icon, bytes: icon, label: "icon" },
      ...files.map((f) => ({
        path: address(f.path),
        bytes: f.contents,
        label: label(address(f.path)),
      })),
    ],
    first: new Set(["/", names.css, ...first]),
    inputs: [
      ...inputs,
      ...Object.keys(style.metafile.inputs),
      "src/index.html",
      "src/icon.svg",
      "text/text.csv",
      "text/said.csv",
      "text/make.mjs",
      "build.mjs",
      "../tool/embed_web.mjs",
      "package-lock.json",
    ].map((p) => resolve(HERE, p)),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const to = resolve(process.argv[2] ?? "dist");
  for (const f of (await build()).files) {
    const path = join(to, f.path === "/" ? "index.html" : f.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, f.bytes);
  }
}
