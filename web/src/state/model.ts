// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// What the server says, as types. One served value is one object: design web 2.

export type Kind = "m" | "h" | "d" | "c" | "i" | "p" | "t";
export type Nothing = "absent" | "empty" | "null";
export type Quality = "good" | "suspect" | "impossible" | "stale" | "absent";

export interface Value {
  v?: string; // exact text: 1.10 stays 1.10
  e?: Nothing; // which kind of nothing, without v
  u?: string; // UCUM
  k?: Kind;
  t?: number; // when it happened, us UTC
  s?: number; // its standard deviation, ms
  q?: string | number; // quality word, with a reason behind a colon; or its number
  lo?: string | number;
  hi?: string | number;
  l?: number; // level of the interval
  i?: string; // provenance id
  f?: string; // function class
  st?: string; // staleness class, when the server says it
  gap?: number; // us since the value before it, noted here
  band?: string;
  trend?: number;
  bands?: string[]; // several are possible
  missing?: string[];
  at?: string; // bed: where the patient is for now
  implied?: boolean; // bed: concluded from a later message
  raw?: string; // corrected: what was sent
  other?: string; // disputed: what the second source says
  scope?: string; // "out": no answer, with a reason in q
}

export type Cell = Value | null;

export interface Row {
  id: string;
  area: string;
  person?: string;
  provisional?: boolean;
  conflict?: boolean;
  c: Record<string, Cell | undefined>;
}

export interface Board {
  j: number;
  demo: boolean;
  rows: ReadonlyMap<string, Row>;
}

export interface Interface {
  iface: number;
  name: string;
  received: number;
  applied: number;
  duplicate?: number;
  ignored?: number;
  refused?: number;
  dead_open?: number;
  dead_fixed?: number;
  dead_discarded?: number;
  last_arrival?: number;
  pending?: number;
}

export interface DeadLetter {
  seq: number;
  iface: number;
  arrival: number;
  state: string;
  code?: number;
  reason: string;
  segment?: string;
  segment_n?: number;
  field?: number;
  offset?: number;
  attempts?: number;
}

export interface Feeds {
  j: number;
  now: number;
  interfaces: Interface[];
  dead: DeadLetter[];
}

export type Op = [topic: string, field: string, value: unknown];

export interface BoardDocument {
  topic: "board";
  j: number;
  now: number;
  demo?: boolean;
  rows: Row[];
}
