// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Goal: the board is a function of the journal: deltas, merged deltas and snapshots end in one state.
// Oracle: a slow model that copies everything; random cuts from a seeded generator. Tolerance: none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../double/world.mjs";
import { load } from "./load.mjs";

const { applyOps, boardFromDocument, opsOf, EMPTY_BOARD } = await load("state/reduce");

const row = (id, c = {}) => ({ id, area: "Majors", c });
const board = (rows, j = 1) => boardFromDocument({ topic: "board", j, now: 0, rows });
const plain = (b) => JSON.parse(JSON.stringify([...b.rows]));

test("a snapshot becomes rows", () => {
  const b = boardFromDocument({ topic: "board", j: 7, now: 0, demo: true, rows: [row("a"), row("b")] });
  assert.equal(b.j, 7);
  assert.equal(b.demo, true);
  assert.deepEqual([...b.rows.keys()], ["a", "b"]);
});

test("operations change what they name and nothing else", () => {
  const before = board([row("a", { hr: { v: "90" } }), row("b")]);
  const after = applyOps(before, 9, [
    ["enc:a", "hr", { v: "91" }],
    ["enc:a", "alarm", null],
    ["enc:a", "area", "Resus"],
    ["board", "row+", row("c")],
  ]);
  assert.equal(after.j, 9);
  assert.equal(after.rows.get("a").c.hr.v, "91");
  assert.equal(after.rows.get("a").c.alarm, null);
  assert.equal(after.rows.get("a").area, "Resus");
  assert.equal(after.rows.get("b"), before.rows.get("b"), "identity of untouched rows");
  assert.equal(before.rows.get("a").c.hr.v, "90", "the old board stays");
  assert.equal(before.rows.size, 2);
});

test("rows leave; their late fields and unknown topics do nothing", () => {
  const b = applyOps(board([row("a")]), 2, [
    ["board", "row-", "a"],
    ["enc:a", "hr", { v: "1" }],
    ["enc:zz", "hr", { v: "1" }],
    ["dept", "census", 4],
  ]);
  assert.equal(b.rows.size, 0);
});

test("nothing changed keeps the rows; j never runs back", () => {
  const before = board([row("a")], 10);
  const after = applyOps(before, 4, []);
  assert.equal(after.rows, before.rows);
  assert.equal(after.j, 10);
  assert.equal(EMPTY_BOARD.rows.size, 0);
});

test("the gap between values is noted, through deltas and a new snapshot", () => {
  let b = board([row("a", { hr: { v: "90", t: 1e6 } })]);
  b = applyOps(b, 2, [["enc:a", "hr", { v: "91", t: 3e6 }]]);
  assert.equal(b.rows.get("a").c.hr.gap, 2e6);
  b = applyOps(b, 3, [["enc:a", "hr", { v: "91", t: 3e6, q: "suspect" }]]);
  assert.equal(b.rows.get("a").c.hr.gap, 2e6, "the same measurement, told again");
  b = boardFromDocument({ topic: "board", j: 4, now: 0, rows: [row("a", { hr: { v: "92", t: 8e6 } })] }, b);
  assert.equal(b.rows.get("a").c.hr.gap, 5e6);
});

test("operations are sorted to their topics", () => {
  const ops = [["enc:a", "hr", 1], ["feeds", "all", {}], ["board", "row-", "a"]];
  assert.deepEqual(opsOf("board", ops), [ops[0], ops[2]]);
  assert.deepEqual(opsOf("feeds", ops), [ops[1]]);
});

/** What the server's ring does: the newest operation per identity, in the order of these. */
function merge(ops) {
  const key = ([t, f, v]) => (/[+-]$/.test(f) ? `${t} member ${v.id ?? v}` : `${t} field ${f}`);
  return ops.filter((op, i) => !ops.slice(i + 1).some((later) => key(later) === key(op)));
}

test("random cuts: resumed by merged delta equals never disconnected", () => {
  const rnd = random(5);
  for (let run = 0; run < 200; run++) {
    const start = board([row("a", { hr: { v: "0" } }), row("b")]);
    const ops = Array.from({ length: 40 }, (_, i) => {
      const id = "abcd"[Math.floor(rnd() * 4)];
      const what = rnd();
      if (what < 0.15) return ["board", "row-", id];
      if (what < 0.35) return ["board", "row+", row(id, { hr: { v: `r${i}` } })];
      return [`enc:${id}`, ["hr", "bp", "alarm"][Math.floor(rnd() * 3)], { v: String(i) }];
    });
    const all = ops.reduce((b, op, i) => applyOps(b, i + 2, [op]), start);
    const cut = Math.floor(rnd() * ops.length);
    const away = ops.slice(0, cut).reduce((b, op, i) => applyOps(b, i + 2, [op]), start);
    const back = applyOps(away, ops.length + 1, merge(ops.slice(cut)));
    const sorted = (b) => plain(b).sort(([x], [y]) => (x < y ? -1 : 1));
    assert.deepEqual(sorted(back), sorted(all), `run ${run}, cut ${cut}`);
  }
});
