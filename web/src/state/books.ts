// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The books of an interface: received = applied + rejected + pending (design operations 3). Pure.
import type { DeadLetter, Interface } from "./model";

export interface Books {
  rejected: number;
  pending: number;
  balanced: boolean;
}

export function booksOf(i: Interface): Books {
  const rejected =
    (i.duplicate ?? 0) + (i.ignored ?? 0) + (i.refused ?? 0) +
    (i.dead_open ?? 0) + (i.dead_fixed ?? 0) + (i.dead_discarded ?? 0);
  const rest = i.received - i.applied - rejected;
  const pending = i.pending ?? Math.max(0, rest);
  return { rejected, pending, balanced: rest === pending };
}

export type FeedState = "live" | "quiet" | "silent" | "never";

const QUIET_S = 60; // as long as a location is fresh after any ADT message (trust 11)
const SILENT_S = 300;

export function feedState(lastUs: number | undefined, nowUs: number): FeedState {
  if (!lastUs || lastUs <= 0) return "never";
  const s = (nowUs - lastUs) / 1e6;
  return s <= QUIET_S ? "live" : s <= SILENT_S ? "quiet" : "silent";
}

/** 12345 -> "12 345": counts, not clinical values. */
export function countText(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** Where in the message: PID-3, second PID: PID[2]-3. */
export function placeText(d: DeadLetter): string {
  if (!d.segment) return "";
  const n = d.segment_n && d.segment_n > 1 ? `[${d.segment_n}]` : "";
  return `${d.segment}${n}${d.field ? `-${d.field}` : ""}`;
}

export function reasonsOf(dead: DeadLetter[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const d of dead) counts.set(d.reason, (counts.get(d.reason) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
