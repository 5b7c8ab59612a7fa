// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// How old is too old: the staleness table of design trust 11, the same classes as the twin's. A device
// whose values follow each other within 15 s is a stream, and a stream that falls silent is old at
// once; a single measurement and a charted value live longer.
import type { Value } from "./model";

export type Freshness = "fresh" | "ageing" | "stale" | "expired" | "ageless";

/** Seconds: fresh to, stale at, expires. */
export interface Limits {
  fresh: number;
  stale: number;
  expires: number;
}

const CLASSES = {
  continuous: { fresh: 5, stale: 15, expires: 60 },
  spot: { fresh: 900, stale: 1800, expires: 3600 },
  charted: { fresh: 3600, stale: 14_400, expires: 28_800 },
  gas: { fresh: 3600, stale: 7200, expires: 21_600 },
  lab: { fresh: 14_400, stale: 43_200, expires: 86_400 },
  location: { fresh: 60, stale: 300, expires: 1800 },
  camera: { fresh: 5, stale: 15, expires: 60 },
  decision: null, // a decision holds until it is changed
} as const;
type Class = keyof typeof CLASSES;

const STREAM_US = 15e6;
const VITALS = new Set(["hr", "spo2", "rr", "bp", "news2", "temp", "acvpu", "o2"]);
const CHARTED = new Set(["temp", "acvpu", "o2", "news2"]);

export function limitsOf(field: string, value: Value): Limits | null {
  if (value.st && Object.hasOwn(CLASSES, value.st)) return CLASSES[value.st as Class];
  if (!VITALS.has(field)) return null;
  if (value.k === "h" || CHARTED.has(field)) return CLASSES.charted;
  const stream = value.gap !== undefined && value.gap <= STREAM_US;
  return stream ? CLASSES.continuous : CLASSES.spot;
}

/** Seconds since it happened; null when the value has no time. Never negative. */
export function ageSeconds(value: Value, nowUs: number): number | null {
  if (value.t === undefined) return null;
  return Math.max(0, (nowUs - value.t) / 1e6);
}

export function freshness(field: string, value: Value, nowUs: number): Freshness {
  const limits = limitsOf(field, value);
  const age = ageSeconds(value, nowUs);
  if (!limits || age === null) return "ageless";
  if (age > limits.expires) return "expired";
  if (age > limits.stale) return "stale";
  return age > limits.fresh ? "ageing" : "fresh";
}

/** 8 s, 31 min, 2:05 h, 3 d. */
export function ageText(seconds: number): string {
  const s = Math.floor(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 48 * 3600) return `${hourMinute(s)} h`;
  return `${Math.floor(s / (24 * 3600))} d`;
}

/** 3:45 from seconds. */
export function hourMinute(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/** 14:03 or 14:03:07 on the wall here; days before today get their date. */
export function clockText(us: number, nowUs?: number, withSeconds = false): string {
  const d = new Date(us / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const time =
    `${two(d.getHours())}:${two(d.getMinutes())}` + (withSeconds ? `:${two(d.getSeconds())}` : "");
  if (nowUs === undefined) return time;
  const today = new Date(nowUs / 1000);
  if (today.toDateString() === d.toDateString()) return time;
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${time}`;
}
