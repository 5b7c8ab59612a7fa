// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// One row. It is drawn again only when its own data or looks change: rows of others cost it nothing.
import { Component } from "preact";
import { COLUMNS } from "../state/columns";
import type { Row } from "../state/model";
import { cell } from "../state/rows";
import { t } from "../text";
import { CellBody, news2Band } from "./cells";

export interface RowProps {
  row: Row;
  index: number;
  active: string | null; // the field that the Tab key reaches
  gone: boolean; // has left; kept until rows may move
  hide: boolean;
  wall: boolean;
  empty: string; // fields that no row has, with blanks around
  language: string;
  open: (row: Row) => void;
}

export class RowView extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const now = this.props;
    return (Object.keys(next) as (keyof RowProps)[]).some((key) => key !== "open" && next[key] !== now[key]);
  }

  override render({ row, index, active, gone, hide, wall, empty, open }: RowProps) {
    const news = cell(row, "news2");
    const band = news && (news.v ?? news.hi) !== undefined ? news2Band(news) : "x";
    return (
      <tr role="row" aria-rowindex={index + 2} class={`row edge-${band}${gone ? " row-gone" : ""}`} data-row={row.id}>
        {COLUMNS.map((column) => (
          <td
            key={column.field}
            role="gridcell"
            class={`c c-${column.field}${empty.includes(` ${column.field} `) ? " c-void" : ""}`}
            data-label={t(column.label)}
            data-empty={row.c[column.field] || column.look === "fresh" ? undefined : ""}
          >
            <CellBody row={row} column={column} tab={active === column.field ? 0 : -1} hide={hide} wall={wall} open={open} />
          </td>
        ))}
      </tr>
    );
  }
}
