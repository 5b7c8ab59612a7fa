// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// A value in words: what it shows, its kind, its unit, the names of quantities. For every screen alike.
import type { Value } from "../state/model";
import { qualityReason } from "../state/rows";
import { said, t, type Key } from "../text";

const KINDS: Record<string, Key> = {
  m: "kind.measured",
  h: "kind.manual",
  d: "kind.derived",
  c: "kind.corrected",
  i: "kind.imputed",
  p: "kind.predicted",
  t: "kind.demo",
};

export function kindText(value: Value): string {
  return t(KINDS[value.k ?? ""] ?? "kind.plain");
}

const UNITS: Record<string, string> = {
  "/min": "/min",
  "mm[Hg]": "mmHg",
  Cel: "°C",
  "%": "%",
  "1": "",
  a: "y",
  "L/min": "L/min",
  "dyn.s/cm5": "dyn·s/cm⁵",
  "mm[Hg]/mL": "mmHg/mL",
};

export function unitLabel(u: string | undefined): string {
  return u === undefined ? "" : (UNITS[u] ?? u);
}

/** v, or lo-hi when only the interval is known. What Pollux concluded it says in its own words. */
export function shownText(value: Value, field = ""): string {
  if (value.v !== undefined) return value.k === "d" || field === "dispo" || field === "shock" ? said(value.v) : value.v;
  if (value.lo !== undefined && value.hi !== undefined) return `${value.lo}–${value.hi}`;
  return "";
}

/** Why a value is not good, in words; "" without a reason. */
export function reasonText(value: Value): string {
  return said(qualityReason(value));
}

const QUANTITIES: Record<string, Key> = {
  rr: "col.rr_name", resp_rate: "col.rr_name", spo2: "col.spo2_name", o2: "more.o2", o2_flow: "more.o2",
  sbp: "what.sbp", dbp: "what.dbp", map: "what.map", etco2: "what.etco2", nibp_sys: "what.sbp", pulse: "col.hr_name", hr: "col.hr_name", acvpu: "more.acvpu",
  temp: "col.temp_name", triage: "col.triage_name", message: "what.message", "dead letter": "what.dead",
};

/** The house key of a quantity in words. */
export function quantityText(key: string): string {
  const text = QUANTITIES[key];
  return text ? t(text) : key.replace(/_/g, " ");
}

const LABELS: Record<string, Key> = {
  rr: "col.rr", spo2: "col.spo2", sbp: "col.bp", pulse: "col.hr", temp: "col.temp",
};

/** The same as short as a head of a column. */
export function quantityLabel(key: string): string {
  const label = LABELS[key];
  return label ? t(label) : key.toUpperCase();
}

/** Names of the inputs that a score lacks; "" when it lacks none. */
export function missingText(value: Value): string {
  return (value.missing ?? []).map(quantityText).join(", ");
}
