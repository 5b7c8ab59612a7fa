// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// A forecast as a fan: what this page saw measured left of "now", the 50 and 90 % bands right of it, each
// horizon at the moment it speaks of. Time is drawn by its square root, so that 5 min and 4 h both show.
import { ageText, clockText } from "../state/age";
import { second } from "../state/clock";
import type { Value } from "../state/model";
import { horizonText, tellers, TRAIL_US, type Body, type Fan, type FanVital, type Forecast, type Point } from "../state/stay";
import { said, t, type Key } from "../text";
import { Age, ValueButton } from "../ui/value";
import { unitLabel } from "../ui/words";

const W = 400;
const H = 150;
const LEFT = 34;
const NOW = 112;
const RIGHT = W - 12;
const TOP = 10;
const BOTTOM = H - 22;
const FAR_MIN = 260;

const NAMES: Record<FanVital, Key> = {
  map: "what.map", hr: "col.hr_name", sbp: "what.sbp", spo2: "col.spo2_name", rr: "col.rr_name",
};
const BOUND: Partial<Record<FanVital, number>> = { map: 65, spo2: 90 }; // those of the chances below

function xOf(us: number, now: number): number {
  const min = (us - now) / 60e6;
  if (min < 0) return NOW - (NOW - LEFT) * Math.min(1, -min / (TRAIL_US / 60e6));
  return NOW + (RIGHT - NOW) * Math.sqrt(Math.min(min, FAR_MIN) / FAR_MIN);
}

/** Round steps for three to five lines. */
function ticks(lo: number, hi: number): number[] {
  const step = [1, 2, 5, 10, 20, 25, 50, 100].find((s) => (hi - lo) / s <= 4.5) ?? 100;
  const list = [];
  for (let v = Math.ceil(lo / step) * step; v <= hi; v += step) list.push(v);
  return list;
}

interface Step {
  s: number;
  x: number;
  q: number[];
  by: string;
}

/** Horizons that still lie ahead, by their moment. */
function stepsOf(fan: Fan, forecast: Forecast, now: number): Step[] {
  return forecast.horizons
    .map((s, i) => ({ s, at: forecast.at[i], q: fan.q[i] ?? [], by: fan.by[i] ?? "" }))
    .filter((h) => h.q.length === 5 && h.at !== null && h.at !== undefined && h.at + h.s * 1e6 > now)
    .map((h) => ({ s: h.s, x: xOf((h.at as number) + h.s * 1e6, now), q: h.q, by: h.by }));
}

function Mark({ step, y }: { step: Step; y: (v: number) => number }) {
  const cy = y(step.q[2] ?? 0);
  if (step.by.startsWith("twin")) return <circle cx={step.x} cy={cy} r="3.2" class="fan-mark" />;
  return <rect x={step.x - 3} y={cy - 3} width="6" height="6" class="fan-mark fan-rival" />;
}

interface ChartProps {
  vital: FanVital;
  fan: Fan;
  forecast: Forecast;
  twin: number;
  trail: Point[];
  words: string;
}

function Chart({ vital, fan, forecast, twin, trail, words }: ChartProps) {
  const now = Math.floor(second.value / 5e6) * 5e6;
  const steps = stepsOf(fan, forecast, now);
  const seen = trail.filter((p) => p.t > now - TRAIL_US);
  const all = [...steps.flatMap((s) => [s.q[0] ?? 0, s.q[4] ?? 0]), ...seen.map((p) => p.v), ...(Number.isFinite(twin) ? [twin] : [])];
  const least = Math.min(...all);
  const most = Math.max(...all);
  const air = Math.max(2, (most - least) * 0.08);
  const [lo, hi] = [least - air, vital === "spo2" ? Math.min(101, most + air) : most + air];
  const y = (v: number) => TOP + ((hi - v) / (hi - lo)) * (BOTTOM - TOP);
  const band = (a: number, b: number) =>
    [...steps.map((s) => `${s.x},${y(s.q[a] ?? 0)}`), ...[...steps].reverse().map((s) => `${s.x},${y(s.q[b] ?? 0)}`)].join(" ");
  const middle = [...(Number.isFinite(twin) ? [`${NOW},${y(twin)}`] : []), ...steps.map((s) => `${s.x},${y(s.q[2] ?? 0)}`)].join(" ");
  const bound = BOUND[vital];
  const last = seen[seen.length - 1];
  return (
    <svg class="fan" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={words}>
      {ticks(lo, hi).map((v) => (
        <g key={v}>
          <line x1={LEFT} x2={RIGHT} y1={y(v)} y2={y(v)} class="fan-grid" />
          <text x={LEFT - 5} y={y(v) + 3.5} class="fan-text fan-y">{v}</text>
        </g>
      ))}
      {bound !== undefined && bound > lo && bound < hi && (
        <g>
          <line x1={LEFT} x2={RIGHT} y1={y(bound)} y2={y(bound)} class="fan-bound" />
          <text x={RIGHT} y={y(bound) - 3} class="fan-text fan-end">{bound}</text>
        </g>
      )}
      <polygon points={band(0, 4)} class="fan-90" />
      <polygon points={band(1, 3)} class="fan-50" />
      <polyline points={middle} class="fan-middle" />
      {steps.map((s) => <Mark key={s.s} step={s} y={y} />)}
      <line x1={NOW} x2={NOW} y1={TOP - 4} y2={BOTTOM} class="fan-now" />
      <text x={NOW} y={H - 7} class="fan-text fan-mid fan-strong">{t("fan.now")}</text>
      <text x={LEFT} y={H - 7} class="fan-text">−15 min</text>
      {[5, 15, 30, 60, 240].map((m) => (
        <text key={m} x={Math.min(xOf(m * 60e6, 0), RIGHT - 6)} y={H - 7} class="fan-text fan-mid">{m === 240 ? "4 h" : m}</text>
      ))}
      {seen.length > 1 && <polyline points={seen.map((p) => `${xOf(p.t, now)},${y(p.v)}`).join(" ")} class="fan-seen" />}
      {last && <circle cx={xOf(last.t, now)} cy={y(last.v)} r="4" class="fan-last" />}
    </svg>
  );
}

function FanTable({ fan, forecast, name }: { fan: Fan; forecast: Forecast; name: string }) {
  return (
    <details class="fan-table">
      <summary>{t("fan.table")}</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${name}, ${t("fan.table")}`}>
        <table class="list small">
          <thead>
            <tr>
              <th scope="col">{t("fan.horizon")}</th>
              {[5, 25, 50, 75, 95].map((level) => <th key={level} scope="col" class="num">{level} %</th>)}
              <th scope="col">{t("fan.by")}</th>
              <th scope="col">{t("fan.why")}</th>
              <th scope="col">{t("fan.issued")}</th>
            </tr>
          </thead>
          <tbody>
            {forecast.horizons.map((s, i) => (
              <tr key={s}>
                <th scope="row">{horizonText(s)}</th>
                {[0, 1, 2, 3, 4].map((n) => <td key={n} class="num tab">{fan.q[i]?.[n] ?? "–"}</td>)}
                <td>{said(fan.by[i] ?? "")}</td>
                <td>{said(fan.why[i] ?? "")}</td>
                <td class="tab">{forecast.at[i] ? clockText(forecast.at[i] ?? 0, undefined, true) : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const SOON_US = 10 * 60e6;
const OLD_US = 5 * 60e6;

interface Ahead {
  at: number; // us, of the moment it speaks of
  issued: number;
  value: Value;
}

const whole = (x: number) => String(Math.round(x));

/** What is told of the first moment that lies ten minutes ahead or more. */
function aheadOf(fan: Fan, forecast: Forecast, f: string | undefined, now: number): Ahead | null {
  for (const [i, s] of forecast.horizons.entries()) {
    const issued = forecast.at[i];
    const q = fan.q[i];
    if (!issued || q?.length !== 5 || issued + s * 1e6 < now + SOON_US) continue;
    const [lo = 0, , v = 0, , hi = 0] = q;
    const value: Value = { v: whole(v), u: fan.u, k: "p", lo: whole(lo), hi: whole(hi), l: 0.9, t: issued };
    if (forecast.i) value.i = forecast.i;
    if (f) value.f = f;
    return { at: issued + s * 1e6, issued, value };
  }
  return null;
}

interface FanProps {
  vital: FanVital;
  body: Body;
  value: Value | null;
  trail: Point[];
}

export function FanCard({ vital, body, value, trail }: FanProps) {
  const forecast = body.forecast;
  const fan = forecast?.vitals[vital];
  const name = t(NAMES[vital]);
  const now = Math.floor(second.value / 5e6) * 5e6;
  const ahead = fan && forecast ? aheadOf(fan, forecast, body.f, now) : null;
  const time = ahead ? clockText(ahead.at) : "";
  const words = ahead
    ? t("fan.words", { name, time, v: ahead.value.v ?? "", lo: ahead.value.lo ?? "", hi: ahead.value.hi ?? "", unit: unitLabel(fan?.u) })
    : name;
  return (
    <section class="card fan-card" data-vital={vital} aria-label={name}>
      <header class="fan-head">
        <h3>{name}<span class="v-unit">{unitLabel(fan?.u ?? value?.u)}</span></h3>
        <span class="fan-current">
          {value ? (
            <>
              <ValueButton field={vital === "map" || vital === "sbp" ? "bp" : vital} label={name} value={value} />
              <Age field={vital === "map" || vital === "sbp" ? "bp" : vital} value={value} always />
            </>
          ) : (
            <span class="v-none">{t("value.not_measured")}</span>
          )}
        </span>
        {ahead && (
          <span class="fan-ahead">
            <ValueButton field={vital} label={`${name}, ${t("fan.for", { time })}`} value={ahead.value} />
            <span class="v-age">{t("fan.for", { time })}</span>
          </span>
        )}
      </header>
      {fan && forecast ? (
        <>
          <Chart vital={vital} fan={fan} forecast={forecast} twin={Number(body.now[vital]?.v ?? NaN)} trail={trail} words={words} />
          <ul class="fan-by">
            {tellers(fan, forecast.horizons).map((x) => (
              <li key={x.from}>
                <b>{x.from === x.to ? horizonText(x.from) : `${horizonText(x.from)} – ${horizonText(x.to)}`}</b>{" "}
                {said(x.by)} <span class="dim">· {said(x.why)}</span>
              </li>
            ))}
            {ahead && now - ahead.issued > OLD_US && <li class="warn">{t("fan.old", { age: ageText((now - ahead.issued) / 1e6) })}</li>}
          </ul>
          <FanTable fan={fan} forecast={forecast} name={name} />
        </>
      ) : (
        <p class="dim">{t("fan.none")}</p>
      )}
    </section>
  );
}
