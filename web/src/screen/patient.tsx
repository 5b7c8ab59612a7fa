// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Everything the board knows about one patient, each value with its unit, age and reason. It follows
// the live row. Waveforms, trends and the twin are not in this version, and it says so.
import { signal } from "@preact/signals";
import { clockText } from "../state/age";
import { board } from "../state/app";
import { second } from "../state/clock";
import { COLUMNS, MORE } from "../state/columns";
import type { Cell, Row } from "../state/model";
import { cell, text } from "../state/rows";
import { t, type Key } from "../text";
import { Dialog } from "../ui/dialog";
import { Age, ValueButton } from "../ui/value";

const opened = signal<{ id: string; from: HTMLElement } | null>(null);

export function openPatient(row: Row, from: HTMLElement): void {
  opened.value = { id: row.id, from };
}

const name = (field: string): Key =>
  COLUMNS.find((c) => c.field === field)?.name ?? MORE.find((m) => m.field === field)?.name ?? "col.patient";

function Item({ row, field, big }: { row: Row; field: string; big?: boolean }) {
  const value: Cell = cell(row, field);
  return (
    <div class={big ? "tile tile-big" : "tile"}>
      <span class="tile-name">{t(name(field))}</span>
      {value ? (
        <>
          <ValueButton field={field} label={t(name(field))} value={value} unit>
            {field === "arrived" && value.t !== undefined ? clockText(value.t, second.value) : undefined}
          </ValueButton>
          <Age field={field} value={value} always />
        </>
      ) : (
        <span class="v-none">{t("value.not_measured")}</span>
      )}
    </div>
  );
}

export function Patient() {
  const o = opened.value;
  if (!o) return null;
  const row = board.value.rows.get(o.id);
  const who = row ? text(row, "name") || t("board.provisional") : t("patient.left");
  return (
    <Dialog title={who} onClose={() => (opened.value = null)} back={o.from} wide>
      {!row ? (
        <p>{t("patient.left_words")}</p>
      ) : (
        <>
          <p class="patient-line">
            {["bed", "age", "sex", "triage", "complaint"].map((field) => (
              <span key={field} class="patient-item">
                <span class="tile-name">{t(name(field))}</span>
                <ValueButton field={field} label={t(name(field))} value={cell(row, field)} />
              </span>
            ))}
          </p>
          <h3>{t("patient.vitals")}</h3>
          <div class="tiles">
            {["news2", "hr", "bp", "spo2", "rr", "temp", "acvpu", "o2"].map((f) => (
              <Item key={f} row={row} field={f} big />
            ))}
          </div>
          <h3>{t("patient.care")}</h3>
          <div class="tiles">
            {["arrived", "doctor", "nurse", "lab", "img", "med", "next", "dispo", "alarm"].map((f) => (
              <Item key={f} row={row} field={f} />
            ))}
          </div>
          <p class="dim">{t("patient.later")}</p>
        </>
      )}
    </Dialog>
  );
}
