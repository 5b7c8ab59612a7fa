// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Goal: ages, filters, orders, URLs, books and repairs are what the design writes.
// Oracle: the tables of trust 11 and web 4; values worked out by hand. Tolerance: none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const m = await load("state/age", "state/rows", "state/view", "state/order", "state/repair", "state/books");
const S = 1e6;
const NOW = 1_764_000_000 * S;
const ago = (s, more = {}) => ({ v: "1", k: "m", t: NOW - s * S, ...more });

test("staleness: a stream at 5, 15, 60 s", () => {
  const hr = (s) => m.freshness("hr", ago(s, { gap: S }), NOW);
  assert.deepEqual([5, 6, 15, 16, 60, 61].map(hr), ["fresh", "ageing", "ageing", "stale", "stale", "expired"]);
});

test("staleness: single and charted values live longer", () => {
  assert.equal(m.freshness("hr", ago(61), NOW), "fresh");
  assert.equal(m.freshness("bp", ago(901), NOW), "ageing");
  assert.equal(m.freshness("bp", ago(1801), NOW), "stale");
  assert.equal(m.freshness("bp", ago(3601), NOW), "expired");
  assert.equal(m.freshness("hr", ago(3599, { k: "h" }), NOW), "fresh");
  assert.equal(m.freshness("temp", ago(3601), NOW), "ageing");
  assert.equal(m.freshness("acvpu", ago(28_801), NOW), "expired");
  assert.equal(m.freshness("hr", ago(20, { st: "continuous" }), NOW), "stale", "the server's word counts");
});

test("staleness: what has no limit or no time has no age", () => {
  assert.equal(m.freshness("doctor", ago(99_999), NOW), "ageless");
  assert.equal(m.freshness("hr", { v: "1" }, NOW), "ageless");
  assert.equal(m.ageSeconds(ago(-5), NOW), 0, "nothing is from the future");
});

test("age and time as text", () => {
  assert.deepEqual([0, 59.9, 60, 3599, 3600, 7500, 172_800].map(m.ageText), ["0 s", "59 s", "1 min", "59 min", "1:00 h", "2:05 h", "2 d"]);
  assert.equal(m.hourMinute(3 * 3600 + 45 * 60), "3:45");
  assert.match(m.clockText(NOW), /^\d\d:\d\d$/);
  assert.match(m.clockText(NOW - 86_400 * 3 * S, NOW), /^\d{4}-\d\d-\d\d \d\d:\d\d$/);
});

test("the view is a URL and back; no search text in it", () => {
  const view = { screen: "board", area: "Majors & co", status: "boarding", sort: "news2", news: true, stale: true, disputed: true, hide: true, wall: true };
  assert.deepEqual(m.viewFromHash(m.hashFromView(view)), view);
  assert.equal(m.hashFromView(m.DEFAULT_VIEW), "#/board");
  assert.deepEqual(m.viewFromHash(""), m.DEFAULT_VIEW);
  assert.deepEqual(m.viewFromHash("#/nonsense?sort=evil&status=x&area="), m.DEFAULT_VIEW);
  assert.equal(m.viewFromHash("#/feeds").screen, "feeds");
});

const row = (id, c, more = {}) => ({ id, area: "Majors", c, ...more });

test("orders: acuity, bed, time, NEWS2, name; ties by id", () => {
  const rows = [
    row("1", { bed: { v: "M10" }, name: { v: "B" }, triage: { v: "3" }, news2: { v: "2" }, arrived: { t: 3 } }),
    row("2", { bed: { v: "M2" }, name: { v: "A" }, triage: { v: "1" }, news2: { v: "1" }, arrived: { t: 2 } }),
    row("3", { bed: null, name: { v: "C" }, triage: { v: "3" }, news2: { lo: "4", hi: "7" }, arrived: null }),
  ];
  const ids = (sort) => m.sortRows(rows, sort).map((r) => r.id).join("");
  assert.deepEqual(m.SORTS.map(ids), ["231", "213", "213", "312", "213"]);
});

test("filters", () => {
  const r = row("1", { doctor: null, lab: { v: "1/3" }, dispo: { v: "admit" }, news2: { v: "5" }, hr: ago(100, { gap: S }), name: { v: "LIU WEI" } }, { conflict: true });
  const with_ = (part, search = "") => m.matches(r, { ...m.DEFAULT_VIEW, ...part }, search, NOW);
  for (const status of m.STATUSES) assert.equal(with_({ status }), true, status);
  assert.ok(with_({ news: true, stale: true, disputed: true, area: "Majors" }, "wei"));
  assert.ok(!with_({ area: "Resus" }));
  assert.ok(!with_({}, "nobody"));
  const calm = row("2", { doctor: { v: "X" }, lab: { v: "3/3" }, dispo: { v: "home" }, news2: { v: "4" }, hr: ago(1) });
  const not = (part) => m.matches(calm, { ...m.DEFAULT_VIEW, ...part }, "", NOW);
  for (const part of [{ status: "unseen" }, { status: "results" }, { status: "boarding" }, { news: true }, { stale: true }, { disputed: true }]) assert.ok(!not(part), JSON.stringify(part));
});

test("quality: word, word with reason, number", () => {
  assert.equal(m.qualityOf({ q: "suspect:jump" }), "suspect");
  assert.equal(m.qualityReason({ q: "suspect:jump" }), "jump");
  assert.equal(m.qualityOf({ q: 2 }), "impossible");
  assert.equal(m.qualityOf({ q: "unheard-of" }), "good");
  assert.ok(m.flagged({ q: "good;disputed" }, "disputed"));
});

test("areas in house order with counts", () => {
  const rows = ["Waiting", "Zebra", "Resus", "Waiting"].map((area, i) => ({ id: String(i), area, c: {} }));
  assert.deepEqual([...m.areasOf(rows)], [["Resus", 1], ["Waiting", 2], ["Zebra", 1]]);
});

test("rows do not jump while somebody works", () => {
  const keeper = new m.OrderKeeper();
  const known = () => true;
  assert.deepEqual(keeper.next(["a", "b", "c"], known, "x", true), { ids: ["a", "b", "c"], moves: 0 });
  assert.deepEqual(keeper.next(["c", "a", "b"], known, "x", false), { ids: ["a", "b", "c"], moves: 3 });
  assert.deepEqual(keeper.next(["a", "b", "n", "c"], known, "x", false).ids, ["a", "b", "c", "n"], "new ones at the end");
  const gone = keeper.next(["a", "n", "c"], (id) => id !== "b", "x", false);
  assert.deepEqual(gone.ids, ["a", "b", "c", "n"], "who left stays until rows may move");
  assert.ok(gone.moves > 0);
  assert.deepEqual(keeper.next(["a", "n", "c"], known, "x", true).ids, ["a", "n", "c"]);
  assert.deepEqual(keeper.next(["c"], known, "other filter", false).ids, ["c"], "asked for: at once");
});

test("books balance or not", () => {
  const i = { iface: 1, name: "A", received: 100, applied: 90, duplicate: 4, ignored: 1, refused: 1, dead_open: 2, dead_fixed: 1, dead_discarded: 1 };
  assert.deepEqual(m.booksOf(i), { rejected: 10, pending: 0, balanced: true });
  assert.deepEqual(m.booksOf({ ...i, received: 103 }), { rejected: 10, pending: 3, balanced: true });
  assert.equal(m.booksOf({ ...i, received: 99 }).balanced, false);
  assert.equal(m.booksOf({ ...i, received: 103, pending: 2 }).balanced, false);
});

test("feeds: live, quiet, silent, never", () => {
  assert.deepEqual([0, 60, 61, 300, 301].map((s) => m.feedState(NOW - s * S, NOW)), ["live", "live", "quiet", "quiet", "silent"]);
  assert.equal(m.feedState(0, NOW), "never");
  assert.equal(m.countText(1234567), "1\u202f234\u202f567");
  assert.equal(m.countText(12), "12");
  assert.equal(m.placeText({ segment: "OBX", segment_n: 3, field: 5 }), "OBX[3]-5");
  assert.equal(m.placeText({}), "");
});

const bytes = (text) => Array.from(Buffer.from(text, "utf8"), (b) => String.fromCharCode(b)).join("");

test("a dead letter is edited as text and goes back as its bytes", () => {
  for (const body of ["MSH|^~\\&\rPID|1\r", "MSH|\r\nPID|\r\n", "A\nB", bytes("MSH|\rPID|王伟 Müller\r"), "M\xfcller\r\xff", ""]) {
    assert.equal(m.fromEditable(m.toEditable(body)), body, JSON.stringify(body));
  }
  assert.equal(m.toEditable(bytes("王伟")).text, "王伟");
  const latin = m.toEditable("M\xfcller");
  assert.equal(latin.utf8, false);
  assert.equal(m.fromEditable({ ...latin, text: "Mül" }), "M\xfcl");
  assert.equal(m.fromEditable({ ...latin, text: "王" }), null, "no way to write it");
});

test("what changes, line by line", () => {
  assert.deepEqual(m.diffLines("a\nb\nc", "a\nX\nc"), [{ how: "-", text: "b" }, { how: "+", text: "X" }]);
  assert.deepEqual(m.diffLines("a", "a"), []);
  assert.deepEqual(m.diffLines("a\nc", "a\nb\nc"), [{ how: "+", text: "b" }]);
});
