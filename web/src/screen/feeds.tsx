// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Feeds: every message accounted for, and the ones that failed opened, repaired and sent again.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { ageText } from "../state/age";
import { feeds, problem } from "../state/app";
import { booksOf, countText, feedState, placeText, reasonsOf } from "../state/books";
import { second } from "../state/clock";
import type { DeadLetter, Interface } from "../state/model";
import { interfaceName } from "../state/names";
import { said, t, type Key } from "../text";
import { Icon } from "../ui/icon";
import { useLive } from "../ui/live";
import { Letter } from "./letter";

const opened = signal<{ dead: DeadLetter; from: HTMLElement } | null>(null);

const lastOf = (i: Interface): number | undefined =>
  i.last_arrival ?? (i as { last_arrival_us?: number }).last_arrival_us;

function InterfaceRow({ feed }: { feed: Interface }) {
  const last = lastOf(feed);
  const state = useLive(() => feedState(last, second.value), [last]).value;
  const age = useLive(() => (last ? ageText(Math.max(0, (second.value - last) / 1e6)) : "–"), [last]);
  const books = booksOf(feed);
  const parts: [Key, number | undefined][] = [
    ["books.duplicate", feed.duplicate],
    ["books.ignored", feed.ignored],
    ["books.refused", feed.refused],
    ["books.dead_open", feed.dead_open],
    ["books.dead_fixed", feed.dead_fixed],
    ["books.dead_discarded", feed.dead_discarded],
  ];
  return (
    <tr>
      <th scope="row">{interfaceName(feed.iface)}</th>
      <td>
        <span class={`pill feed-${state}`}>
          <span class="link-dot" aria-hidden="true" />
          {t(`feed.${state}` as Key)}
        </span>
      </td>
      <td class="num tab">{age}</td>
      <td class="num tab">{countText(feed.received)}</td>
      <td class="sign" aria-hidden="true">=</td>
      <td class="num tab">{countText(feed.applied)}</td>
      <td class="sign" aria-hidden="true">+</td>
      <td class="num tab">{countText(books.rejected)}</td>
      <td class="sign" aria-hidden="true">+</td>
      <td class="num tab">{countText(books.pending)}</td>
      <td>
        {books.balanced ? (
          <span class="good"><Icon name="check" size={14} /> {t("books.balanced")}</span>
        ) : (
          <span class="error"><Icon name="alert" size={14} /> {t("books.unbalanced")}</span>
        )}
      </td>
      <td class="dim books-parts">
        {parts.filter(([, n]) => n).map(([key, n]) => `${t(key)} ${countText(n ?? 0)}`).join(" · ") || "–"}
      </td>
    </tr>
  );
}

function Books({ interfaces }: { interfaces: Interface[] }) {
  if (interfaces.length === 0) return <p class="empty">{t("feeds.none")}</p>;
  return (
    <div class="scroll" role="region" aria-label={t("feeds.books")} tabIndex={0}>
      <table class="list books">
        <thead>
          <tr>
            <th scope="col">{t("feeds.interface")}</th>
            <th scope="col">{t("feeds.state")}</th>
            <th scope="col" class="num">{t("feeds.last")}</th>
            <th scope="col" class="num">{t("books.received")}</th>
            <td class="sign" aria-hidden="true">=</td>
            <th scope="col" class="num">{t("books.applied")}</th>
            <td class="sign" aria-hidden="true">+</td>
            <th scope="col" class="num">{t("books.rejected")}</th>
            <td class="sign" aria-hidden="true">+</td>
            <th scope="col" class="num">{t("books.pending")}</th>
            <th scope="col">{t("books.check")}</th>
            <th scope="col">{t("books.rejected_parts")}</th>
          </tr>
        </thead>
        <tbody>
          {interfaces.map((feed) => (
            <InterfaceRow key={feed.iface} feed={feed} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DeadRow({ dead }: { dead: DeadLetter }) {
  const age = useLive(() => ageText(Math.max(0, (second.value - dead.arrival) / 1e6)), [dead.arrival]);
  const place = placeText(dead);
  return (
    <tr data-seq={dead.seq}>
      <th scope="row" class="tab">{dead.seq}</th>
      <td class="num tab">{age}</td>
      <td>{interfaceName(dead.iface)}</td>
      <td class="reason">{said(dead.reason)}</td>
      <td class="tab">
        {place && <code>{place}</code>}
        {(place || !!dead.offset) && <span class="dim"> {t("dead.byte", { n: dead.offset ?? 0 })}</span>}
      </td>
      <td class="num tab">{dead.attempts ?? 0}</td>
      <td>
        <span class={`chip dead-${dead.state}`}>{t(`dead.${dead.state}` as Key)}</span>
      </td>
      <td>
        <button type="button" class="small" onClick={(e) => (opened.value = { dead, from: e.currentTarget })} aria-label={t("dead.open_label", { n: dead.seq })}>
          {t("dead.open_button")}
        </button>
      </td>
    </tr>
  );
}

function DeadLetters({ dead }: { dead: DeadLetter[] }) {
  const [all, setAll] = useState(false);
  const [reason, setReason] = useState("");
  const open = dead.filter((d) => d.state === "open");
  const from = all ? dead : open;
  const shown = from.filter((d) => !reason || d.reason === reason);
  return (
    <>
      <div class="feeds-head">
        <h2>
          {t("dead.title")} <span class="chip">{t("dead.open_n", { n: open.length })}</span>
        </h2>
        <span class="grow" />
        <label class="sorted">
          <span>{t("dead.by_reason")}</span>
          <select value={reason} onChange={(e) => setReason(e.currentTarget.value)}>
            <option value="">{t("dead.all_reasons", { n: from.length })}</option>
            {reasonsOf(from).map(([r, n]) => (
              <option key={r} value={r}>
                {n} × {said(r)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="toggle" aria-pressed={all} onClick={() => setAll(!all)}>
          {t("dead.with_closed")}
        </button>
      </div>
      {shown.length === 0 ? (
        <p class="empty">{t(dead.length && !all ? "dead.none_open" : "dead.none")}</p>
      ) : (
        <div class="scroll" role="region" aria-label={t("dead.title")} tabIndex={0}>
          <table class="list dead">
            <thead>
              <tr>
                <th scope="col">{t("dead.seq")}</th>
                <th scope="col" class="num">{t("dead.age")}</th>
                <th scope="col">{t("feeds.interface")}</th>
                <th scope="col">{t("dead.reason")}</th>
                <th scope="col">{t("dead.where")}</th>
                <th scope="col" class="num">{t("dead.attempts")}</th>
                <th scope="col">{t("feeds.state")}</th>
                <th scope="col"><span class="unseen">{t("dead.action")}</span></th>
              </tr>
            </thead>
            <tbody>
              {shown.map((d) => (
                <DeadRow key={d.seq} dead={d} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

export function FeedsScreen() {
  const doc = feeds.value;
  const o = opened.value;
  return (
    <section class="page feeds">
      <h1>{t("screen.feeds")}</h1>
      <p class="dim">{t("feeds.words")}</p>
      {!doc ? (
        <p class="empty">{problem.value ?? t("loading")}</p>
      ) : (
        <>
          <Books interfaces={doc.interfaces} />
          <DeadLetters dead={doc.dead} />
        </>
      )}
      {o && (
        <Letter
          key={o.dead.seq}
          dead={doc?.dead.find((d) => d.seq === o.dead.seq) ?? o.dead}
          iface={interfaceName(o.dead.iface)}
          from={o.from}
          onClose={() => (opened.value = null)}
        />
      )}
    </section>
  );
}
