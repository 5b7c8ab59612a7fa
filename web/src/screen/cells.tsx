// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// What stands in a cell of the board, by the look of its column.
import { ageText, hourMinute } from "../state/age";
import { second } from "../state/clock";
import type { Column } from "../state/columns";
import type { Cell, Row, Value } from "../state/model";
import { cell, doneOf, inDepartment, text } from "../state/rows";
import { t } from "../text";
import { Icon } from "../ui/icon";
import { useLive } from "../ui/live";
import { priorityOf } from "../ui/strip";
import { ValueButton } from "../ui/value";
import { quantityLabel, shownText } from "../ui/words";

const TARGET_S = 4 * 3600; // site target for the time in the department

export interface CellProps {
  row: Row;
  column: Column;
  tab: number;
  hide: boolean;
  wall: boolean;
  open: (row: Row) => void;
}

export function initials(name: string): string {
  return name
    .split(/[\s,^]+/)
    .filter(Boolean)
    .map((part) => [...part][0])
    .slice(0, 3)
    .join("");
}

function personText(row: Row, hide: boolean, wall: boolean): string {
  const name = text(row, "name");
  if (wall || hide) return initials(name) || "–";
  return name || t("board.provisional");
}

function PersonCell({ row, tab, hide, wall, open }: CellProps) {
  const name = personText(row, hide, wall);
  const about = [text(row, "age"), text(row, "sex")].filter(Boolean).join(" ");
  const words = (
    <>
      <span class="who-name">
        {name}
        {row.provisional && text(row, "name") && <span class="chip">{t("board.provisional_short")}</span>}
        {row.conflict && (
          <span class="chip chip-warn">
            <Icon name="split" size={11} /> {t("value.disputed")}
          </span>
        )}
      </span>
      <span class="who-about tab">{about}</span>
    </>
  );
  if (wall) return <span class="who">{words}</span>;
  return (
    <button type="button" class="who" tabIndex={tab} data-cell={`${row.id}/name`} onClick={() => open(row)} aria-label={t("board.open", { who: [name, about].join(" ") })}>
      {words}
    </button>
  );
}

function BedCell({ row, tab, open, wall }: CellProps) {
  const bed = text(row, "bed");
  const at = row.c.bed?.at;
  if (wall) return <b class="bed">{bed || "–"}</b>;
  return (
    <button type="button" class="bed" tabIndex={tab} data-cell={`${row.id}/bed`} onClick={() => open(row)} aria-label={t("board.open", { who: bed || t("board.no_bed") })}>
      {bed || <span class="dim">–</span>}
      {at && <span class="bed-at">{t("board.at", { place: at })}</span>}
    </button>
  );
}

function TimeCell({ row, column, tab }: CellProps) {
  const value = cell(row, "arrived");
  const shown = useLive(() => hourMinute(inDepartment(row, second.value)), [row]);
  const part = useLive(() => Math.min(1, inDepartment(row, second.value) / TARGET_S), [row]);
  const over = useLive(() => part.value >= 1, [part]);
  if (!value?.t) return <ValueButton field="arrived" label={t(column.name)} value={value} tab={tab} cell={`${row.id}/arrived`} />;
  return (
    <ValueButton field="arrived" label={t(column.name)} value={value} tab={tab} cell={`${row.id}/arrived`}>
      <span class={`stay${over.value ? " stay-over" : ""}`}>
        <span class="tab">{shown}{over.value ? "!" : ""}</span>
        <span class="stay-bar" aria-hidden="true">
          <span style={{ width: `${(part.value * 100).toFixed(0)}%` }} />
        </span>
      </span>
    </ValueButton>
  );
}

/** Bands of the Royal College of Physicians' chart; never changed by a theme. */
export function news2Band(value: Value): "0" | "1" | "2" | "3" {
  const n = Number(value.v ?? value.hi);
  if (value.band === "high" || n >= 7) return "3";
  if (value.band === "medium" || n >= 5) return "2";
  if (value.band === "low-medium") return "2";
  return n >= 1 ? "1" : "0";
}

/** "RR missing", or how many when they do not fit. */
function missingNote(value: Value): string {
  const what = value.missing ?? [];
  if (what.length === 0) return "";
  return t("board.missing", { what: what.length > 2 ? what.length : what.map(quantityLabel).join(" ") });
}

function News2Cell({ row, column, tab }: CellProps) {
  const value = cell(row, "news2");
  const props = { field: "news2", label: t(column.name), value, tab, cell: `${row.id}/news2` };
  if (!value || !shownText(value)) return <ValueButton {...props} />;
  const trend = value.trend ?? 0;
  return (
    <ValueButton {...props} age="always" note={missingNote(value)}>
      <span class={`news news-${news2Band(value)}`}>{shownText(value)}</span>
      <span class={`trend trend-${trend > 0 ? "up" : trend < 0 ? "down" : "flat"}`}>
        <Icon name={trend > 0 ? "up" : trend < 0 ? "down" : "flat"} size={13} />
      </span>
    </ValueButton>
  );
}

function TriageCell({ row, column, tab }: CellProps) {
  const value = cell(row, "triage");
  const props = { field: "triage", label: t(column.name), value, tab, cell: `${row.id}/triage` };
  if (!value?.v) return <ValueButton {...props} />;
  return (
    <ValueButton {...props}>
      <span class={`triage triage-${/^[1-5]/.test(value.v) ? value.v[0] : "x"}`}>{value.v}</span>
    </ValueButton>
  );
}

function AlarmCell({ row, column, tab }: CellProps) {
  const value = cell(row, "alarm");
  if (!value?.v) return null;
  const priority = priorityOf(value);
  return (
    <ValueButton field="alarm" label={t(column.name)} value={value} tab={tab} cell={`${row.id}/alarm`}>
      <span class={`alarm alarm-${priority}`}>
        {priority === "advisory" && <Icon name="star" size={12} />} {shownText(value)}
      </span>
    </ValueButton>
  );
}

function CountCell({ row, column, tab }: CellProps) {
  const value = cell(row, column.field);
  const props = { field: column.field, label: t(column.name), value, tab, cell: `${row.id}/${column.field}` };
  const count = doneOf(value);
  if (!value?.v || !count) return value ? <ValueButton {...props} /> : null;
  const done = count.ordered > 0 && count.done >= count.ordered;
  return (
    <ValueButton {...props}>
      <span class={done ? "count count-done" : "count"}>
        {value.v}
        {done && <Icon name="check" size={12} />}
      </span>
    </ValueButton>
  );
}

function ChanceCell({ row, column, tab }: CellProps) {
  const value = cell(row, column.field);
  return value ? <ValueButton field={column.field} label={t(column.name)} value={value} tab={tab} cell={`${row.id}/${column.field}`} /> : null;
}

function RiskCell({ row, column, tab }: CellProps) {
  const value = cell(row, "risk");
  if (!value) return null;
  const p = Number(value.v);
  const dots = Number.isFinite(p) ? Math.round(p * 10) : 0;
  return (
    <ValueButton field="risk" label={t(column.name)} value={value} tab={tab} cell={`${row.id}/risk`}>
      <span class="dots" aria-hidden="true">
        {Array.from({ length: 10 }, (_, i) => (
          <i key={i} class={i < dots ? "on" : ""} />
        ))}
      </span>
      <span class="risk-p tab"><span aria-hidden="true">→ </span>{shownText(value)}</span>
    </ValueButton>
  );
}

/** Of the live twin: a mechanism with its probability. Violet, an arrow and a dashed line. */
function ShockCell({ row, column, tab }: CellProps) {
  const value = cell(row, "shock");
  if (!value) return null;
  return <ValueButton field="shock" label={t(column.name)} value={value} tab={tab} cell={`${row.id}/shock`} />;
}

/** The newest measurement of the row. */
function newest(row: Row): Value | null {
  let best: Value | null = row.c.fresh?.t !== undefined ? row.c.fresh : null;
  for (const field of ["hr", "bp", "spo2", "rr", "temp"]) {
    const v = row.c[field];
    if (v?.t !== undefined && (best?.t === undefined || v.t > best.t)) best = v;
  }
  return best;
}

function FreshCell({ row, column, tab }: CellProps) {
  const value: Cell = newest(row);
  const old = useLive(() => (value?.t === undefined ? "" : ageText(Math.max(0, (second.value - value.t) / 1e6))), [value]);
  const step = useLive(() => {
    const s = value?.t === undefined ? Infinity : (second.value - value.t) / 1e6;
    return s <= 60 ? 3 : s <= 900 ? 2 : s <= 3600 ? 1 : 0;
  }, [value]);
  if (!value) return null;
  return (
    <ValueButton field="fresh" label={t(column.name)} value={value} tab={tab} cell={`${row.id}/fresh`}>
      <span class="signal" data-step={step}>
        <i /><i /><i />
      </span>
      <span class="v-age tab">{old}</span>
    </ValueButton>
  );
}

export function CellBody(props: CellProps) {
  const { row, column, tab } = props;
  switch (column.look) {
    case "bed": return <BedCell {...props} />;
    case "person": return <PersonCell {...props} />;
    case "triage": return <TriageCell {...props} />;
    case "time": return <TimeCell {...props} />;
    case "news2": return <News2Cell {...props} />;
    case "alarm": return <AlarmCell {...props} />;
    case "count": return <CountCell {...props} />;
    case "chance": return <ChanceCell {...props} />;
    case "shock": return <ShockCell {...props} />;
    case "risk": return <RiskCell {...props} />;
    case "fresh": return <FreshCell {...props} />;
    default: {
      const value = cell(row, column.field);
      if (!value && column.look === "text") return null;
      return <ValueButton field={column.field} label={t(column.name)} value={value} tab={tab} cell={`${row.id}/${column.field}`} age={column.look === "vital" ? "old" : column.field === "next" ? "always" : "never"} plain={column.look === "text"} />;
    }
  }
}

