// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Treatments that can be compared, in the grammar of `pollux patient whatif --arm` (core/vitals/arm.h).
// In a form {500|mL} is an amount with its unit, {15|L/min|} one that is said without it. The amounts are
// where editing begins, no advice: priors, usual in adults. Pure.
import type { Key } from "../text";

export interface Treatment {
  word: string;
  name: Key;
  form: string;
}

export const TREATMENTS: Treatment[] = [
  { word: "crystalloid", name: "arm.crystalloid", form: "crystalloid {500|mL} {15|min}" },
  { word: "prbc", name: "arm.prbc", form: "prbc {300|mL} {15|min}" },
  { word: "whole_blood", name: "arm.whole_blood", form: "whole_blood {500|mL} {15|min}" },
  { word: "norepinephrine", name: "arm.norepinephrine", form: "norepinephrine {0.1|ug/kg/min}" },
  { word: "epinephrine", name: "arm.epinephrine", form: "epinephrine {0.05|ug/kg/min}" },
  { word: "vasopressin", name: "arm.vasopressin", form: "vasopressin {0.03|U/min}" },
  { word: "phenylephrine", name: "arm.phenylephrine", form: "phenylephrine {100|ug}" },
  { word: "dobutamine", name: "arm.dobutamine", form: "dobutamine {5|ug/kg/min}" },
  { word: "nitroglycerin", name: "arm.nitroglycerin", form: "nitroglycerin {50|ug/min}" },
  { word: "furosemide", name: "arm.furosemide", form: "furosemide {40|mg}" },
  { word: "salbutamol", name: "arm.salbutamol", form: "salbutamol {5|mg}" },
  { word: "naloxone", name: "arm.naloxone", form: "naloxone {0.4|mg}" },
  { word: "cannula", name: "arm.cannula", form: "oxygen device=nasal_cannula flow_l_min={3|L/min|}" },
  { word: "mask", name: "arm.mask", form: "oxygen device=non_rebreather flow_l_min={15|L/min|}" },
  { word: "cpap", name: "arm.cpap", form: "cpap {8|cmH2O}" },
  { word: "niv", name: "arm.niv", form: "niv peep={6|cmH2O|} pressure={8|cmH2O|} fio2={0.5||}" },
  { word: "legs", name: "arm.legs", form: "passive_leg_raise" },
  { word: "control", name: "arm.control", form: "bleeding_control {0.1|}" },
  { word: "decompress", name: "arm.decompress", form: "decompress" },
  { word: "pericardium", name: "arm.pericardium", form: "pericardiocentesis {200|mL}" },
  { word: "other", name: "arm.other", form: "{|text}" },
];

export interface Item {
  word: string;
  amounts: string[];
}

const SLOT = /\{([^|}]*)\|([^|}]*)(\|?)\}/g;

export function treatmentOf(word: string): Treatment {
  return TREATMENTS.find((x) => x.word === word) ?? (TREATMENTS[0] as Treatment);
}

export function slotsOf(word: string): { start: string; unit: string }[] {
  return [...treatmentOf(word).form.matchAll(SLOT)].map((m) => ({ start: m[1] ?? "", unit: m[2] ?? "" }));
}

export function newItem(word: string): Item {
  return { word, amounts: slotsOf(word).map((s) => s.start) };
}

export const isAmount = (text: string): boolean => /^\d+(\.\d+)?$/.test(text.trim());

/** Whether everything that an item needs is there in the form of a number; what it means the server judges. */
export function isWhole(item: Item): boolean {
  return item.amounts.every((a) => (item.word === "other" ? a.trim() !== "" : isAmount(a)));
}

export function itemText(item: Item): string {
  let n = 0;
  return treatmentOf(item.word).form.replace(SLOT, (_, _start: string, unit: string, bare: string) => {
    const amount = (item.amounts[n++] ?? "").trim();
    return unit === "text" || bare || !unit ? amount : `${amount} ${unit}`;
  });
}

export function armText(items: readonly Item[]): string {
  return items.map(itemText).join(" + ");
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const READERS = TREATMENTS.filter((x) => x.word !== "other").map((x) => {
  const units = slotsOf(x.word).map((s) => s.unit);
  let pattern = "";
  let end = 0;
  for (const m of x.form.matchAll(SLOT)) {
    pattern += `${escape(x.form.slice(end, m.index))}([\\d.]+)${m[3] || !m[2] ? "" : ` ${escape(m[2])}`}`;
    end = (m.index ?? 0) + m[0].length;
  }
  return { name: x.name, units, pattern: new RegExp(`^${pattern}${escape(x.form.slice(end))}$`) };
});

/** An arm in words: names of treatments by say(), amounts as they are; what is not known as it stands. */
export function armWords(text: string, say: (key: Key) => string): string {
  if (text === "none") return say("arm.none");
  const one = (part: string): string => {
    for (const { name, units, pattern } of READERS) {
      const m = pattern.exec(part);
      if (m) return [say(name), ...units.map((u, i) => `${m[i + 1]} ${u}`.trim())].join(" ");
    }
    return part;
  };
  return text.split(" + ").map(one).join(" + ");
}
