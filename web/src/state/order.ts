// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Rows do not jump under the pointer: the order on the screen follows the wanted one only when there has
// been no input for three seconds, or when it is asked for. New rows stand at the end until then, rows
// that left stay, greyed. Pure but for what it remembers.
import { wouldMove } from "./rows";

export const QUIET_MS = 3000;

export interface Order {
  ids: string[];
  moves: number; // rows that would change places, come or go
}

export class OrderKeeper {
  private shown: string[] = [];
  private lookedAt = "";

  /** look: filter, sort, search: a change of these is asked for, so the order follows at once. */
  next(wanted: string[], known: (id: string) => boolean, look: string, quiet: boolean): Order {
    if (quiet || look !== this.lookedAt || this.shown.length === 0) {
      this.shown = wanted;
      this.lookedAt = look;
      return { ids: wanted, moves: 0 };
    }
    const here = new Set(this.shown);
    const fresh = wanted.filter((id) => !here.has(id));
    this.shown = [...this.shown, ...fresh];
    const left = this.shown.filter((id) => !known(id) || !wanted.includes(id));
    return { ids: this.shown, moves: wouldMove(this.shown, wanted) + left.length };
  }
}
