// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The columns of the board in their order (design web 4.1).
import type { Key } from "../text";
import type { Sort } from "./view";

export interface Column {
  field: string;
  label: Key; // head of the column
  name: Key; // in full, for readers and cards
  unit?: string;
  look: "bed" | "person" | "triage" | "text" | "time" | "news2" | "vital" | "alarm" | "shock" | "count" | "chance" | "risk" | "fresh";
  sort?: Sort;
}

export const COLUMNS: Column[] = [
  { field: "bed", label: "col.bed", name: "col.bed", look: "bed", sort: "bed" },
  { field: "name", label: "col.patient", name: "col.patient", look: "person", sort: "name" },
  { field: "triage", label: "col.triage", name: "col.triage_name", look: "triage", sort: "acuity" },
  { field: "complaint", label: "col.complaint", name: "col.complaint", look: "text" },
  { field: "arrived", label: "col.time", name: "col.time_name", look: "time", sort: "time" },
  { field: "news2", label: "col.news2", name: "col.news2", look: "news2", sort: "news2" },
  { field: "hr", label: "col.hr", name: "col.hr_name", unit: "/min", look: "vital" },
  { field: "bp", label: "col.bp", name: "col.bp_name", unit: "mmHg", look: "vital" },
  { field: "spo2", label: "col.spo2", name: "col.spo2_name", unit: "%", look: "vital" },
  { field: "rr", label: "col.rr", name: "col.rr_name", unit: "/min", look: "vital" },
  { field: "temp", label: "col.temp", name: "col.temp_name", unit: "°C", look: "vital" },
  { field: "alarm", label: "col.alarm", name: "col.alarm", look: "alarm" },
  { field: "shock", label: "col.shock", name: "col.shock_name", look: "shock" },
  { field: "doctor", label: "col.doctor", name: "col.doctor", look: "text" },
  { field: "nurse", label: "col.nurse", name: "col.nurse_name", look: "text" },
  { field: "lab", label: "col.lab", name: "col.lab_name", look: "count" },
  { field: "img", label: "col.img", name: "col.img_name", look: "text" },
  { field: "med", label: "col.med", name: "col.med_name", look: "text" },
  { field: "next", label: "col.next", name: "col.next_name", look: "text" },
  { field: "dispo", label: "col.dispo", name: "col.dispo_name", look: "text" },
  { field: "padmit", label: "col.padmit", name: "col.padmit_name", look: "chance" },
  { field: "risk", label: "col.risk", name: "col.risk_name", look: "risk" },
  { field: "fresh", label: "col.fresh", name: "col.fresh_name", look: "fresh" },
];

/** Further values of a row that have no column; the patient sheet shows them. */
export const MORE: { field: string; name: Key }[] = [
  { field: "sex", name: "more.sex" },
  { field: "age", name: "more.age" },
  { field: "acvpu", name: "more.acvpu" },
  { field: "o2", name: "more.o2" },
];
