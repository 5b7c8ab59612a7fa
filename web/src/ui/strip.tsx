// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The alarm strip: one line, highest and newest first. It repeats the monitors and does not replace
// them. All flashing shares one timer and one phase (design web 3): high 2 Hz, medium 0.5 Hz.
import { useEffect } from "preact/hooks";
import { board } from "../state/app";
import type { Row, Value } from "../state/model";
import { text } from "../state/rows";
import { t } from "../text";
import { Icon } from "./icon";
import { shownText } from "./words";

export type Priority = "high" | "medium" | "low" | "technical" | "advisory";

export function priorityOf(alarm: Value): Priority {
  if (alarm.k === "d") return "advisory"; // found by Pollux, not sent by a device
  const stars = /^\*+/.exec(alarm.v ?? "")?.[0].length ?? 0;
  if (alarm.band === "high" || stars >= 3) return "high";
  if (alarm.band === "medium" || stars === 2) return "medium";
  if (alarm.band === "low" || stars === 1) return "low";
  return "technical";
}

const RANK: Record<Priority, number> = { high: 0, medium: 1, low: 2, technical: 3, advisory: 4 };
const BANDS = ["high", "medium"];
const bandRank = (v: Value) => (BANDS.includes(v.band ?? "") ? BANDS.indexOf(v.band ?? "") : 2);

export interface Alarm {
  row: Row;
  value: Value;
  priority: Priority;
}

export function alarmsOf(rows: Iterable<Row>): Alarm[] {
  const list: Alarm[] = [];
  for (const row of rows) {
    const value = row.c.alarm;
    if (value?.v) list.push({ row, value, priority: priorityOf(value) });
  }
  return list.sort((a, b) => RANK[a.priority] - RANK[b.priority] || bandRank(a.value) - bandRank(b.value) || (b.value.t ?? 0) - (a.value.t ?? 0));
}

const STEP_MS = 250; // half a period of 2 Hz

function flash(): () => void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return () => undefined;
  let step = 0;
  const root = document.documentElement;
  const timer = setInterval(() => {
    step = (step + 1) % 8;
    root.classList.toggle("flash-high", step % 2 === 0);
    root.classList.toggle("flash-medium", step < 4);
  }, STEP_MS);
  return () => {
    clearInterval(timer);
    root.classList.remove("flash-high", "flash-medium");
  };
}

export function Strip() {
  const alarms = alarmsOf(board.value.rows.values());
  const any = alarms.some((a) => a.priority === "high" || a.priority === "medium");
  useEffect(() => (any ? flash() : undefined), [any]);
  const first = alarms[0];
  if (!first) return null;
  return (
    <section class="strip" aria-label={t("strip.label")}>
      <span class={`alarm alarm-${first.priority}`}>
        {first.priority === "advisory" && <Icon name="star" size={13} />} <b>{text(first.row, "bed")}</b> {shownText(first.value)}
      </span>
      {alarms.length > 1 && <span class="chip">{t("strip.more", { n: alarms.length - 1 })}</span>}
      <span class="dim">{t(first.priority === "advisory" ? "strip.advisory" : "strip.relayed")}</span>
    </section>
  );
}
