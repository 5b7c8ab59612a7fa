// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// text.csv and said.csv -> one typed module per language (src/text/en.ts, zh.ts, keys.ts). A missing
// text, a text that is too long or a placeholder that differs between languages is an error. said.csv
// holds the words and sentences of the server; an empty English text: as the server says it.
// `node text/make.mjs` writes the modules; the build and a test compare them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, "../src/text");
export const LANGUAGES = ["en", "zh"];

/** Rows of a CSV (RFC 4180). */
export function parseCsv(text) {
  const rows = [];
  let row = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') field += text[++i];
      else if (c === '"') quoted = false;
      else field += c;
    } else if (c === '"') quoted = true;
    else if (c === "," || c === "\n") {
      row.push(field);
      field = "";
      if (c === "\n") {
        rows.push(row);
        row = [];
      }
    } else field += c;
  }
  if (quoted) throw new Error("text.csv: a quote is not closed");
  if (field || row.length) rows.push([...row, field]);
  return rows;
}

const placeholders = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join(",");

/** [{key, en, zh, note}]; throws with line and reason. */
export function readTexts(csv) {
  const [head, ...rows] = parseCsv(csv);
  if (head.join(",") !== "key,en,zh,max_len,note")
    throw new Error("text.csv: the first line must be key,en,zh,max_len,note");
  const seen = new Set();
  return rows.map((row, i) => {
    const where = `text.csv:${i + 2}`;
    const [key, en, zh, max, note] = row;
    if (row.length !== 5) throw new Error(`${where}: ${row.length} fields instead of 5`);
    if (!/^[a-z0-9_.]+$/.test(key)) throw new Error(`${where}: "${key}" is no key`);
    if (seen.has(key)) throw new Error(`${where}: ${key} stands twice`);
    seen.add(key);
    for (const [language, text] of [["en", en], ["zh", zh]]) {
      if (!text) throw new Error(`${where}: ${key} has no text in ${language}`);
      if (max && [...text].length > Number(max))
        throw new Error(`${where}: ${key} is longer than ${max} in ${language}`);
    }
    if (placeholders(en) !== placeholders(zh))
      throw new Error(`${where}: ${key} has other placeholders in en than in zh`);
    return { key, en, zh, note };
  });
}

/** [{said, en, zh}]; throws with line and reason. en is empty where it is what the server says. */
export function readSaid(csv) {
  const [head, ...rows] = parseCsv(csv);
  if (head.join(",") !== "said,en,zh,note") throw new Error("said.csv: the first line must be said,en,zh,note");
  const seen = new Set();
  return rows.map((row, i) => {
    const where = `said.csv:${i + 2}`;
    const [said, en, zh] = row;
    if (row.length !== 4) throw new Error(`${where}: ${row.length} fields instead of 4`);
    if (seen.has(said)) throw new Error(`${where}: ${said} stands twice`);
    seen.add(said);
    if (!zh) throw new Error(`${where}: ${said} has no text in zh`);
    for (const text of [en || said, zh])
      if (placeholders(text) !== placeholders(said)) throw new Error(`${where}: ${said} has other placeholders`);
    return { said, en, zh };
  });
}

export function makeModules(csv, saidCsv) {
  const texts = readTexts(csv);
  const words = readSaid(saidCsv);
  const head =
    "// SPDX-License-Identifier: Apache-2.0\n// SPDX-FileCopyrightText: 2026 The Pollux authors\n" +
    "// Made from text/*.csv by text/make.mjs: change the tables, not this file. long: a table.\n";
  const lines = (f) => texts.map(f).join("\n");
  const modules = {
    "keys.ts": `${head}export type Key =\n${lines((t) => `  | "${t.key}"`)};\n\nexport type Texts = Record<Key, string>;\n` +
      `/** Words of the server, or patterns of them with {names}, and what they are here; in this order. */\n` +
      `export type Said = readonly (readonly [said: string, here: string])[];\n`,
  };
  for (const language of LANGUAGES)
    modules[`${language}.ts`] =
      `${head}import type { Said, Texts } from "./keys";\n\nconst texts: Texts = {\n` +
      `${lines((t) => `  "${t.key}": ${JSON.stringify(t[language])},`)}\n};\nexport default texts;\n\n` +
      `export const said: Said = [\n` +
      words.filter((w) => w[language]).map((w) => `  [${JSON.stringify(w.said)}, ${JSON.stringify(w[language])}],\n`).join("") +
      `];\n`;
  return modules;
}

const read = (name) => readFileSync(join(HERE, name), "utf8").replace(/\r\n/g, "\n");
export const readTable = () => read("text.csv");
export const readSaidTable = () => read("said.csv");

/** Throws when the modules are not what the table gives. */
export function checkGenerated() {
  for (const [name, text] of Object.entries(makeModules(readTable(), readSaidTable()))) {
    const path = join(OUT, name);
    if (!existsSync(path) || readFileSync(path, "utf8") !== text)
      throw new Error(`src/text/${name} is older than text/*.csv: run node text/make.mjs`);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    for (const [name, text] of Object.entries(makeModules(readTable(), readSaidTable())))
      writeFileSync(join(OUT, name), text);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
