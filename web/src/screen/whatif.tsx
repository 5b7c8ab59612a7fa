// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// What-if: arms are composed, the server forks the patient's twin, and the arms stand side by side; doing
// nothing new is always the first. Nothing is ordered here.
import { signal } from "@preact/signals";
import { post, type Failure } from "../net/http";
import { link, stay } from "../state/app";
import { armText, armWords, isWhole, newItem, slotsOf, treatmentOf, TREATMENTS, type Item } from "../state/arms";
import { sameComparison, type Comparison } from "../state/stay";
import { t } from "../text";
import { Comparing } from "./arms";

const ARMS_MAX = 5; // none beside; the server takes eight, a page shows as many
const ITEMS_MAX = 3;
const SPANS = { hour: [5, 15, 30, 60], hours: [15, 60, 120, 240] };
type Span = keyof typeof SPANS;

const START = (): Item[][] => [[newItem("crystalloid")]];
const composedFor = signal("");
const arms = signal<Item[][]>(START());
const span = signal<Span>("hour");
const busy = signal(false);
const sorry = signal<string | null>(null);
const shown = signal<Comparison | null>(null);

/** What was composed for one patient never stands under another. */
function forPatient(id: string): void {
  if (composedFor.peek() === id) return;
  composedFor.value = id;
  arms.value = START();
  busy.value = false;
  sorry.value = null;
  shown.value = null;
}

interface Answer {
  result: Comparison;
}

function compare(id: string): void {
  if (!arms.value.every((items) => items.every(isWhole))) {
    sorry.value = t("whatif.not_whole");
    return;
  }
  busy.value = true;
  sorry.value = null;
  post<Answer>("/api/whatif/patient", { stay: id, arms: arms.value.map(armText), minutes: SPANS[span.value] })
    .then(
      (answer) => {
        if (composedFor.value === id) shown.value = answer.result;
      },
      (error: Failure) => {
        if (composedFor.value === id) sorry.value = error.message || t("error.no_answer");
      },
    )
    .finally(() => {
      if (composedFor.value === id) busy.value = false;
    });
}

const changed = (arm: number, items: Item[]) => (arms.value = arms.value.map((a, i) => (i === arm ? items : a)));

function ItemView({ item, arm, at, n }: { item: Item; arm: number; at: number; n: number }) {
  const items = arms.value[arm] ?? [];
  const set = (to: Item) => changed(arm, items.map((x, i) => (i === at ? to : x)));
  const name = t(treatmentOf(item.word).name);
  return (
    <span class="item">
      {at > 0 && <span class="item-plus" aria-hidden="true">+</span>}
      <select aria-label={t("whatif.treatment", { n: arm + 1 })} value={item.word} onChange={(e) => set(newItem(e.currentTarget.value))}>
        {TREATMENTS.map((x) => <option key={x.word} value={x.word}>{t(x.name)}</option>)}
      </select>
      {slotsOf(item.word).map((slot, i) => (
        <label key={`${item.word}${i}`} class={slot.unit === "text" ? "amount amount-text" : "amount"}>
          <input
            type="text"
            inputMode={slot.unit === "text" ? "text" : "decimal"}
            aria-label={slot.unit === "text" ? t("whatif.free") : `${name}, ${slot.unit || t("whatif.share")}`}
            placeholder={slot.unit === "text" ? "norepinephrine 0.1 ug/kg/min" : ""}
            value={item.amounts[i] ?? ""}
            maxLength={slot.unit === "text" ? 200 : 10}
            autocomplete="off"
            spellcheck={false}
            onInput={(e) => set({ ...item, amounts: item.amounts.map((a, k) => (k === i ? e.currentTarget.value : a)) })}
          />
          {slot.unit && slot.unit !== "text" && <span>{slot.unit}</span>}
        </label>
      ))}
      {n > 1 && (
        <button type="button" class="plain" onClick={() => changed(arm, items.filter((_, i) => i !== at))} aria-label={t("whatif.remove", { what: name })}>
          ×
        </button>
      )}
    </span>
  );
}

function ArmView({ items, arm }: { items: Item[]; arm: number }) {
  return (
    <li class="arm">
      <span class={`arm-mark arm-${arm + 1}`} aria-hidden="true">{String.fromCharCode(65 + arm + 1)}</span>
      <span class="arm-items">
        {items.map((item, at) => <ItemView key={at} item={item} arm={arm} at={at} n={items.length} />)}
        {items.length < ITEMS_MAX && (
          <button type="button" class="small" onClick={() => changed(arm, [...items, newItem("norepinephrine")])}>
            {t("whatif.and")}
          </button>
        )}
      </span>
      {arms.value.length > 1 && (
        <button type="button" class="small" onClick={() => (arms.value = arms.value.filter((_, i) => i !== arm))}>
          {t("whatif.drop", { n: String.fromCharCode(65 + arm + 1) })}
        </button>
      )}
    </li>
  );
}

/** Somebody else asked about this patient meanwhile; it is shown when wanted. */
function Elsewhere() {
  const told = stay.value?.told ?? null;
  if (!told || busy.value || sameComparison(told, shown.value)) return null;
  const what = told.arms.map((a) => armWords(a.arm, t)).join(" | ");
  return (
    <p class="elsewhere">
      {t("whatif.elsewhere", { what })}{" "}
      <button type="button" class="small" onClick={() => (shown.value = told)}>{t("whatif.show")}</button>
    </p>
  );
}

export function WhatIf({ id, able }: { id: string; able: boolean }) {
  forPatient(id);
  const offline = link.value === "offline";
  return (
    <section class="card whatif" aria-labelledby="whatif-head">
      <h2 id="whatif-head">{t("whatif.title")} <span class="chip chip-predicted">→ {t("kind.predicted")}</span></h2>
      <form onSubmit={(e) => {
        e.preventDefault();
        compare(id);
      }}>
        <ol class="arm-list">
          <li class="arm">
            <span class="arm-mark arm-0" aria-hidden="true">A</span>
            <span class="arm-none">{t("arm.none")}</span>
          </li>
          {arms.value.map((items, arm) => <ArmView key={arm} items={items} arm={arm} />)}
        </ol>
        <div class="whatif-acts">
          <button type="button" disabled={arms.value.length >= ARMS_MAX} onClick={() => (arms.value = [...arms.value, [newItem("norepinephrine")]])}>
            {t("whatif.add")}
          </button>
          <label class="sorted">
            <span>{t("whatif.span")}</span>
            <select value={span.value} onChange={(e) => (span.value = e.currentTarget.value === "hours" ? "hours" : "hour")}>
              <option value="hour">60 min</option>
              <option value="hours">4 h</option>
            </select>
          </label>
          <button type="submit" class="primary" disabled={busy.value || offline || !able}>
            {t(busy.value ? "whatif.busy" : "whatif.compare")}
          </button>
          <span class="dim">{t("whatif.no_order")}</span>
        </div>
      </form>
      <div role="status">
        {sorry.value && <p class="said error">{sorry.value}</p>}
        {!able && !sorry.value && <p class="dim">{t("whatif.unable")}</p>}
        {shown.value && <p class="unseen">{t("whatif.ready", { n: shown.value.arms.length })}</p>}
      </div>
      <Elsewhere />
      {shown.value && <Comparing of={shown.value} />}
    </section>
  );
}
