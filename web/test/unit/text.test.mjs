// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Goal: no text is missing, too long or made of other parts in one language. Oracle: tables with one
// fault each; the sources of the pages. Tolerance: none.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkGenerated, makeModules, parseCsv, readTable, readTexts } from "../../text/make.mjs";

const HEAD = "key,en,zh,max_len,note\n";

test("a fault stops the build and says where", () => {
  const cases = [
    ["a.b,x,,,\n", /text.csv:2: a.b has no text in zh/],
    ["a.b,,是,,\n", /no text in en/],
    ["a.b,{n} x,是,,\n", /other placeholders/],
    ["a.b,long,是,3,\n", /longer than 3 in en/],
    ["a.b,x,是,,\na.b,x,是,,\n", /text.csv:3: a.b stands twice/],
    ["A B,x,是,,\n", /is no key/],
    ["a,b\n", /fields instead of 5/],
    ['a,"b\n', /quote is not closed/],
  ];
  for (const [rows, fault] of cases) assert.throws(() => readTexts(HEAD + rows), fault);
  assert.throws(() => readTexts("key,en\n"), /first line/);
});

test("CSV as RFC 4180 writes it", () => {
  assert.deepEqual(parseCsv('a,"b ""c"", d",\n"x\ny",z\n'), [["a", 'b "c", d', ""], ["x\ny", "z"]]);
});

test("the modules are what the table gives", () => {
  checkGenerated();
  assert.match(makeModules(`${HEAD}a.b,"say ""hi""",是,,\n`)["en.ts"], /"a.b": "say \\"hi\\"",/);
});

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
    const path = join(folder, e.name);
    if (e.isDirectory()) return sources(path);
    return /\.tsx?$/.test(e.name) && !path.endsWith(join("text", e.name)) ? [readFileSync(path, "utf8")] : [];
  });
}

test("every text of the table is used", () => {
  const all = sources(join(dirname(fileURLToPath(import.meta.url)), "../../src")).join("\n");
  const families = [...all.matchAll(/`([a-z]+)\.\$\{/g)].map((m) => m[1]);
  for (const { key } of readTexts(readTable()))
    assert.ok(all.includes(`"${key}"`) || families.includes(key.split(".")[0]), `${key} is used nowhere`);
});
