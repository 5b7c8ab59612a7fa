// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// What the ledger of predictions holds, as the server tells it (core/twin/board.h), and its order: the
// worst first. Pure.
import type { Key } from "../text";

export interface TrustCell {
  model: string;
  version: string;
  target: string; // LOINC, or of an event
  unit: string;
  horizon: string;
  state: string;
  reason: string;
  since: number | null;
  n: number;
  fates: Record<string, number>;
  calibration: string;
  crps?: number | null;
  brier?: number | null; // of an event
  bias: number | null;
  coverage90: number | null;
  width90: number | null;
  skill: Record<string, number | null>;
}

export interface Trust {
  now: number;
  demo: boolean;
  predictions: number;
  open: number;
  dropped: number;
  refused: number;
  late?: number;
  truths?: number;
  cells: TrustCell[];
}

const NAMES: Record<string, Key> = {
  "8867-4": "col.hr_name", "8480-6": "what.sbp", "8462-4": "what.dbp", "8478-0": "what.map",
  "59408-5": "col.spo2_name", "9279-1": "col.rr_name", "19891-1": "what.etco2", "8310-5": "col.temp_name",
  "event.map-below-65": "chance.map", "event.spo2-below-90": "chance.spo2", "event.news2-7": "chance.news2",
};

export function targetKey(code: string): Key | null {
  return NAMES[code] ?? null;
}

/** Against the rival that did best; null while there are too few. */
export function skillOf(cell: TrustCell): { rival: string; skill: number } | null {
  let worst: { rival: string; skill: number } | null = null;
  for (const [rival, skill] of Object.entries(cell.skill))
    if (skill !== null && (!worst || skill < worst.skill)) worst = { rival, skill };
  return worst;
}

export const COVERAGE = { least: 0.85, most: 0.95 }; // bounds of a 90 % interval: design trust 4

export const isEvent = (cell: TrustCell): boolean => "brier" in cell;

export function coverageFits(cell: TrustCell): boolean {
  return cell.coverage90 !== null && cell.coverage90 >= COVERAGE.least && cell.coverage90 <= COVERAGE.most;
}

const STATES = ["demoted", "watch", "live", "shadow", "candidate", "retired"];
const minutes = (horizon: string) => parseFloat(horizon) * (horizon.endsWith("h") ? 60 : 1);

function rank(cell: TrustCell): number {
  const skill = skillOf(cell);
  if (cell.state === "demoted" || cell.state === "watch") return 0;
  if (skill && skill.skill < 0) return 1;
  if (cell.coverage90 !== null && !coverageFits(cell)) return 2;
  return skill ? 3 : 4;
}

/** Switched off or watched, then those that lose, then those that miss their coverage. */
export function worstFirst(cells: readonly TrustCell[]): TrustCell[] {
  const state = (c: TrustCell) => STATES.indexOf(c.state);
  const skill = (c: TrustCell) => skillOf(c)?.skill ?? 0;
  return [...cells].sort(
    (a, b) =>
      rank(a) - rank(b) || state(a) - state(b) || skill(a) - skill(b) ||
      a.target.localeCompare(b.target, "en") || minutes(a.horizon) - minutes(b.horizon),
  );
}
