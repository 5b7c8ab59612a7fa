// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Goal: no text is missing, too long or made of other parts in one language, and nothing that the
// server says stays English in Chinese. Oracle: tables with one fault each; the sources of the pages;
// the words in the sources of the server. Tolerance: none.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkGenerated, makeModules, parseCsv, readSaid, readSaidTable, readTable, readTexts } from "../../text/make.mjs";
import { load } from "./load.mjs";

const HEAD = "key,en,zh,max_len,note\n";
const SAID_HEAD = "said,en,zh,note\n";
const WEB = join(dirname(fileURLToPath(import.meta.url)), "../..");

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
  const said = [
    ["x,,,\n", /said.csv:2: x has no text in zh/],
    ["{a} x,,{b} 是,\n", /other placeholders/],
    ["{a} x,x,{a} 是,\n", /other placeholders/],
    ["x,,是,\nx,,是,\n", /said.csv:3: x stands twice/],
    ["x,是\n", /2 fields instead of 4/],
  ];
  for (const [rows, fault] of said) assert.throws(() => readSaid(SAID_HEAD + rows), fault);
  assert.throws(() => readSaid("said\n"), /first line/);
});

test("CSV as RFC 4180 writes it", () => {
  assert.deepEqual(parseCsv('a,"b ""c"", d",\n"x\ny",z\n'), [["a", 'b "c", d', ""], ["x\ny", "z"]]);
});

test("the modules are what the table gives", () => {
  checkGenerated();
  const made = makeModules(`${HEAD}a.b,"say ""hi""",是,,\n`, `${SAID_HEAD}x-y,,是,\nz,Z,不,\n`);
  assert.match(made["en.ts"], /"a.b": "say \\"hi\\"",/);
  assert.match(made["en.ts"], /Said = \[\n  \["z", "Z"\],\n\];/);
  assert.match(made["zh.ts"], /\["x-y", "是"\],\n  \["z", "不"\],/);
});

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
    const path = join(folder, e.name);
    if (e.isDirectory()) return sources(path);
    return /\.tsx?$/.test(e.name) && !path.endsWith(join("text", e.name)) ? [readFileSync(path, "utf8")] : [];
  });
}

test("every text of the table is used", () => {
  const all = sources(join(WEB, "src")).join("\n");
  const families = [...all.matchAll(/`([a-z]+)\.\$\{/g)].map((m) => m[1]);
  for (const { key } of readTexts(readTable()))
    assert.ok(all.includes(`"${key}"`) || families.includes(key.split(".")[0]), `${key} is used nowhere`);
});

test("words of the server by language; what it does not know it leaves", async () => {
  globalThis.localStorage = { getItem: () => null, setItem: () => undefined };
  globalThis.document = { documentElement: {} };
  const { said, chooseLanguage } = await load("text/index.ts");
  assert.equal(said("bed-conflict"), "bed-conflict"); // no language yet
  await chooseLanguage("en");
  assert.equal(said("bed-conflict"), "bed claimed twice");
  assert.equal(said("CT: ordered"), "CT: ordered");
  await chooseLanguage("zh");
  assert.equal(said("NEWS2 7; bed-conflict; transfer-implied"), "NEWS2 7; 床位冲突; 推断转移");
  assert.equal(said("identify; ADT not seen"), "核实身份；未收到登记消息");
  assert.equal(said("a: b: on hold"), "a: b：暂停");
  assert.equal(said("boarding, bed in {x} (2)"), "滞留待入院，床位在 {x} (2)");
  assert.equal(said("2/4"), "2/4");
  assert.equal(said(""), "");
});

/** A source with its literals in one piece. */
const source = (path) => readFileSync(join(WEB, "..", path), "utf8").replace(/"\s*\\?\n\s*"/g, "");
const literals = (text) => [...text.matchAll(/"((?:[^"\\\n]|\\.)+)"/g)].map((m) => m[1].replace(/\\"/g, '"'));
function part(text, from, to) {
  const start = text.indexOf(from);
  assert.ok(start >= 0, `${from} is not there: this test must follow the server`);
  return text.slice(start, text.indexOf(to, start));
}
const inStatements = (text, mark) => text.split(/;\n/).flatMap((s) => literals(mark.exec(s)?.[0] ?? ""));
const isSentence = (text) => /^[A-Z].* .*\.$/.test(text);

function saidByServer() {
  const state = source("core/twin/state.h");
  const names = (folder) => readdirSync(join(WEB, "..", folder)).filter((f) => /\.c$/.test(f) && !/test|fuzz/.test(f));
  const answering = ["edge/engine", "edge/serve"].flatMap((f) => names(f).map((name) => source(`${f}/${name}`)));
  const hl7 = ["hl7v2.c", "intake.c", "content.c"].map((f) => source(`core/format/hl7v2/${f}`)).join("\n");
  const tables = (text, ...names) => names.flatMap((n) => literals(part(text, `define ${n}(X)`, "\n\n")));
  const posterior = source("core/assimilate/posterior.h");
  const ledger = ["meter.h", "drift.h", "aggregate.h"].map((f) => source(`core/ledger/${f}`)).join("\n");
  const question = source("edge/tracker/question.c");
  const twin = ["adt.c", "apply.c", "observe.c"].map((f) => source(`core/twin/${f}`)).join("\n");
  return {
    marks: literals(part(state, "define TWIN_MARK_TABLE", "\n\n")),
    reasons: literals(part(state, "define TWIN_REASON_TABLE", "\n\n")),
    orders: literals(part(source("core/twin/cell.c"), "const char *state_word", "};")),
    verdicts: literals(part(source("core/record/entry.h"), "define PLX_VERDICT_TABLE", "typedef")),
    outcomes: literals(part(source("edge/engine/question.c"), "OUTCOMES[]", "};")),
    ignored: inStatements(twin, /return "[^"]*"|outcome_set\([^)]*"\)/),
    faults_of_twin: literals(twin).filter(isSentence),
    faults: inStatements(hl7, /\b(fail|complain)\([\s\S]*|fault\.text =[\s\S]*/).filter((text) => text.includes(" ")),
    twins: [
      ...tables(posterior, "PLX_POSTERIOR_STATUS_TABLE"),
      ...tables(source("core/assimilate/cause.h"), "PLX_MECHANISM_LIST", "PLX_CAUSE_LIST"),
      ...tables(source("core/twin/trust.h"), "TWIN_TRUST_BY_TABLE"),
      ...tables(ledger, "PLX_ADVICE_REASON_TABLE", "PLX_STATE_REASON_TABLE", "PLX_MODEL_STATE_TABLE", "PLX_FATE_TABLE"),
      ...literals(part(source("core/ledger/aggregate.c"), "plx_calibration_text", "};")),
    ],
    questions: [...literals(question).filter(isSentence), ...inStatements(question, /return "[^"]*needs[\s\S]*/)],
    answers: [...answering, source("app/node.c")].flatMap(literals)
      .map((text) => /^\{"error":"(.*)"\}$/.exec(text)?.[1] ?? text).filter(isSentence),
  };
}

test("everything the server says has its words", () => {
  const known = new Set(readSaid(readSaidTable()).map((w) => w.said));
  const least = { twins: 60, questions: 10, marks: 6, reasons: 9, orders: 10, verdicts: 7, outcomes: 6, ignored: 15, faults_of_twin: 15, faults: 25, answers: 35 };
  for (const [kind, texts] of Object.entries(saidByServer())) {
    assert.ok(texts.length >= least[kind], `only ${texts.length} ${kind} were found in the sources`);
    assert.deepEqual(texts.filter((text) => !known.has(text)), [], `text/said.csv lacks ${kind}`);
  }
});
