// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Why this number (design trust 9): what it is, the rule that made it, its inputs with time and source,
// down to the bytes of the message.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Failure, get } from "../net/http";
import { ageText, clockText, ageSeconds } from "../state/age";
import { askNames, interfaceName } from "../state/names";
import { second } from "../state/clock";
import type { Value } from "../state/model";
import { qualityOf } from "../state/rows";
import { said, t, type Key } from "../text";
import { Dialog } from "./dialog";
import { RawText, type RawMessage } from "./raw";
import { kindText, missingText, quantityText, reasonText, shownText, unitLabel } from "./words";

interface RawReference {
  seq: number;
  iface?: number;
  arrival?: number;
  from?: number;
  length?: number;
}

interface Node {
  id?: string;
  what?: string;
  value?: Value | null;
  rule?: string;
  source?: string;
  class?: string;
  note?: string;
  points?: number;
  inputs?: Node[];
  raw?: RawReference;
}

interface Asked {
  value: Value;
  label: string;
  field: string;
  from: HTMLElement;
}

const asked = signal<Asked | null>(null);
const DEPTH_MAX = 32;

export function openWhy(value: Value, label: string, field: string, from: HTMLElement): void {
  asked.value = { value, label, field, from };
}

function Facts({ value }: { value: Value }) {
  const now = second.value;
  const age = ageSeconds(value, now);
  const quality = qualityOf(value);
  const rows: [Key, string][] = [["why.kind", kindText(value)]];
  if (value.t !== undefined)
    rows.push([
      "why.when",
      `${clockText(value.t, now, true)}${value.s ? ` ± ${value.s >= 1000 ? `${Math.round(value.s / 1000)} s` : `${value.s} ms`}` : ""}` +
        (age === null ? "" : ` · ${t("value.age_words", { age: ageText(age) })}`),
    ]);
  const reason = reasonText(value);
  if (quality !== "good" || reason)
    rows.push(["why.quality", [t(`quality.${quality}` as Key), reason].filter(Boolean).join(": ")]);
  if (value.lo !== undefined) rows.push(["why.interval", `${value.lo} – ${value.hi}${value.l ? ` (${value.l})` : ""}`]);
  if (value.missing?.length) rows.push(["why.missing", missingText(value)]);
  if (value.raw !== undefined) rows.push(["why.raw_value", value.raw]);
  if (value.other !== undefined) rows.push(["why.other", value.other]);
  if (value.f) rows.push(["why.class", said(value.f)]);
  return (
    <dl class="facts">
      {rows.map(([k, v]) => (
        <div key={k}>
          <dt>{t(k)}</dt>
          <dd>{v}</dd>
        </div>
      ))}
    </dl>
  );
}

function Raw({ raw }: { raw: RawReference }) {
  const [message, setMessage] = useState<RawMessage | null>(null);
  const [error, setError] = useState("");
  const show = () =>
    get<RawMessage>("/api/feeds/raw", { seq: raw.seq }).then(setMessage, (e: Failure) =>
      setError(e.message || t("error.no_answer")),
    );
  const bytes =
    raw.from === undefined ? "" : t("why.bytes", { from: raw.from, to: raw.from + (raw.length ?? 0) });
  return (
    <div class="why-raw">
      <span>
        {t("why.message", { seq: raw.seq })}
        {raw.iface !== undefined && ` · ${interfaceName(raw.iface)}`}
        {raw.arrival !== undefined && ` · ${t("why.arrived", { time: clockText(raw.arrival, second.peek(), true) })}`}
        {bytes && ` · ${bytes}`}
      </span>
      {!message && (
        <button type="button" class="small" onClick={show}>
          {t("why.show_raw")}
        </button>
      )}
      {error && <p class="error">{error}</p>}
      {message && <RawText body={message.body} from={raw.from} length={raw.length ?? 1} />}
    </div>
  );
}

function Tree({ node, depth }: { node: Node; depth: number }) {
  const value = node.value ?? null;
  return (
    <div class="why-node">
      <div class="why-line">
        {node.what && <span class="why-what">{quantityText(node.what)}</span>}
        {value && (
          <span class="why-value">
            {shownText(value) || "–"} {unitLabel(value.u)}
          </span>
        )}
        {node.points !== undefined && <span class="chip">{t("why.points", { n: node.points })}</span>}
        {value?.k && <span class="chip">{kindText(value)}</span>}
        {value?.t !== undefined && <span class="dim">{clockText(value.t, second.peek(), true)}</span>}
      </div>
      {(node.rule || node.source || node.class) && (
        <div class="dim why-rule">{[node.rule, node.source, node.class].map((word) => said(word ?? "")).filter(Boolean).join(" · ")}</div>
      )}
      {node.note && <div class="dim">{said(node.note)}</div>}
      {node.raw && <Raw raw={node.raw} />}
      {!!node.inputs?.length && depth < DEPTH_MAX && (
        <ul class="why-inputs">
          {node.inputs.map((input, i) => (
            <li key={i}>
              <Tree node={input} depth={depth + 1} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export function Why() {
  const a = asked.value;
  const [tree, setTree] = useState<Node | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    setTree(null);
    setError("");
    if (!a) return;
    if (!a.value.i) return setError(t("why.no_id"));
    let current = true;
    askNames();
    get<Node>(`/api/why/${encodeURIComponent(a.value.i)}`).then(
      (node) => current && setTree(node),
      (e: Failure) => current && setError(e.message || t("error.no_answer")),
    );
    return () => {
      current = false;
    };
  }, [a]);
  if (!a) return null;
  return (
    <Dialog title={t("why.title")} onClose={() => (asked.value = null)} back={a.from}>
      <p class="why-head">
        <span class="dim">{a.label}</span>
        <span class={`why-big v-k-${a.value.k ?? "x"}`}>
          {shownText(a.value, a.field) || "–"} <small>{unitLabel(a.value.u)}</small>
        </span>
      </p>
      <Facts value={a.value} />
      <h3>{t("why.from")}</h3>
      {error ? <p class="error">{error}</p> : tree ? <Tree node={tree} depth={0} /> : <p class="dim">{t("loading")}</p>}
    </Dialog>
  );
}
