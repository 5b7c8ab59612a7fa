// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Loads TypeScript of the pages into Node: esbuild makes one module in memory.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const SRC = join(dirname(fileURLToPath(import.meta.url)), "../../src");

/** Everything that the named files export. */
export async function load(...names) {
  const result = await esbuild.build({
    stdin: { contents: names.map((n) => `export * from "./${n}";`).join("\n"), resolveDir: SRC, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    jsx: "automatic",
    jsxImportSource: "preact",
    write: false,
  });
  const source = Buffer.from(result.outputFiles[0].contents).toString("base64");
  return import(`data:text/javascript;base64,${source}`);
}
