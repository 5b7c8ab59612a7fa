// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// One dead letter: what is wrong and where, its bytes, an edited copy with what changed, and the two ways
// out: send the copy, or discard with a reason. The original is never changed.
import { useEffect, useState } from "preact/hooks";
import { get, post, type Failure } from "../net/http";
import { clockText } from "../state/age";
import { placeText } from "../state/books";
import { second } from "../state/clock";
import type { DeadLetter } from "../state/model";
import { diffLines, fromEditable, toEditable, type Editable } from "../state/repair";
import { said, t } from "../text";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { RawText, type RawMessage } from "../ui/raw";

interface Outcome {
  seq: number;
  verdict: string;
  outcome?: string;
  reason?: string;
}

interface Props {
  dead: DeadLetter;
  iface: string;
  from: HTMLElement;
  onClose: () => void;
}

type Told = { good: boolean; text: string } | null;

function outcomeText(o: Outcome): { good: boolean; text: string } {
  const good = o.verdict === "accepted" && (o.outcome === undefined || o.outcome === "applied");
  if (good) return { good, text: t("letter.accepted", { seq: o.seq }) };
  return { good, text: t("letter.not_accepted", { seq: o.seq, how: [o.outcome ?? o.verdict, o.reason ?? ""].map(said).filter(Boolean).join(": ") }) };
}

function Diff({ before, after }: { before: string; after: string }) {
  const lines = diffLines(before, after);
  if (lines.length === 0) return <p class="dim">{t("letter.unchanged")}</p>;
  return (
    <ol class="raw diff" tabIndex={0} aria-label={t("letter.diff")}>
      {lines.map((line, i) => (
        <li key={i} class={line.how === "-" ? "diff-out" : "diff-in"}>
          <span class="diff-sign">{line.how === "-" ? "−" : "+"}</span>
          {line.text || " "}
        </li>
      ))}
    </ol>
  );
}

function Discard({ act, busy }: { act: (why: string) => void; busy: boolean }) {
  const [why, setWhy] = useState("");
  return (
    <form class="discard" onSubmit={(e) => {
      e.preventDefault();
      if (why.trim()) act(why.trim());
    }}>
      <label>
        <span>{t("letter.why")}</span>
        <input type="text" value={why} maxLength={500} autocomplete="off" onInput={(e) => setWhy(e.currentTarget.value)} />
      </label>
      <button type="submit" disabled={busy || !why.trim()}>
        {t("letter.discard")}
      </button>
    </form>
  );
}

export function Letter({ dead, iface, from, onClose }: Props) {
  const [message, setMessage] = useState<RawMessage | null>(null);
  const [copy, setCopy] = useState<Editable | null>(null);
  const [told, setTold] = useState<Told>(null);
  const [busy, setBusy] = useState(false);
  const failed = (e: Failure) => setTold({ good: false, text: e.message || t("error.no_answer") });
  useEffect(() => {
    get<RawMessage>("/api/feeds/raw", { seq: dead.seq }).then((m) => {
      setMessage(m);
      setCopy(toEditable(m.body));
    }, failed);
  }, [dead.seq]);

  const act = (path: string, body: object, good: (o: Outcome) => Told) => {
    setBusy(true);
    post<Outcome>(path, body)
      .then((o) => setTold(good(o)), failed)
      .finally(() => setBusy(false));
  };
  const resend = () => {
    const body = copy && fromEditable(copy);
    if (!body) return setTold({ good: false, text: t("letter.encoding") });
    act("/api/feeds/resend", { seq: dead.seq, body }, outcomeText);
  };
  const discard = (why: string) =>
    act("/api/feeds/discard", { seq: dead.seq, why }, () => ({ good: true, text: t("letter.discarded") }));

  const open = dead.state === "open";
  return (
    <Dialog title={t("letter.title", { n: dead.seq })} onClose={onClose} back={from} wide>
      <p class="letter-fault">
        <Icon name="alert" />
        <span>
          <strong>{said(dead.reason)}</strong>
          <br />
          <span class="dim">
            {[placeText(dead), dead.offset === undefined ? "" : t("dead.byte", { n: dead.offset }), iface, clockText(dead.arrival, second.peek(), true)]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </span>
      </p>
      <div role="status">
        {told && <p class={told.good ? "said good" : "said error"}>{told.text}</p>}
      </div>
      {message && <RawText body={message.body} from={dead.offset} />}
      {!message && !told && <p class="dim">{t("loading")}</p>}
      {open && copy && message && (
        <>
          <h3 id="edit-head">{t("letter.edit")}</h3>
          <textarea class="editor" aria-labelledby="edit-head" spellcheck={false} rows={Math.min(16, copy.text.split("\n").length + 1)} value={copy.text} onInput={(e) => setCopy({ ...copy, text: e.currentTarget.value })} />
          <h3>{t("letter.diff")}</h3>
          <Diff before={toEditable(message.body).text} after={copy.text} />
          <div class="letter-acts">
            <button type="button" class="primary" disabled={busy} onClick={resend}>
              {t("letter.resend")}
            </button>
            <Discard act={discard} busy={busy} />
          </div>
        </>
      )}
      {!open && <p class="dim">{t("letter.closed")}</p>}
    </Dialog>
  );
}
