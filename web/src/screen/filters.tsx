// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// What narrows the board: areas with counts, status, marks, search and order. All but the search text
// is in the URL.
import { change, search, view } from "../state/app";
import type { Row } from "../state/model";
import { areasOf, isBoarding, isUnseen, news2Of } from "../state/rows";
import { SORTS, STATUSES } from "../state/view";
import { t, type Key } from "../text";
import { Icon } from "../ui/icon";

export function Areas({ rows }: { rows: Row[] }) {
  const areas = [...areasOf(rows)];
  const now = view.value.area;
  const tab = (area: string, label: string, n: number, key: number) => (
    <button key={area} type="button" class="area" aria-pressed={now === area} onClick={() => change({ area: now === area ? "" : area })} title={key < 10 ? `${label} (${key})` : label}>
      <span class="area-name">{label}</span>
      <span class="area-n tab">{n}</span>
    </button>
  );
  return (
    <div class="areas" role="group" aria-label={t("filter.areas")}>
      {tab("", t("filter.all"), rows.length, 0)}
      {areas.map(([area, n], i) => tab(area, areaLabel(area), n, i + 1))}
      {now && !areas.some(([a]) => a === now) && tab(now, areaLabel(now), 0, 99)}
    </div>
  );
}

export function areaLabel(area: string): string {
  const known: Record<string, Key> = {
    Resus: "area.resus", Majors: "area.majors", Minors: "area.minors", Paeds: "area.paeds", Waiting: "area.waiting",
  };
  const key = known[area];
  return key ? t(key) : area || t("area.none");
}

export function Figures({ rows }: { rows: Row[] }) {
  const figures: [Key, number][] = [
    ["figure.dept", rows.length],
    ["figure.unseen", rows.filter(isUnseen).length],
    ["figure.boarding", rows.filter(isBoarding).length],
    ["figure.news", rows.filter((r) => news2Of(r) >= 5).length],
  ];
  return (
    <dl class="figures">
      {figures.map(([key, n]) => (
        <div key={key}>
          <dd class="tab">{n}</dd>
          <dt>{t(key)}</dt>
        </div>
      ))}
    </dl>
  );
}

function Toggle({ on, label, act, hint }: { on: boolean; label: string; act: () => void; hint?: string }) {
  return (
    <button type="button" class="toggle" aria-pressed={on} onClick={act} title={hint}>
      {label}
    </button>
  );
}

export function Filters() {
  const v = view.value;
  return (
    <div class="filters" role="group" aria-label={t("filter.label")}>
      <span class="segments" role="group" aria-label={t("filter.status")}>
        {STATUSES.map((status) => (
          <button key={status} type="button" class="toggle" aria-pressed={v.status === status} onClick={() => change({ status })}>
            {t(`status.${status}` as Key)}
          </button>
        ))}
      </span>
      <Toggle on={v.news} label={t("filter.news")} act={() => change({ news: !v.news })} />
      <Toggle on={v.stale} label={t("filter.stale")} act={() => change({ stale: !v.stale })} />
      <Toggle on={v.disputed} label={t("filter.disputed")} act={() => change({ disputed: !v.disputed })} />
      <span class="grow" />
      <Toggle on={v.hide} label={t("filter.hide")} act={() => change({ hide: !v.hide })} hint="x" />
      <Toggle on={v.wall} label={t("filter.wall")} act={() => change({ wall: !v.wall })} hint="w" />
      <label class="sorted">
        <span>{t("filter.sort")}</span>
        <select value={v.sort} onChange={(e) => change({ sort: SORTS.find((s) => s === e.currentTarget.value) ?? "acuity" })}>
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {t(`sort.${sort}` as Key)}
            </option>
          ))}
        </select>
      </label>
      <label class="searched">
        <Icon name="search" />
        <input id="search" type="search" value={search.value} placeholder={t("filter.search")} aria-label={t("filter.search")} autocomplete="off" spellcheck={false} onInput={(e) => (search.value = e.currentTarget.value)} />
      </label>
    </div>
  );
}
