// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The board as a function of a snapshot and operations. Pure: nothing here knows a socket or a page.
import type { Board, BoardDocument, Cell, Op, Row } from "./model";

export const EMPTY_BOARD: Board = { j: 0, demo: false, rows: new Map() };

/** Fields of a stay that are no cells. */
const OF_STAYS = new Set(["body", "whatif"]);

/** How long after the value before it this one came: streams grow old sooner. */
function noteGap(value: Cell, before: Cell | undefined): Cell {
  if (!value?.t || !before?.t) return value;
  if (value.t > before.t) return { ...value, gap: value.t - before.t };
  return value.t === before.t && before.gap !== undefined ? { ...value, gap: before.gap } : value;
}

function noteGaps(row: Row, before: Row | undefined): Row {
  if (!before) return row;
  const c: Row["c"] = {};
  for (const [field, value] of Object.entries(row.c)) c[field] = noteGap(value ?? null, before.c[field]);
  return { ...row, c };
}

export function boardFromDocument(doc: BoardDocument, before: Board = EMPTY_BOARD): Board {
  const rows = doc.rows.map((r): [string, Row] => [r.id, noteGaps(r, before.rows.get(r.id))]);
  return { j: doc.j, demo: doc.demo === true, rows: new Map(rows) };
}

function withCell(row: Row, field: string, value: Cell): Row {
  if (field === "area" || field === "provisional" || field === "conflict")
    return { ...row, [field]: value };
  return { ...row, c: { ...row.c, [field]: noteGap(value, row.c[field]) } };
}

/** Operations up to journal position j; rows that did not change keep their identity. */
export function applyOps(board: Board, j: number, ops: readonly Op[]): Board {
  let rows: Map<string, Row> | null = null;
  let demo = board.demo;
  for (const [topic, field, value] of ops) {
    if (topic === "board" && field === "row+") {
      rows ??= new Map(board.rows);
      const row = value as Row;
      rows.set(row.id, noteGaps(row, rows.get(row.id)));
    } else if (topic === "board" && field === "row-") {
      rows ??= new Map(board.rows);
      rows.delete(value as string);
    } else if (topic === "board" && field === "demo") {
      demo = value === true;
    } else if (topic.startsWith("enc:")) {
      const id = topic.slice(4);
      if (OF_STAYS.has(field)) continue;
      const row = (rows ?? board.rows).get(id);
      if (!row) continue; // it has left; a later row+ would bring the whole of it
      rows ??= new Map(board.rows);
      rows.set(id, withCell(row, field, value as Cell));
    }
  }
  return { j: Math.max(j, board.j), demo, rows: rows ?? board.rows };
}

/** The operations of one topic; a row's fields belong to the board. */
export function opsOf(topic: string, ops: readonly Op[]): Op[] {
  return ops.filter(([t]) => (topic === "board" ? t !== "feeds" : t === topic));
}
