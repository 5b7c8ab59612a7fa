// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// One opened stay: what its live twin says, and pure functions over it. The shape is the server's
// (core/twin/body.h, edge/tracker/question.c).
import type { Op, Row, Value } from "./model";

/** How a horizon of a fan is told: quantiles at 5, 25, 50, 75 and 95 %; empty: nothing was said. */
export interface Fan {
  u: string;
  q: number[][];
  by: string[];
  why: string[];
}

export interface Forecast {
  at: (number | null)[]; // us UTC: when each horizon was issued
  i?: string;
  horizons: number[]; // s
  vitals: Record<string, Fan | undefined>;
  chances: Record<string, (number | null)[] | undefined>;
}

export interface Body {
  status: string;
  text: string;
  f?: string;
  shown: boolean;
  at: number | null;
  heard: number | null;
  since: number | null;
  i?: string;
  assumed: boolean;
  used: number;
  artefacts: number;
  late: number;
  acts: number;
  worst?: string;
  d?: number;
  mechanisms: { m: string; p: number }[] | null;
  named?: string;
  causes?: Record<string, number>;
  hidden: Record<string, Value | undefined>;
  now: Record<string, Value | undefined>;
  divergence?: Record<string, number>;
  forecast: Forecast | null;
}

export interface Summary {
  v: number;
  lo: number;
  hi: number;
}

export interface ArmHorizon {
  minutes: number;
  gone: number;
  no_answer: boolean;
  map_65?: number;
  spo2_below_90?: number;
  congested?: number;
  starved?: number;
  responds?: number;
  values?: Record<string, Summary | undefined>;
  difference: Record<string, Summary | undefined> | null;
}

export interface Comparison {
  stay: string;
  at: number;
  cutoff: number;
  seed: number;
  l: number;
  arms: { arm: string; horizons: ArmHorizon[] }[];
}

export interface Stay {
  id: string;
  body: Body | null;
  told: Comparison | null; // the newest comparison that anybody asked for while this page looked
}

export interface StayDocument {
  j: number;
  id: string;
  body: Body | null;
}

export function stayOfDocument(doc: StayDocument, before: Stay | null): Stay {
  return { id: doc.id, body: doc.body, told: before?.id === doc.id ? before.told : null };
}

/** Operations of the topic "enc:ID"; the cells among them belong to the board. */
export function applyStay(stay: Stay, ops: readonly Op[]): Stay {
  let next = stay;
  for (const [topic, field, value] of ops) {
    if (topic !== `enc:${stay.id}`) continue;
    if (field === "body") next = { ...next, body: value as Body | null };
    if (field === "whatif") next = { ...next, told: value as Comparison };
  }
  return next;
}

/** Two answers to the same question asked at the same moment. */
export function sameComparison(a: Comparison | null, b: Comparison | null): boolean {
  const key = (c: Comparison) => `${c.cutoff}/${c.at}/${c.arms.map((x) => x.arm).join("|")}/${c.arms[0]?.horizons.map((h) => h.minutes).join()}`;
  return !!a && !!b && key(a) === key(b);
}

/** 5 min, 60 min, 4 h. */
export function horizonText(seconds: number): string {
  return seconds >= 7200 && seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}

export const FANS = ["map", "hr", "sbp", "spo2", "rr"] as const;
export type FanVital = (typeof FANS)[number];

export interface Point {
  t: number; // us
  v: number;
}

const pressures = (value: Value): [number, number] | null => {
  const m = /^(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(value.v ?? "");
  return m ? [Number(m[1]), Number(m[2])] : null;
};

/** What is known now of a vital sign. The mean pressure is diastolic plus a third of the pulse pressure,
 *  as cuffs that do not measure it tell it; it is derived, and its reason is the pressure's. */
export function currentOf(row: Row | undefined, vital: FanVital): Value | null {
  const direct = { hr: "hr", spo2: "spo2", rr: "rr" } as Record<string, string>;
  const field = direct[vital];
  if (field) return row?.c[field] ?? null;
  const bp = row?.c.bp ?? null;
  const p = bp && pressures(bp);
  if (!bp || !p) return null;
  if (vital === "sbp") return { ...bp, v: String(p[0]) };
  return { ...bp, v: String(Math.round(p[1] + (p[0] - p[1]) / 3)), k: "d" };
}

const TRAIL_MAX = 400;
export const TRAIL_US = 15 * 60e6;

/** The measured points that this page has seen, newest last; old ones go. */
export function trailWith(trail: Point[], value: Value | null): Point[] {
  const v = Number(value?.v);
  const last = trail[trail.length - 1];
  if (!value?.t || !Number.isFinite(v) || value.v === "" || (last && value.t <= last.t)) return trail;
  return [...trail.slice(1 - TRAIL_MAX), { t: value.t, v }].filter((p) => p.t > (value.t ?? 0) - TRAIL_US);
}

/** Horizons that are told alike, together: "5 min - 60 min: twin". */
export function tellers(fan: Fan, horizons: readonly number[]): { from: number; to: number; by: string; why: string }[] {
  const list: { from: number; to: number; by: string; why: string }[] = [];
  horizons.forEach((s, i) => {
    if (!fan.q[i]?.length) return;
    const [by, why] = [fan.by[i] ?? "", fan.why[i] ?? ""];
    const last = list[list.length - 1];
    if (last && last.by === by && last.why === why) last.to = s;
    else list.push({ from: s, to: s, by, why });
  });
  return list;
}
