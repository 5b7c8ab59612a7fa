// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// What the test double's live twin says: made up, in the shape of core/twin/body.h, of the topic of trust
// (core/twin/board.h) and of the answers in edge/tracker/question.c.

const S = 1e6;
const HORIZONS = [300, 900, 1800, 3600, 14400];
const MIDDLE = { hr: [112, "/min"], sbp: [92, "mm[Hg]"], dbp: [54, "mm[Hg]"], map: [68, "mm[Hg]"], spo2: [94, "%"], rr: [24, "/min"] };

const number = (v, u, lo, hi) => ({ v: String(v), u, k: "p", lo, hi, l: 0.9 });

function fan(middle, u) {
  const wide = HORIZONS.map((_, i) => 3 + 2.5 * i);
  return {
    u,
    q: wide.map((w, i) => [middle - 2 * w, middle - w, middle - i, middle + w / 2, middle + w].map((x) => (u === "%" ? Math.min(100, x) : x))),
    by: ["twin", "twin", "twin, widened", "last value", "last value"],
    why: ["its recent forecasts for this patient were right", "its recent forecasts for this patient were right", "its recent errors for this patient are larger than it says", "the simple forecast was better for this patient lately", "the simple forecast was better for this patient lately"],
  };
}

export function bodyOf(now, more = {}) {
  const at = now - 20 * S;
  return {
    status: "unsure", text: "The twin errs more than it should; its intervals are widened.", f: "device-type", k: "p", shown: true,
    at, heard: now - 25 * S, since: now - 1800 * S, i: "tw1", assumed: true, used: 412, artefacts: 3, late: 1, acts: 2, worst: "map", d: 1.4,
    mechanisms: [["hypovolaemic", 0.88], ["distributive", 0.07], ["stable", 0.02], ["cardiogenic", 0.01], ["obstructive", 0.01], ["respiratory", 0.01], ["mixed", 0]].map(([m, p]) => ({ m, p })),
    named: "hypovolaemic", causes: { haemorrhage: 0.61, bleeding: 0.27, sepsis: 0.07, stable: 0.02, tension_pneumothorax: 0.01, asthma: 0.02 },
    hidden: {
      deficit: number(1100, "mL", 800, 1400), bleeding: number(12, "mL/min", 0, 40), cardiac_output: number(3.4, "L/min", 2.6, 4.1),
      svr: number(1640, "dyn.s/cm5", 1200, 2300), lv_elastance: number(3.1, "mm[Hg]/mL", 2.2, 4.6), shunt: number(0.05, "1", 0.02, 0.12),
    },
    now: Object.fromEntries(Object.entries(MIDDLE).map(([key, [v, u]]) => [key, { v: String(v), u, k: "p" }])),
    divergence: { hr: 0.9, map: 1.4 },
    forecast: {
      at: HORIZONS.map(() => at), i: "tw2", horizons: HORIZONS,
      vitals: Object.fromEntries(Object.entries(MIDDLE).map(([key, [v, u]]) => [key, fan(v, u)])),
      chances: { map_low: [0.31, 0.38, 0.44, 0.52, 0.61], spo2_low: [0.01, 0.03, 0.06, 0.11, 0.2], news2_high: [0.55, 0.62, 0.7, 0.76, 0.83] },
    },
    ...more,
  };
}

const VALUES = { hr_bpm: 112, sbp_mmhg: 92, map_mmhg: 68, spo2_pct: 94, rr_per_min: 24, co_l_min: 3.4, pcwp_mmhg: 6, do2_ml_min: 520 };

/** The answer to a question, or the sentence by which it is refused. */
export function whatif(question, now) {
  const bad = question.arms.find((arm) => /99999/.test(arm));
  if (bad) return { error: `volume_ml: "99999" is wrong: a number from 1 to 20000` };
  const all = (x, spread) => Object.fromEntries(Object.entries(VALUES).map(([key, v]) => [key, { v: x(v), lo: x(v) - spread * v, hi: x(v) + spread * v }]));
  const horizon = (arm, minutes) => ({
    minutes, gone: 0.01, no_answer: false, map_65: Math.min(0.99, 0.58 + 0.15 * arm), spo2_below_90: 0.04, congested: 0.03 * arm, starved: arm ? 0.02 : 0, responds: arm ? 0.63 : 0,
    values: all((v) => v * (1 + 0.06 * arm), 0.12),
    difference: arm ? all((v) => v * 0.06 * arm, 0.03) : null,
  });
  return {
    what: "whatif", stay: question.stay, k: "p", f: "device-type", at: now - 20 * S, cutoff: 1000, seed: 7, l: 0.9,
    arms: ["none", ...question.arms].map((arm, n) => ({ arm, horizons: question.minutes.map((m) => horizon(n, m)) })),
  };
}

export function trustDocument(world, now) {
  const horizons = ["5 min", "15 min", "30 min", "60 min", "4 h"];
  const cell = (target, unit, horizon, more = {}) => ({
    model: "live-twin", version: "double", target, unit, horizon, state: "live", reason: "a named person decided it", since: now - 86400 * S, n: 12,
    fates: { pending: 6, observed: 12 }, calibration: "too few", crps: null, bias: null, coverage90: null, width90: null,
    skill: { persistence: null, trend: null, ar1: null }, ...more,
  });
  const scored = { n: 640, calibration: "fits", crps: 3.1, bias: -0.4, coverage90: 0.91, width90: 21, skill: { persistence: 0.12, trend: 0.31, ar1: 0.09 } };
  const cells = [["8867-4", "/min"], ["8478-0", "mm[Hg]"], ["59408-5", "%"]].flatMap(([target, unit]) => horizons.map((h) => cell(target, unit, h)));
  Object.assign(cells[0], scored);
  Object.assign(cells[5], scored, { coverage90: 0.79, calibration: "too narrow", skill: { persistence: -0.04, trend: 0.1, ar1: 0.02 } });
  Object.assign(cells[11], scored, { state: "demoted", reason: "90 % intervals hold the truth too seldom" });
  return { topic: "trust", j: world.j, now, demo: world.demo, predictions: 3210, open: 120, dropped: 0, refused: 0, late: 4, truths: 9000, cells };
}
