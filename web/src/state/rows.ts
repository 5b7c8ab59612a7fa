// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Which rows are shown and in which order: pure functions of rows, view and time.
import { freshness } from "./age";
import type { Cell, Row, Value } from "./model";
import { said } from "../text";
import type { Sort, View } from "./view";

export const VITALS = ["hr", "bp", "spo2", "rr", "temp"] as const;

export function cell(row: Row, field: string): Cell {
  return row.c[field] ?? null;
}

export function text(row: Row, field: string): string {
  return row.c[field]?.v ?? "";
}

function number(value: Cell | undefined, otherwise: number): number {
  if (!value) return otherwise;
  const n = Number(value.v ?? value.hi);
  return Number.isFinite(n) ? n : otherwise;
}

/** NEWS2 for sorting and filtering; what is unknown counts as its worst. -1 without a score. */
export function news2Of(row: Row): number {
  return number(row.c.news2, -1);
}

export function arrivedUs(row: Row): number | null {
  return row.c.arrived?.t ?? null;
}

/** Seconds in the department; 0 when the arrival is not known. */
export function inDepartment(row: Row, nowUs: number): number {
  const t = arrivedUs(row);
  return t === null ? 0 : Math.max(0, (nowUs - t) / 1e6);
}

/** "2/4": done of ordered; null when it is not of that form. */
export function doneOf(value: Cell): { done: number; ordered: number } | null {
  const m = /^(\d+)\/(\d+)/.exec(value?.v ?? "");
  return m ? { done: Number(m[1]), ordered: Number(m[2]) } : null;
}

export function isUnseen(row: Row): boolean {
  return !text(row, "doctor");
}

export function isWaiting(row: Row): boolean {
  const lab = doneOf(cell(row, "lab"));
  const img = doneOf(cell(row, "img"));
  return (!!lab && lab.done < lab.ordered) || (!!img && img.done < img.ordered);
}

/** Admitted, in the department, waiting for a bed elsewhere. */
export function isBoarding(row: Row): boolean {
  return /^boarding/.test(text(row, "next")) || /admit/i.test(text(row, "dispo"));
}

export function isStale(row: Row, nowUs: number): boolean {
  return VITALS.some((field) => {
    const v = row.c[field];
    if (!v || v.v === undefined) return false;
    const f = freshness(field, v, nowUs);
    return f === "stale" || f === "expired" || qualityOf(v) === "stale";
  });
}

export function isDisputed(row: Row): boolean {
  return row.conflict === true || Object.values(row.c).some((v) => !!v && flagged(v, "disputed"));
}

const QUALITIES = ["good", "suspect", "impossible", "stale", "absent"] as const;

/** Quality word of a value; the served form is a word, a word with a reason, or its number. */
export function qualityOf(value: Value): (typeof QUALITIES)[number] {
  if (typeof value.q === "number") return QUALITIES[value.q] ?? "good";
  const word = (value.q ?? "good").split(/[:; ]/)[0];
  return QUALITIES.find((q) => q === word) ?? "good";
}

export function qualityReason(value: Value): string {
  if (typeof value.q !== "string") return "";
  const at = value.q.search(/[:; ]/);
  return at < 0 ? "" : value.q.slice(at + 1).trim();
}

export function flagged(value: Value, flag: string): boolean {
  return typeof value.q === "string" && value.q.includes(flag);
}

export function areasOf(rows: Iterable<Row>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.area, (counts.get(row.area) ?? 0) + 1);
  const rank = (a: string) => {
    const i = ["Resus", "Majors", "Minors", "Paeds", "Waiting"].indexOf(a);
    return i < 0 ? 50 : i;
  };
  return new Map([...counts].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b, "en")));
}

export function matches(row: Row, view: View, search: string, nowUs: number): boolean {
  if (view.area && row.area !== view.area) return false;
  if (view.status === "unseen" && !isUnseen(row)) return false;
  if (view.status === "results" && !isWaiting(row)) return false;
  if (view.status === "boarding" && !isBoarding(row)) return false;
  if (view.news && news2Of(row) < 5) return false;
  if (view.stale && !isStale(row, nowUs)) return false;
  if (view.disputed && !isDisputed(row)) return false;
  if (!search) return true;
  const all = ["bed", "name", "complaint", "doctor", "nurse", "next"].map((f) => text(row, f));
  all.push(said(text(row, "next")));
  return all.join(" ").toLowerCase().includes(search.toLowerCase());
}

/** R2 before R10. */
function natural(a: string, b: string): number {
  const split = (s: string) => /^(\D*)(\d*)(.*)$/.exec(s) ?? ["", s, "", ""];
  const [, ap = "", an = "", ar = ""] = split(a);
  const [, bp = "", bn = "", br = ""] = split(b);
  const order = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  return order(ap, bp) || Number(an || 0) - Number(bn || 0) || order(ar, br);
}

const byTriage = (a: Row, b: Row) => number(a.c.triage, 9) - number(b.c.triage, 9);
const byNews2 = (a: Row, b: Row) => news2Of(b) - news2Of(a);
const byTime = (a: Row, b: Row) => (arrivedUs(a) ?? Infinity) - (arrivedUs(b) ?? Infinity);
const byBed = (a: Row, b: Row) => {
  const [x, y] = [text(a, "bed"), text(b, "bed")];
  if (!x || !y) return x === y ? 0 : x ? -1 : 1;
  return natural(x, y);
};
const byName = (a: Row, b: Row) => natural(text(a, "name"), text(b, "name"));

const ORDER: Record<Sort, (a: Row, b: Row) => number> = {
  acuity: (a, b) => byTriage(a, b) || byNews2(a, b) || byTime(a, b),
  bed: byBed,
  time: byTime,
  news2: (a, b) => byNews2(a, b) || byTriage(a, b),
  name: byName,
};

export function sortRows(rows: Row[], sort: Sort): Row[] {
  return [...rows].sort((a, b) => ORDER[sort](a, b) || natural(a.id, b.id));
}

/** How many rows stand elsewhere when the shown order becomes the wanted one. */
export function wouldMove(shown: readonly string[], wanted: readonly string[]): number {
  const left = shown.filter((id) => wanted.includes(id));
  return wanted.filter((id) => left.includes(id)).filter((id, i) => left[i] !== id).length;
}
