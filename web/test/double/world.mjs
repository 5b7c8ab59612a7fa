// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// A department for the test double: made-up patients whose values move. Not the product's simulator.
// The same seed gives the same department.

export function random(seed) {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const FAMILY = ["HALE", "OKAFOR", "LIU", "NOVAK", "REYES", "HAAS", "SINGH", "MORI", "DUBOIS", "KLEIN", "ROSSI", "ABE", "YILMAZ", "COSTA", "IVANOVA", "BERG", "MENSAH", "CHAVEZ", "NGUYEN", "FARAH"];
const GIVEN = ["JAMES", "WEI", "ANNA", "OLU", "MARIA", "PETER", "INES", "KENJI", "ELSA", "TOM", "ADA", "LUCA", "MEI", "OMAR", "NINA"];
const COMPLAINT = ["chest pain", "abdominal pain", "shortness of breath", "fall, hip pain", "fever", "headache", "palpitations", "laceration, hand", "syncope", "back pain", "confusion", "vomiting and diarrhoea", "allergic reaction", "ankle injury"];
const DOCTORS = ["CHEN", "IVES", "ADEYEMI", "WOLF", "PRICE"];
const NURSES = ["OKO", "LANG", "RUIZ", "BAKER", "SATO", "MOSS"];
const NEXT = ["CT head: in progress", "boarding, bed in 4W", "Troponin: ordered", "to be discharged", "boarding", "X-ray chest: scheduled", "CBC: on hold", "to be seen", "", "", ""];

const AREAS = [["Resus", "R", 4], ["Majors", "M", 16], ["Minors", "N", 6], ["Paeds", "P", 3], ["Waiting", "", 11]];
const S = 1e6;

export function makeWorld({ seed = 1, now = Date.now() * 1000, demo = true, most = 100 } = {}) {
  const rnd = random(seed);
  const pick = (list) => list[Math.floor(rnd() * list.length)];
  const world = { j: 1000, demo, rows: new Map(), dead: makeDead(now), books: makeBooks(now), ids: 1, rnd };
  for (const [area, letter, n] of AREAS)
    for (let i = 1; i <= n; i++) {
      if (rnd() < 0.08 || world.rows.size >= most) continue;
      const row = makeRow(world, pick, area, letter ? `${letter}${i}` : null, now);
      world.rows.set(row.id, row);
    }
  decorate([...world.rows.values()], now);
  return world;
}

function makeRow(world, pick, area, bed, now) {
  const { rnd } = world;
  const id = (world.ids++ * 37 + 4000).toString(36);
  const prov = (n) => `${id}${n}`;
  const val = (v, n, more) => ({ v: String(v), k: "m", t: now - Math.round(rnd() * 4) * S, s: 250, q: "good", st: "continuous", i: prov(n), ...more });
  const charted = (v, n, age = rnd() * 3000) => ({ v: String(v), k: "h", t: now - Math.round(age) * S, q: "good", i: prov(n) });
  const sick = area === "Resus" ? 2 : area === "Majors" ? 1 : 0;
  const arrived = now - Math.round((0.2 + rnd() * rnd() * 5.5) * 3600) * S;
  const news = Math.max(0, Math.round(rnd() * 3 + sick * 2.4 - 0.8));
  const ordered = Math.floor(rnd() * 5);
  const done = Math.floor(rnd() * (ordered + 1));
  const age = area === "Paeds" ? 2 + Math.floor(rnd() * 12) : 18 + Math.floor(rnd() * 74);
  const nothing = area === "Waiting";
  const seen = !nothing && rnd() < 0.85;
  const next = pick(NEXT);
  return {
    id, area, person: `p${id}`, provisional: false, conflict: false,
    c: {
      bed: bed ? charted(bed, "b") : null,
      name: { v: `${pick(FAMILY)} ${pick(GIVEN)}`, k: "h", t: arrived, i: prov("n") },
      age: { v: String(age), u: "a", k: "d", i: prov("a") },
      sex: { v: rnd() < 0.5 ? "F" : "M", k: "h", i: prov("s") },
      triage: charted(area === "Resus" ? 1 + Math.round(rnd()) : sick ? 2 + Math.round(rnd()) : 3 + Math.floor(rnd() * 3), "t"),
      complaint: charted(pick(COMPLAINT), "c"),
      arrived: { v: new Date(arrived / 1000).toISOString(), k: "h", t: arrived, i: prov("z") },
      news2: nothing && rnd() < 0.4 ? null : { v: String(news), k: "d", t: now - 120 * S, i: prov("w"), f: "discrete-cds", band: news >= 7 ? "high" : news >= 5 ? "medium" : "low", trend: Math.round(rnd() * 2 - 0.7), missing: [] },
      hr: nothing ? charted(72 + Math.floor(rnd() * 30), "h") : val(66 + Math.floor(rnd() * 34 + sick * 12), "h", { u: "/min" }),
      bp: val(`${104 + Math.floor(rnd() * 42 - sick * 10)}/${58 + Math.floor(rnd() * 24)}`, "p", { u: "mm[Hg]", st: "spot", t: now - Math.round(rnd() * 2100) * S, k: nothing ? "h" : "m" }),
      spo2: nothing ? charted(95 + Math.floor(rnd() * 5), "o") : val(93 + Math.floor(rnd() * 7 - sick), "o", { u: "%" }),
      rr: nothing ? charted(14 + Math.floor(rnd() * 6), "r") : val(13 + Math.floor(rnd() * 7 + sick * 3), "r", { u: "/min" }),
      temp: { ...charted((36 + rnd() * 2.4).toFixed(1), "e"), u: "Cel", k: "m" },
      acvpu: charted("A", "v"),
      o2: charted(sick && rnd() < 0.4 ? "2 L/min" : "room air", "x"),
      alarm: null, shock: null,
      doctor: seen ? charted(pick(DOCTORS), "d") : null,
      nurse: nothing ? null : charted(pick(NURSES), "u"),
      lab: ordered ? charted(`${done}/${ordered}`, "l") : null,
      img: rnd() < 0.4 ? charted(pick(["CT", "XR", "1/1", "0/1"]), "i") : null,
      med: rnd() < 0.15 ? charted("abx 12 min", "m") : null,
      next: next ? { ...charted(next, "q"), k: "d" } : null,
      dispo: rnd() < 0.18 && seen ? charted("admit", "k") : null,
      padmit: null, risk: null, fresh: null,
    },
  };
}

/** One of each look, so that a screenshot and a test see them all. */
function decorate(rows, now) {
  const at = (i) => rows[i % rows.length].c;
  at(0).alarm = { v: "*** MAP 48 < 55", k: "m", t: now - 8 * S, i: "al1" };
  at(0).news2 = { v: "9", k: "d", t: now - 60 * S, i: "n9", band: "high", trend: 1, missing: [], f: "discrete-cds" };
  at(2).alarm = { v: "** SpO2 86 < 90", k: "m", t: now - 31 * S, i: "al2" };
  at(3).alarm = { v: "NEWS2 7; bed-conflict", k: "d", t: now - 31 * S, i: "al4", band: "high", f: "discrete-cds" };
  at(4).alarm = { v: "lead off", k: "m", t: now - 90 * S, i: "al3" };
  at(1).hr = { v: "96", u: "/min", k: "m", t: now - 11 * S, q: "suspect:jump of 40 in 5 s", i: "s1" };
  at(3).spo2 = { v: "160", u: "%", k: "m", t: now - 2 * S, q: "impossible:above 100", i: "s2" };
  at(4).temp = { v: "38.4", u: "Cel", k: "c", t: now - 900 * S, q: "good", raw: "101.1 [degF]", i: "s3" };
  at(5).rr = { v: "18", u: "/min", k: "i", lo: "15", hi: "22", t: now - 3 * S, i: "s4" };
  at(6).padmit = { v: ".31", k: "p", lo: ".22", hi: ".41", l: 0.9, i: "s5", f: "flow" };
  at(7).padmit = { v: ".97", k: "p", lo: ".93", hi: ".99", l: 0.9, i: "s6", f: "flow" };
  at(0).risk = { v: "0.76", k: "p", t: now - 20 * S, i: "s7", f: "device-type" };
  at(0).shock = { v: "hypovolaemic 0.88, -1.1 L", k: "p", t: now - 20 * S, i: "s15", f: "device-type" };
  at(8).hr = { v: "88", u: "/min", k: "m", st: "continuous", t: now - 44 * S, i: "s8" };
  at(9).hr = { v: "81", u: "/min", k: "m", st: "continuous", t: now - 900 * S, i: "s9" };
  at(10).bp = { e: "null", k: "h", t: now - 60 * S, i: "s10" };
  at(11).news2 = { lo: "4", hi: "7", k: "d", t: now - 200 * S, band: "medium", trend: 0, missing: ["rr"], i: "s11", f: "discrete-cds" };
  at(12).hr = { v: "118", u: "/min", k: "m", t: now - 3 * S, q: "good;disputed", other: "92 /min by hand", i: "s12" };
  at(13).hr = { v: "77", u: "/min", k: "t", t: now - 3 * S, i: "s13" };
  at(13).risk = { scope: "out", q: "absent:not-applicable-below-16", k: "p", i: "s14" };
  rows[14 % rows.length].provisional = true;
  rows[15 % rows.length].conflict = true;
}

function makeBooks(now) {
  return [
    { iface: 1, name: "REGISTRATION ADT", received: 18204, applied: 18190, duplicate: 9, ignored: 2, refused: 0, dead_open: 2, dead_fixed: 1, dead_discarded: 0, last_arrival: now - 2 * S },
    { iface: 2, name: "MONITOR", received: 2100342, applied: 2100310, duplicate: 31, ignored: 0, refused: 0, dead_open: 0, dead_fixed: 0, dead_discarded: 0, last_arrival: now - 1 * S },
    { iface: 3, name: "LAB", received: 5120, applied: 5102, duplicate: 3, ignored: 0, refused: 1, dead_open: 12, dead_fixed: 2, dead_discarded: 0, last_arrival: now - 92 * S },
    { iface: 4, name: "RADIOLOGY", received: 640, applied: 640, duplicate: 0, ignored: 0, refused: 0, dead_open: 0, dead_fixed: 0, dead_discarded: 0, last_arrival: now - 840 * S },
  ];
}

export const BROKEN =
  "MSH|^~\\&|LAB|GENERAL|POLLUX|ED|20261125140102||ORU^R01^ORU_R01|L000812|P|2.5.1\r" +
  "PID|1||MRN00042^^^GENERAL^MR||HALE^JAMES||19550230|M\r" +
  "PV1|1|E|ED^R2^1\rOBR|1|P77|F77|2160-0^Creatinine^LN|||20261125135500\r" +
  "OBX|1|NM|2160-0^Creatinine^LN||1,4|mg/dL|0.6-1.2|H|||F\r";

function makeDead(now) {
  const reasons = [
    ["the version (MSH-12) is not 2.1 to 2.9", "MSH", 12, 75],
    ["several patients or visits in one message; send one message for each", "PV1", 19, 138],
    ["no patient identifier: fill PID-3 (or PID-2, PID-4, PID-18, PV1-19)", "PID", 3, 92],
  ];
  return Array.from({ length: 14 }, (_, i) => {
    const [reason, segment, field, offset] = reasons[i % 3];
    return { seq: 90412 - i * 7, iface: i < 2 ? 1 : 3, arrival: now - (40 + i * 311) * S, state: "open", code: 101 + (i % 3), reason, segment, segment_n: 1, field, offset, attempts: i === 3 ? 1 : 0, body: BROKEN };
  });
}

const strip = ({ body, ...rest }) => rest;

export function boardDocument(world, now) {
  return { topic: "board", j: world.j, now, demo: world.demo, rows: [...world.rows.values()], beds: [], counts: {} };
}

export function feedsDocument(world, now) {
  return { topic: "feeds", j: world.j, now, interfaces: world.books, dead: world.dead.map(strip) };
}

/** One second of life: operations. */
export function live(world, now) {
  const { rnd } = world;
  const ops = [];
  const set = (row, field, value) => {
    row.c[field] = value;
    ops.push([`enc:${row.id}`, field, value]);
  };
  world.j += 7;
  for (const row of world.rows.values()) {
    for (const field of ["hr", "spo2", "rr"]) {
      const v = row.c[field];
      if (!v || v.k !== "m" || v.q !== "good" || now - v.t > 12 * S) continue;
      const n = Number(v.v) + Math.round(rnd() * 2 - 1);
      set(row, field, { ...v, v: String(field === "spo2" ? Math.min(100, n) : n), t: now });
    }
  }
  return ops;
}

export function why(world, id) {
  if (id === "missing") return null;
  return {
    id, what: "NEWS2", value: { v: "9", k: "d", t: Date.now() * 1000 }, rule: "news2/1",
    source: "Royal College of Physicians 2017, chart 1", class: "discrete-cds",
    inputs: [
      { id: "x1", what: "Respiration rate", value: { v: "26", u: "/min", k: "m", t: Date.now() * 1000 - 4 * S }, points: 3, rule: ">= 25", raw: { seq: 90412, iface: 3, arrival: Date.now() * 1000 - 3 * S, from: 234, length: 24 } },
      { id: "x2", what: "Oxygen saturation", value: { v: "91", u: "%", k: "m", t: Date.now() * 1000 - 2 * S }, points: 3, rule: "<= 91", inputs: [{ what: "Oxygen saturation", value: { v: "0.91", u: "1", k: "m" }, note: "converted 1 to %" }] },
    ],
  };
}
