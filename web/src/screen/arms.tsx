// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Arms side by side: a chart and a table of one quantity, the difference to doing nothing new, and harms.
import { signal } from "@preact/signals";
import { ageText, clockText } from "../state/age";
import { second } from "../state/clock";
import { armWords } from "../state/arms";
import { horizonText, type ArmHorizon, type Comparison, type Summary } from "../state/stay";
import { t, type Key } from "../text";
import { useLive } from "../ui/live";
import { chanceText } from "./twin";

const QUANTITIES: [key: string, name: Key, unit: string, decimals: number][] = [
  ["map_mmhg", "what.map", "mmHg", 0], ["hr_bpm", "col.hr_name", "/min", 0], ["sbp_mmhg", "what.sbp", "mmHg", 0],
  ["spo2_pct", "col.spo2_name", "%", 1], ["rr_per_min", "col.rr_name", "/min", 0], ["co_l_min", "hidden.co", "L/min", 1],
  ["pcwp_mmhg", "what.pcwp", "mmHg", 0], ["do2_ml_min", "what.do2", "mL/min", 0],
];
type HarmKey = "spo2_below_90" | "congested" | "starved" | "gone" | "responds";
const HARMS: [HarmKey, Key][] = [
  ["spo2_below_90", "harm.spo2"], ["congested", "harm.congested"], ["starved", "harm.starved"], ["gone", "harm.gone"],
  ["responds", "harm.responds"],
];

const chosen = signal(0); // of the quantities

const letter = (arm: number) => String.fromCharCode(65 + arm);
const fixed = (x: number, decimals: number) => {
  const text = x.toFixed(decimals);
  return Number(text) === 0 ? (0).toFixed(decimals) : text.replace("-", "−");
};
const signed = (x: number, decimals: number) => (Number(x.toFixed(decimals)) > 0 ? `+${fixed(x, decimals)}` : fixed(x, decimals));
const range = (s: Summary, decimals: number) => `${fixed(s.lo, decimals)} … ${fixed(s.hi, decimals)}`;

const W = 640;
const H = 190;
const LEFT = 40;
const TOP = 12;
const BOTTOM = H - 24;

/** Shapes differ as well as places, so that no arm is told by its colour. */
function Mark({ arm, x, y }: { arm: number; x: number; y: number }) {
  const shapes = ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "M-4-4h8v8h-8z", "M0-5l5 9h-10z", "M0-5l5 5-5 5-5-5z", "M-5-4h10l-5 9z", "M-5-1.5h3.5V-5h3v3.5H5v3H1.5V5h-3V1.5H-5z"];
  return <path d={shapes[arm % shapes.length] ?? ""} transform={`translate(${x} ${y})`} class={`arm-shape arm-shape-${arm === 0 ? "none" : "some"}`} />;
}

function Chart({ of, quantity, decimals, words }: { of: Comparison; quantity: string; decimals: number; words: string }) {
  const minutes = of.arms[0]?.horizons.map((h) => h.minutes) ?? [];
  const at = (arm: number, h: number) => of.arms[arm]?.horizons[h]?.values?.[quantity];
  const all = of.arms.flatMap((a) => a.horizons.flatMap((h) => (h.values?.[quantity] ? [h.values[quantity] as Summary] : [])));
  if (all.length === 0) return null;
  const [least, most] = [Math.min(...all.map((s) => s.lo)), Math.max(...all.map((s) => s.hi))];
  const air = Math.max(0.5, (most - least) * 0.08);
  const [lo, hi] = [least - air, most + air];
  const y = (v: number) => TOP + ((hi - v) / (hi - lo)) * (BOTTOM - TOP);
  const slot = (W - LEFT) / Math.max(1, minutes.length);
  const x = (arm: number, h: number) => LEFT + slot * (h + 0.5) + (arm - (of.arms.length - 1) / 2) * Math.min(26, (slot * 0.8) / of.arms.length);
  const lines = [lo + (hi - lo) * 0.1, (lo + hi) / 2, hi - (hi - lo) * 0.1];
  return (
    <svg class="arms-chart" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={words}>
      {lines.map((v) => (
        <g key={v}>
          <line x1={LEFT} x2={W} y1={y(v)} y2={y(v)} class="fan-grid" />
          <text x={LEFT - 5} y={y(v) + 4} class="fan-text fan-y">{fixed(v, decimals)}</text>
        </g>
      ))}
      {quantity === "map_mmhg" && 65 > lo && 65 < hi && <line x1={LEFT} x2={W} y1={y(65)} y2={y(65)} class="fan-bound" />}
      {minutes.map((m, h) => (
        <g key={m}>
          <text x={LEFT + slot * (h + 0.5)} y={H - 6} class="fan-text fan-mid">{horizonText(m * 60)}</text>
          {h > 0 && <line x1={LEFT + slot * h} x2={LEFT + slot * h} y1={TOP} y2={BOTTOM} class="fan-grid" />}
          {of.arms.map((_, arm) => {
            const s = at(arm, h);
            if (!s) return null;
            return (
              <g key={arm}>
                <line x1={x(arm, h)} x2={x(arm, h)} y1={y(s.lo)} y2={y(s.hi)} class={arm === 0 ? "arm-bar arm-bar-none" : "arm-bar"} />
                <Mark arm={arm} x={x(arm, h)} y={y(s.v)} />
                <text x={x(arm, h)} y={y(s.hi) - 4} class="fan-text fan-mid">{letter(arm)}</text>
              </g>
            );
          })}
        </g>
      ))}
    </svg>
  );
}

function Cell({ h, quantity, decimals }: { h: ArmHorizon; quantity: string; decimals: number }) {
  const value = h.values?.[quantity];
  const difference = h.difference?.[quantity];
  if (h.no_answer || !value) return <td class="num"><span class="v-none">{t("value.no_answer")}</span></td>;
  return (
    <td class="num tab arm-cell">
      <span class="predicted">→ {fixed(value.v, decimals)} <small>({range(value, decimals)})</small></span>
      {difference && (
        <span class="difference"><span aria-hidden="true">Δ </span><span class="unseen">{t("whatif.difference")} </span>{signed(difference.v, decimals)} <small>({range(difference, decimals)})</small></span>
      )}
      <span class="dim"><small>{t("whatif.perfused", { p: chanceText(h.map_65) })}</small></span>
    </td>
  );
}

function Heads({ of }: { of: Comparison }) {
  return <>{of.arms[0]?.horizons.map((h) => <th key={h.minutes} scope="col" class="num">{horizonText(h.minutes * 60)}</th>)}</>;
}

function ArmName({ arm, text }: { arm: number; text: string }) {
  return (
    <th scope="row" class="arm-name">
      <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true"><Mark arm={arm} x={0} y={0} /></svg>{" "}
      {letter(arm)} <span>{armWords(text, t)}</span>
    </th>
  );
}

function Harms({ of }: { of: Comparison }) {
  const last = (of.arms[0]?.horizons.length ?? 1) - 1;
  const minutes = of.arms[0]?.horizons[last]?.minutes ?? 0;
  return (
    <>
      <h3>{t("whatif.harms", { within: horizonText(minutes * 60) })}</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("whatif.harms", { within: horizonText(minutes * 60) })}>
        <table class="list small harms">
          <thead>
            <tr>
              <th scope="col">{t("whatif.arm")}</th>
              {HARMS.map(([key, name]) => <th key={key} scope="col" class="num">{t(name)}</th>)}
            </tr>
          </thead>
          <tbody>
            {of.arms.map((a, arm) => (
              <tr key={arm}>
                <ArmName arm={arm} text={a.arm} />
                {HARMS.map(([key]) => {
                  const own = arm > 0 || (key !== "starved" && key !== "responds");
                  return <td key={key} class="num tab predicted">{own ? chanceText(a.horizons[last]?.[key]) : "–"}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export function Comparing({ of }: { of: Comparison }) {
  const [quantity, name, unit, decimals] = QUANTITIES[chosen.value] ?? (QUANTITIES[0] as (typeof QUANTITIES)[number]);
  const age = useLive(() => ageText(Math.max(0, (second.value - of.at) / 1e6)), [of]);
  const title = `${t(name)}, ${unit}`;
  return (
    <div class="comparing">
      <p class="whatif-acts">
        <label class="sorted">
          <span>{t("whatif.quantity")}</span>
          <select value={String(chosen.value)} onChange={(e) => (chosen.value = Number(e.currentTarget.value))}>
            {QUANTITIES.map(([key, label, u], i) => <option key={key} value={String(i)}>{`${t(label)} (${u})`}</option>)}
          </select>
        </label>
        <span class="dim">
          {t("whatif.forked", { time: clockText(of.at, second.peek(), true) })} · <span class="tab">{age}</span> · {t("whatif.interval")}
        </span>
      </p>
      <Chart of={of} quantity={quantity} decimals={decimals} words={t("whatif.chart", { what: title })} />
      <div class="scroll" tabIndex={0} role="region" aria-label={t("whatif.chart", { what: title })}>
        <table class="list small arms-table">
          <caption class="unseen">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{t("whatif.arm")}</th>
              <Heads of={of} />
            </tr>
          </thead>
          <tbody>
            {of.arms.map((a, arm) => (
              <tr key={arm} data-arm={arm}>
                <ArmName arm={arm} text={a.arm} />
                {a.horizons.map((h) => <Cell key={h.minutes} h={h} quantity={quantity} decimals={decimals} />)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Harms of={of} />
    </div>
  );
}
