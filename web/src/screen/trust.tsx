// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Trust: what the ledger of predictions holds of each target and horizon, the worst first. Few scored
// forecasts give no figures, and the page says so.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, type Failure } from "../net/http";
import { ageText, clockText } from "../state/age";
import { second } from "../state/clock";
import { countText } from "../state/books";
import { link } from "../state/app";
import { coverageFits, isEvent, skillOf, targetKey, worstFirst, type Trust, type TrustCell } from "../state/trust";
import { said, t, type Key } from "../text";
import { Icon } from "../ui/icon";
import { useLive } from "../ui/live";
import { unitLabel } from "../ui/words";

const AGAIN_MS = 15_000; // the server does not push this topic

const trust = signal<Trust | null>(null);
const sorry = signal<string | null>(null);

function ask(): void {
  get<Trust>("/api/state", { topic: "trust" }).then(
    (doc) => {
      trust.value = doc;
      sorry.value = null;
    },
    (error: Failure) => (sorry.value = error.message || t("error.no_answer")),
  );
}

const few = () => <span class="dim">{t("trust.few")}</span>;
const none = () => <span class="dim">–</span>; // a chance has no interval and no unit
const percent = (x: number) => `${(x * 100).toFixed(1)} %`;

function Skill({ cell }: { cell: TrustCell }) {
  const skill = skillOf(cell);
  if (!skill) return few();
  const lost = skill.skill < 0;
  return (
    <>
      <span class={lost ? "error" : "good"}>
        {lost ? <Icon name="down" size={12} /> : <Icon name="up" size={12} />} {skill.skill > 0 ? "+" : ""}{skill.skill.toFixed(2).replace("-", "−")}
      </span>{" "}
      <small class="dim">{t("trust.against", { rival: said(skill.rival) })}</small>
    </>
  );
}

function Coverage({ cell }: { cell: TrustCell }) {
  if (isEvent(cell)) return none();
  if (cell.coverage90 === null) return few();
  const fits = coverageFits(cell);
  return (
    <>
      <span class={fits ? "good" : "error"}><Icon name={fits ? "check" : "alert"} size={12} /> {percent(cell.coverage90)}</span>{" "}
      <small class="dim">{said(cell.calibration)}</small>
    </>
  );
}

const number = (x: number | null, unit: string) => (x === null ? few() : `${x.toFixed(2).replace("-", "−")} ${unit}`);

function fatesText(cell: TrustCell): string {
  return Object.entries(cell.fates).map(([fate, n]) => `${said(fate)} ${countText(n)}`).join(" · ");
}

function CellRow({ cell }: { cell: TrustCell }) {
  const key = targetKey(cell.target);
  const unit = unitLabel(cell.unit);
  return (
    <tr>
      <th scope="row">{key ? t(key) : cell.target}</th>
      <td class="tab">{cell.horizon}</td>
      <td>
        <span class={`pill state-${cell.state}`}>{cell.state === "shadow" ? t("trust.shadow") : said(cell.state)}</span>
        <small class="dim reason">{said(cell.reason)}</small>
      </td>
      <td class="num tab">{countText(cell.n)}</td>
      <td class="num tab"><Coverage cell={cell} /></td>
      <td class="num tab"><Skill cell={cell} /></td>
      <td class="num tab">{isEvent(cell) ? number(cell.brier ?? null, "") : number(cell.crps ?? null, unit)}</td>
      <td class="num tab">{isEvent(cell) ? none() : number(cell.bias, unit)}</td>
      <td class="num tab">{isEvent(cell) ? none() : number(cell.width90, unit)}</td>
      <td class="dim fates">{fatesText(cell)}</td>
    </tr>
  );
}

const HEADS: [Key, boolean][] = [
  ["trust.target", false], ["fan.horizon", false], ["trust.state", false], ["trust.n", true], ["trust.coverage", true],
  ["trust.skill", true], ["trust.crps", true], ["trust.bias", true], ["trust.width", true], ["trust.fates", false],
];

function Sums({ doc }: { doc: Trust }) {
  const sums: [Key, number | undefined][] = [
    ["trust.predictions", doc.predictions], ["trust.open", doc.open], ["trust.truths", doc.truths],
    ["trust.late", doc.late], ["trust.dropped", doc.dropped], ["trust.refused", doc.refused],
  ];
  return (
    <dl class="figures trust-sums">
      {sums.filter(([, n]) => n !== undefined).map(([key, n]) => (
        <div key={key}>
          <dd class="tab">{countText(n ?? 0)}</dd>
          <dt>{t(key)}</dt>
        </div>
      ))}
    </dl>
  );
}

export function TrustScreen() {
  useEffect(() => {
    ask();
    const timer = setInterval(() => !document.hidden && ask(), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const doc = trust.value;
  const age = useLive(() => (doc ? ageText(Math.max(0, (second.value - doc.now) / 1e6)) : ""), [doc]);
  const models = [...new Set(doc?.cells.map((c) => `${c.model} ${c.version}`))];
  return (
    <section class={`page trust link-is-${link.value}`}>
      <h1><Icon name="trust" size={26} /> {t("screen.trust")}</h1>
      <p class="dim">{t("trust.lead")}</p>
      {sorry.value && <p class="said error">{sorry.value}</p>}
      {!doc && !sorry.value && <p class="dim">{t("loading")}</p>}
      {doc && (
        <>
          <Sums doc={doc} />
          {doc.demo && <p class="trust-demo"><strong class="demo">{t("top.demo")}</strong> {t("trust.demo")}</p>}
          {doc.cells.length === 0 ? (
            <p class="empty">{t("trust.empty")}</p>
          ) : (
            <div class="scroll" tabIndex={0} role="region" aria-label={t("trust.table")}>
              <table class="list small trust-cells">
                <caption class="unseen">{t("trust.table")}</caption>
                <thead>
                  <tr>{HEADS.map(([key, right]) => <th key={key} scope="col" class={right ? "num" : ""}>{t(key)}</th>)}</tr>
                </thead>
                <tbody>
                  {worstFirst(doc.cells).map((c) => <CellRow key={`${c.model}${c.version}${c.target}${c.horizon}`} cell={c} />)}
                </tbody>
              </table>
            </div>
          )}
          <p class="dim twin-small">
            {models.join(", ")} · {t("trust.as_of", { time: clockText(doc.now, second.peek(), true) })} · <span class="tab">{age}</span>
          </p>
          <p class="dim twin-small">{t("trust.legend")}</p>
        </>
      )}
    </section>
  );
}
