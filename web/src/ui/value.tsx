// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The one look of a value (design web 3): what kind it is, how good, how old, and which kind of nothing
// stands in its place. Never by colour alone. Every value is a button that says why it is there.
import type { ComponentChildren } from "preact";
import { ageSeconds, ageText, clockText, freshness, type Freshness } from "../state/age";
import { second } from "../state/clock";
import type { Cell, Value } from "../state/model";
import { flagged, qualityOf, qualityReason } from "../state/rows";
import { t } from "../text";
import { Icon } from "./icon";
import { useLive } from "./live";
import { openWhy } from "./why";
import { kindText, missingText, reasonText, shownText, unitLabel } from "./words";

/** There is a reason why no number may stand here. */
function outOfScope(value: Value): boolean {
  return value.scope === "out" || (qualityOf(value) === "absent" && qualityReason(value) !== "");
}

function nothingWords(value: Value): string {
  if (outOfScope(value)) return t("value.no_answer");
  if (value.e === "null") return t("value.cleared");
  return t("value.absent");
}

function ageWords(value: Value, now: number, fresh: Freshness): string {
  const age = ageSeconds(value, now);
  if (age === null) return "";
  const words = t("value.age_words", { age: ageText(age) });
  if (fresh === "stale") return `${t("value.stale")}, ${words}`;
  return fresh === "ageing" ? `${t("value.ageing")}, ${words}` : words;
}

/** Everything about the value in words, for a screen reader and for the title. */
export function spoken(label: string, field: string, value: Value, now: number): string {
  const fresh = freshness(field, value, now);
  const text = shownText(value, field);
  const parts = [label];
  if (!text) parts.push(nothingWords(value));
  else if (fresh === "expired")
    parts.push(t("value.expired_words", { value: text, time: clockText(value.t ?? 0, now) }));
  else parts.push(`${text} ${unitLabel(value.u)}`.trim());
  parts.push(kindText(value));
  const quality = qualityOf(value);
  if (quality === "suspect") parts.push(t("value.suspect"));
  if (quality === "impossible") parts.push(t("value.impossible"));
  parts.push(reasonText(value));
  if (flagged(value, "disputed") || value.other !== undefined) parts.push(t("value.disputed"));
  if (value.missing?.length) parts.push(t("value.missing", { what: missingText(value) }));
  if (text && fresh !== "expired") parts.push(ageWords(value, now, fresh));
  return parts.filter(Boolean).join(", ");
}

function Body({ field, value, fresh, plain }: { field: string; value: Value; fresh: Freshness; plain: boolean }) {
  const text = shownText(value, field);
  const quality = qualityOf(value);
  if (!text) {
    if (outOfScope(value)) return <span class="v-none v-small">{t("value.no_answer")}</span>;
    return <span class="v-none">{value.e === "null" ? t("value.cleared") : "–"}</span>;
  }
  if (fresh === "expired")
    return <span class="v-gone">{t("value.last", { value: text, time: clockText(value.t ?? 0) })}</span>;
  return (
    <>
      {value.k === "i" && <span aria-hidden="true">~</span>}
      {value.k === "p" && <span aria-hidden="true">→ </span>}
      {quality === "impossible" ? <s>{text}</s> : text}
      {quality === "suspect" && <span class="v-mark">?</span>}
      {value.k === "c" && <sup class="v-mark">c</sup>}
      {value.k === "h" && !plain && <span class="v-pen"><Icon name="pen" size={9} /></span>}
      {value.k === "p" && value.v !== undefined && value.lo !== undefined && (
        <span class="v-interval"> ({value.lo}–{value.hi})</span>
      )}
      {(flagged(value, "disputed") || value.other !== undefined) && <Icon name="split" size={12} />}
    </>
  );
}

export interface ValueProps {
  field: string;
  label: string;
  value: Cell;
  tab?: number; // tab order; -1 inside a grid
  cell?: string; // where it is in a grid
  unit?: boolean; // show the unit
  age?: "never" | "old" | "always"; // below the value; "old": when it is not fresh
  note?: string; // more small words below
  plain?: boolean; // words, not a measurement: that people wrote them needs no mark
  children?: ComponentChildren; // another body, for composite cells
}

export function ValueButton({ field, label, value, tab = 0, cell, unit, age = "never", note, plain = false, children }: ValueProps) {
  const fresh = useLive<Freshness>(
    () => (value ? freshness(field, value, second.value) : "ageless"),
    [field, value],
  ).value;
  if (!value)
    return (
      <span class="v v-empty" tabIndex={tab} data-cell={cell} role="img" aria-label={`${label}, ${t("value.not_measured")}`} />
    );
  const quality = qualityOf(value);
  const old = fresh === "stale" || quality === "stale" ? "stale" : fresh;
  return (
    <button
      type="button"
      class={`v v-k-${value.k ?? "x"} v-q-${quality} v-f-${old}`}
      tabIndex={tab}
      data-cell={cell}
      aria-label={spoken(label, field, value, second.peek())}
      title={plain ? shownText(value, field) : undefined}
      onClick={(event) => openWhy(value, label, field, event.currentTarget)}
    >
      <span class="v-body">
        {children ?? <Body field={field} value={value} fresh={fresh} plain={plain} />}
        {unit && shownText(value) && value.u && <span class="v-unit">{unitLabel(value.u)}</span>}
      </span>
      {age !== "never" && <Age field={field} value={value} always={age === "always"} />}
      {note && <span class="v-age v-note">{note}</span>}
    </button>
  );
}

/** The age below a value that is older than fresh; it ticks by itself. */
export function Age({ field, value, always = false }: { field: string; value: Value; always?: boolean }) {
  const text = useLive(() => {
    const fresh = freshness(field, value, second.value);
    const seconds = ageSeconds(value, second.value);
    if (seconds === null || fresh === "expired") return "";
    return always || (fresh !== "fresh" && fresh !== "ageless") ? ageText(seconds) : "";
  }, [field, value, always]);
  const ageing = useLive(() => freshness(field, value, second.value) === "ageing", [field, value]).value;
  return (
    <span class="v-age">
      {ageing && <Icon name="clock" size={10} />}
      {text}
    </span>
  );
}
