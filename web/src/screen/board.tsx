// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The board: one row a patient, one place for every question a charge nurse asks at a glance.
import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { board, boardLoaded, change, link, problem, search, view } from "../state/app";
import { second } from "../state/clock";
import { COLUMNS } from "../state/columns";
import { onKeys } from "../state/keys";
import type { Row } from "../state/model";
import { OrderKeeper, QUIET_MS } from "../state/order";
import { areasOf, matches, sortRows } from "../state/rows";
import { hashFromView, SORTS } from "../state/view";
import { language, t } from "../text";
import { Icon } from "../ui/icon";
import { Areas, Figures, Filters } from "./filters";
import { RowView } from "./row";

interface Active {
  id: string;
  field: string;
}

const WALL_ROWS = 16;
const WALL_PAGE_S = 12;

const active = signal<Active | null>(null);
const inputAt = signal(-QUIET_MS);
const asked = signal(0); // "sort now" was pressed
const paused = signal(false);

function noteInput(): void {
  inputAt.value = performance.now();
}

/** Puts the focus on a cell once it is drawn. */
function focusCell(to: Active): void {
  active.value = to;
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`[data-cell="${to.id}/${to.field}"]`)?.focus(),
  );
}

/** The next cell in a row that can have the focus; empty ones are passed over. */
function step(id: string, field: string, by: number): string {
  const fields = COLUMNS.map((c) => c.field);
  for (let i = fields.indexOf(field) + by; i >= 0 && i < fields.length; i += by)
    if (document.querySelector(`[data-cell="${id}/${fields[i]}"]`)) return fields[i] ?? field;
  return field;
}

function moveRow(ids: string[], by: number): void {
  const now = active.value;
  const at = now ? ids.indexOf(now.id) : -1;
  const id = ids[Math.max(0, Math.min(ids.length - 1, at < 0 ? 0 : at + by))];
  if (!id) return;
  const field = now?.field ?? "name";
  focusCell({ id, field: document.querySelector(`[data-cell="${id}/${field}"]`) ? field : "name" });
}

function boardKey(event: KeyboardEvent, ids: string[], rows: Row[]): boolean {
  noteInput();
  const v = view.value;
  const now = active.value ?? { id: ids[0] ?? "", field: "name" };
  switch (event.key) {
    case "j": case "ArrowDown": moveRow(ids, 1); return true;
    case "k": case "ArrowUp": moveRow(ids, -1); return true;
    case "ArrowRight": focusCell({ ...now, field: step(now.id, now.field, 1) }); return true;
    case "ArrowLeft": focusCell({ ...now, field: step(now.id, now.field, -1) }); return true;
    case "s": change({ sort: SORTS[(SORTS.indexOf(v.sort) + 1) % SORTS.length] ?? "acuity" }); return true;
    case "r": asked.value++; return true;
    case "x": change({ hide: !v.hide }); return true;
    case "w": change({ wall: !v.wall }); return true;
    case "/": document.getElementById("search")?.focus(); return true;
  }
  if (!/^[0-9]$/.test(event.key)) return false;
  const area = event.key === "0" ? "" : [...areasOf(rows).keys()][Number(event.key) - 1];
  if (area === undefined) return false;
  change({ area });
  return true;
}

function Empty({ all }: { all: number }) {
  if (!boardLoaded.value)
    return (
      <p class="empty">
        {problem.value ?? t(link.value === "offline" ? "board.unreachable" : "board.loading")}
      </p>
    );
  if (all > 0)
    return (
      <p class="empty">
        {t("board.filtered")}{" "}
        <button type="button" class="small" onClick={() => {
          search.value = "";
          change({ area: "", status: "all", news: false, stale: false, disputed: false });
        }}>
          {t("board.show_all")}
        </button>
      </p>
    );
  return (
    <p class="empty">
      {t("board.nobody")}{" "}
      <a href="#/feeds">{t("board.see_feeds")}</a>
    </p>
  );
}

/** Columns of models and orders that nobody has; a narrow page leaves them out. */
function voidFields(rows: Row[]): string {
  const fields = ["med", "shock", "padmit", "risk"].filter((field) => !rows.some((r) => r.c[field]));
  return ` ${fields.join(" ")} `;
}

function Head({ empty }: { empty: string }) {
  return (
    <thead>
      <tr role="row" aria-rowindex={1}>
        {COLUMNS.map((column) => (
          <th
            key={column.field}
            role="columnheader"
            scope="col"
            class={`c c-${column.field}${empty.includes(` ${column.field} `) ? " c-void" : ""}`}
            title={t(column.name)}
            aria-sort={column.sort && view.value.sort === column.sort ? (column.sort === "news2" ? "descending" : "ascending") : undefined}
          >
            {column.sort ? (
              <button type="button" class="th" onClick={() => column.sort && change({ sort: column.sort })}>
                {t(column.label)}
                {view.value.sort === column.sort && <Icon name={column.sort === "news2" ? "down" : "up"} size={11} />}
              </button>
            ) : (
              t(column.label)
            )}
            {column.unit && <span class="th-unit">{column.unit}</span>}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Pages({ page, pages }: { page: number; pages: number }) {
  return (
    <p class="pages">
      <span class="tab">{t("wall.page", { n: page + 1, of: pages })}</span>
      {pages > 1 && (
        <button type="button" class="small" onClick={() => (paused.value = !paused.value)}>
          <Icon name={paused.value ? "play" : "pause"} size={14} /> {t(paused.value ? "wall.go_on" : "wall.pause")}
        </button>
      )}
      <button type="button" class="small" onClick={() => change({ wall: false })}>
        {t("wall.leave")}
      </button>
    </p>
  );
}

/** Rows in the order on the screen, with those that left while nothing may move. */
function useRows(all: Row[]) {
  const keeper = useRef(new OrderKeeper());
  const seen = useRef(new Map<string, Row>());
  const askedBefore = useRef(asked.value);
  const v = view.value;
  const wanted = sortRows(all.filter((r) => matches(r, v, search.value, second.value)), v.sort).map((r) => r.id);
  const known = board.value.rows;
  const quiet = performance.now() - inputAt.value >= QUIET_MS || asked.value !== askedBefore.current;
  askedBefore.current = asked.value;
  const { ids, moves } = keeper.current.next(wanted, (id) => known.has(id), hashFromView(v) + search.value, quiet);
  for (const row of all) seen.current.set(row.id, row);
  if (moves === 0) for (const id of seen.current.keys()) if (!known.has(id)) seen.current.delete(id);
  const rows = ids.map((id) => known.get(id) ?? seen.current.get(id)).filter((r): r is Row => !!r);
  return { rows, moves };
}

function useWallPage(n: number): { page: number; pages: number } {
  const page = useRef(0);
  const turned = useRef(0);
  const pages = Math.max(1, Math.ceil(n / WALL_ROWS));
  const real = performance.now() / 1000;
  void second.value;
  if (!paused.value && real - turned.current > WALL_PAGE_S) {
    turned.current = real;
    page.current++;
  }
  return { page: page.current % pages, pages };
}

let left = false; // for a patient: the focus comes back to where it was

function open(row: Row): void {
  left = true;
  change({ screen: "patient", stay: row.id });
}

export function BoardScreen() {
  const v = view.value;
  const all = [...board.value.rows.values()];
  const { rows, moves } = useRows(all);
  const { page, pages } = useWallPage(rows.length);
  const ids = rows.map((r) => r.id);
  const latest = useRef({ ids, all });
  latest.current = { ids, all };
  useEffect(() => {
    if (left && active.peek()) focusCell(active.peek() as Active);
    left = false;
  }, []);
  useLayoutEffect(() => onKeys((event) => boardKey(event, latest.current.ids, latest.current.all)), []);
  const shown = v.wall ? rows.slice(page * WALL_ROWS, (page + 1) * WALL_ROWS) : rows;
  const empty = voidFields(all);
  const tabbed = active.value && ids.includes(active.value.id) ? active.value : { id: ids[0] ?? "", field: "name" };
  return (
    <section class="board" onPointerMove={noteInput} onPointerDown={noteInput} onWheel={noteInput}>
      <h1 class="unseen">{t("screen.board")}</h1>
      <div class="board-head">
        <Areas rows={all} />
        <Figures rows={all} />
      </div>
      <Filters />
      <div class={`table-box link-is-${link.value}${problem.value !== null ? " has-problem" : ""}`}>
        {shown.length > 0 && (
          <table
            class="grid"
            role="grid"
            aria-label={t("board.label")}
            aria-rowcount={rows.length + 1}
            onFocusCapture={(event) => {
              const [id, field] = ((event.target as HTMLElement).dataset.cell ?? "").split("/");
              if (id && field && (active.value?.id !== id || active.value.field !== field)) active.value = { id, field };
            }}
          >
            <Head empty={empty} />
            <tbody>
              {shown.map((row, i) => (
                <RowView
                  key={row.id}
                  row={row}
                  index={v.wall ? page * WALL_ROWS + i : i}
                  active={tabbed.id === row.id ? tabbed.field : null}
                  gone={!board.value.rows.has(row.id)}
                  hide={v.hide}
                  wall={v.wall}
                  empty={empty}
                  language={language.value}
                  open={open}
                />
              ))}
            </tbody>
          </table>
        )}
        {shown.length === 0 && <Empty all={all.length} />}
      </div>
      {v.wall && <Pages page={page} pages={pages} />}
      {moves > 0 && (
        <p class="moves">
          <button type="button" onClick={() => asked.value++}>
            {t("board.would_move", { n: moves })}
          </button>
        </p>
      )}
    </section>
  );
}
