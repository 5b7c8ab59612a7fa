// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// What the live twin says of what nobody can measure: how well it follows, the mechanism, what is hidden,
// the chances of the hours to come. All of it is predicted and looks so.
import type { Value } from "../state/model";
import { ageText } from "../state/age";
import { second } from "../state/clock";
import { horizonText, type Body } from "../state/stay";
import { said, t, type Key } from "../text";
import { useLive } from "../ui/live";
import { ValueButton } from "../ui/value";
import { quantityText } from "../ui/words";

const HIDDEN: [string, Key][] = [
  ["deficit", "hidden.deficit"], ["bleeding", "hidden.bleeding"], ["cardiac_output", "hidden.co"],
  ["svr", "hidden.svr"], ["lv_elastance", "hidden.elastance"], ["shunt", "hidden.shunt"],
];
const CHANCES: [string, Key][] = [
  ["map_low", "chance.map"], ["spo2_low", "chance.spo2"], ["news2_high", "chance.news2"],
];
const D_MOST = 3; // end of the meter

/** A predicted value that carries what its body carries. */
export function ofBody(body: Body, value: Value): Value {
  return { ...(body.i ? { i: body.i } : {}), ...(body.f ? { f: body.f } : {}), ...(body.at ? { t: body.at } : {}), ...value };
}

export const chanceText = (p: number | null | undefined): string =>
  p === null || p === undefined ? "–" : p < 0.005 ? "< 0.01" : p > 0.995 ? "> 0.99" : p.toFixed(2);

function Ago({ us }: { us: number }) {
  const text = useLive(() => ageText(Math.max(0, (second.value - us) / 1e6)), [us]);
  return <span class="tab">{text}</span>;
}

export function TwinState({ body }: { body: Body }) {
  const d = body.d;
  return (
    <section class="card twin-state" aria-label={t("twin.state")}>
      <div class="twin-line">
        <span class={`pill twin-${body.status}`} data-twin={body.status}>
          <span class="link-dot" aria-hidden="true" />
          {t("twin.label", { state: said(body.status) })}
        </span>
        {d !== undefined && (
          <span class="twin-d" title={t("twin.d_title")}>
            <span>D {d.toFixed(1)}</span>
            <svg class="meter" viewBox="0 0 90 12" aria-hidden="true">
              <rect x="0" y="3" width="90" height="6" rx="3" class="meter-back" />
              <rect x="0" y="3" width={(Math.min(d, D_MOST) / D_MOST) * 90} height="6" rx="3" class="meter-fill" />
              <line x1="30" x2="30" y1="0" y2="12" class="meter-one" />
            </svg>
            {body.worst && <span class="dim">{t("twin.worst", { what: quantityText(body.worst) })}</span>}
          </span>
        )}
        {body.f && <span class="chip">{t("twin.class", { f: said(body.f) })}</span>}
      </div>
      {body.text && <p class="twin-text">{said(body.text)}</p>}
      <p class="dim twin-small">
        {body.at !== null && <>{t("twin.spoke")} <Ago us={body.at} /> · </>}
        {body.heard !== null && <>{t("twin.heard")} <Ago us={body.heard} /> · </>}
        {t("twin.counts", { used: body.used, artefacts: body.artefacts, late: body.late, acts: body.acts })}
        {body.assumed && <> · {t("twin.assumed")}</>}
      </p>
    </section>
  );
}

function Bar({ name, p, first }: { name: string; p: number; first: boolean }) {
  return (
    <li class={first ? "bar-row bar-first" : "bar-row"} data-mechanism={name}>
      <span class="bar-name">{said(name)}</span>
      <svg class="bar-line" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect x="0" y="0" width="100" height="10" class="meter-back" />
        <rect x="0" y="0" width={p * 100} height="10" class="bar-fill" />
      </svg>
      <span class="tab bar-p">{chanceText(p)}</span>
    </li>
  );
}

export function Mechanisms({ body }: { body: Body }) {
  const list = body.mechanisms;
  if (!list) return null;
  const causes = Object.entries(body.causes ?? {}).sort((a, b) => b[1] - a[1]).filter(([, p]) => p >= 0.005);
  return (
    <section class="card" aria-label={t("twin.mechanism")}>
      <h3>{t("twin.mechanism")} <span class="chip chip-predicted">→ {t("kind.predicted")}</span></h3>
      <p class="named">{body.named === "unknown" ? t("twin.unnamed") : said(body.named ?? "")}</p>
      <ul class="bar-list mechanisms">
        {list.map((m, i) => <Bar key={m.m} name={m.m} p={m.p} first={i === 0 && body.named === m.m} />)}
      </ul>
      <details>
        <summary>{t("twin.causes")}</summary>
        <ul class="bar-list">{causes.map(([name, p]) => <Bar key={name} name={name} p={p} first={false} />)}</ul>
      </details>
    </section>
  );
}

export function Hidden({ body }: { body: Body }) {
  const list = HIDDEN.filter(([key]) => body.hidden[key]);
  if (list.length === 0) return null;
  return (
    <section class="card" aria-label={t("twin.hidden")}>
      <h3>{t("twin.hidden")} <span class="chip chip-predicted">→ {t("kind.predicted")}</span></h3>
      <dl class="hidden-list">
        {list.map(([key, label]) => (
          <div key={key}>
            <dt>{t(label)}</dt>
            <dd>
              <ValueButton field={key} label={t(label)} value={ofBody(body, body.hidden[key] as Value)} unit />
            </dd>
          </div>
        ))}
      </dl>
      <p class="dim twin-small">{t("twin.interval")}</p>
    </section>
  );
}

export function Chances({ body }: { body: Body }) {
  const forecast = body.forecast;
  if (!forecast) return null;
  return (
    <section class="card">
      <h3>{t("chance.title")} <span class="chip chip-predicted">→ {t("kind.predicted")}</span></h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("chance.title")}>
      <table class="list small chances">
        <thead>
          <tr>
            <th scope="col">{t("chance.what")}</th>
            {forecast.horizons.map((s) => <th key={s} scope="col" class="num">{horizonText(s)}</th>)}
          </tr>
        </thead>
        <tbody>
          {CHANCES.map(([key, label]) => (
            <tr key={key}>
              <th scope="row">{t(label)}</th>
              {forecast.horizons.map((s, i) => (
                <td key={s} class="num tab predicted">{chanceText(forecast.chances[key]?.[i])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      </div>
    </section>
  );
}
