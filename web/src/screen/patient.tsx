// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// One patient: who, what is measured, what the live twin says of the hidden and of the hours to come, and
// what treatments would change. It follows the live row and the live twin.
import { useLayoutEffect, useRef } from "preact/hooks";
import { clockText } from "../state/age";
import { board, boardLoaded, change, link, stay, stayProblem, view } from "../state/app";
import { second } from "../state/clock";
import { COLUMNS, MORE } from "../state/columns";
import { onKeys } from "../state/keys";
import type { Cell, Row } from "../state/model";
import { cell, text } from "../state/rows";
import { currentOf, FANS, trailWith, type Body, type FanVital, type Point } from "../state/stay";
import { t, type Key } from "../text";
import { Icon } from "../ui/icon";
import { Age, ValueButton } from "../ui/value";
import { shownText } from "../ui/words";
import { initials, news2Band } from "./cells";
import { FanCard } from "./fan";
import { Chances, Hidden, Mechanisms, TwinState } from "./twin";
import { WhatIf } from "./whatif";

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

const back = () => change({ screen: "board" });

function Head({ row }: { row: Row | undefined }) {
  const who = row ? text(row, "name") || t("board.provisional") : t("patient.left");
  const news = row ? cell(row, "news2") : null;
  return (
    <header class="patient-head">
      <button type="button" class="small" onClick={back}>
        <Icon name="board" size={14} /> {t("patient.back")}
      </button>
      <h1 id="patient-name" tabIndex={-1}>{row && view.value.hide ? initials(who) || "–" : who}</h1>
      {board.value.demo && <strong class="demo">{t("top.demo")}</strong>}
      {row && (
        <p class="patient-line">
          {["bed", "age", "sex", "triage", "complaint"].map((field) => (
            <span key={field} class="patient-item">
              <span class="tile-name">{t(name(field))}</span>
              <ValueButton field={field} label={t(name(field))} value={cell(row, field)} plain />
            </span>
          ))}
          <span class="patient-item">
            <span class="tile-name">{t("col.news2")}</span>
            {news && shownText(news) ? (
              <ValueButton field="news2" label={t("col.news2")} value={news}>
                <span class={`news news-${news2Band(news)}`}>{shownText(news)}</span>
              </ValueButton>
            ) : (
              <span class="v-none">–</span>
            )}
          </span>
        </p>
      )}
    </header>
  );
}

/** The points that this page saw measured; they belong to one patient. */
function useTrails(id: string, row: Row | undefined): Record<FanVital, Point[]> {
  const kept = useRef<{ id: string; trails: Record<FanVital, Point[]> }>({ id: "", trails: empty() });
  if (kept.current.id !== id) kept.current = { id, trails: empty() };
  const { trails } = kept.current;
  for (const vital of FANS) trails[vital] = trailWith(trails[vital], currentOf(row, vital));
  return trails;
}

const empty = (): Record<FanVital, Point[]> => ({ map: [], hr: [], sbp: [], spo2: [], rr: [] });

function Twin({ body, row, trails }: { body: Body; row: Row | undefined; trails: Record<FanVital, Point[]> }) {
  if (!body.shown)
    return (
      <section class="card">
        <p><Icon name="trust" /> {t("twin.withheld")} <a href="#/trust">{t("screen.trust")}</a></p>
      </section>
    );
  return (
    <>
      <div class="patient-side">
        <Mechanisms body={body} />
        <Hidden body={body} />
      </div>
      <div class="patient-fans" role="group" aria-label={t("fan.title")}>
        {FANS.map((vital) => (
          <FanCard key={vital} vital={vital} body={body} value={currentOf(row, vital)} trail={trails[vital]} />
        ))}
        <Chances body={body} />
      </div>
    </>
  );
}

function Measured({ row }: { row: Row }) {
  return (
    <>
      <h2>{t("patient.vitals")}</h2>
      <div class="tiles tiles-vitals">
        {["hr", "bp", "spo2", "o2", "rr", "temp", "acvpu"].map((f) => <Item key={f} row={row} field={f} big />)}
      </div>
    </>
  );
}

function Care({ row }: { row: Row }) {
  return (
    <>
      <h2>{t("patient.care")}</h2>
      <div class="tiles">
        {["arrived", "doctor", "nurse", "lab", "img", "med", "next", "dispo", "alarm"].map((f) => (
          <Item key={f} row={row} field={f} />
        ))}
      </div>
    </>
  );
}

const able = (body: Body | null) => !!body?.shown && (body.status === "tracking" || body.status === "unsure");

export function PatientScreen() {
  const id = view.value.stay ?? "";
  const row = board.value.rows.get(id);
  const opened = stay.value?.id === id ? stay.value : null;
  const trails = useTrails(id, row);
  useLayoutEffect(() => { // a key counts from the first moment that the screen is seen
    document.getElementById("patient-name")?.focus();
    return onKeys((event) => {
      if (event.key !== "Escape") return false;
      back();
      return true;
    });
  }, [id]);
  const gone = (boardLoaded.value && !row) || stayProblem.value?.gone === true;
  return (
    <section class={`page patient link-is-${link.value}`}>
      <Head row={row} />
      {gone && !row && <p class="lead">{t("patient.left_words")}</p>}
      {stayProblem.value && !stayProblem.value.gone && <p class="error">{stayProblem.value.text || t("error.no_answer")}</p>}
      {row && <Measured row={row} />}
      {opened?.body && <TwinState body={opened.body} />}
      {row && opened && !opened.body && <p class="card dim">{t("twin.nobody")}</p>}
      {row && !opened && !stayProblem.value && <p class="dim">{t("loading")}</p>}
      <div class="patient-grid">{opened?.body && <Twin body={opened.body} row={row} trails={trails} />}</div>
      {row && opened?.body?.shown && <WhatIf id={id} able={able(opened.body)} />}
      {row && <Care row={row} />}
      <p class="dim">{t("patient.later")}</p>
    </section>
  );
}
