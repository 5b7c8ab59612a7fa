// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Keys, what the looks of a value mean, and the switch for letter keys.
import { signal } from "@preact/signals";
import { letterKeys, setLetterKeys } from "../state/app";
import { t, type Key } from "../text";
import { Dialog } from "./dialog";

const open = signal(false);

export function showHelp(): void {
  open.value = true;
}

const KEYS: [string, Key][] = [
  ["g b / f / d / t / i / a", "help.go"],
  ["↑ ↓  j k", "help.rows"],
  ["← →", "help.cells"],
  ["Enter", "help.enter"],
  ["s", "help.sort"],
  ["r", "help.resort"],
  ["x", "help.hide"],
  ["0 – 9", "help.areas"],
  ["/", "help.search"],
  ["w", "help.wall"],
  ["?", "help.help"],
  ["Esc", "help.escape"],
];

const LOOKS: [string, string, Key][] = [
  ["v-k-m", "96", "kind.measured"],
  ["v-k-h", "96✎", "kind.manual"],
  ["v-k-d", "5", "kind.derived"],
  ["v-k-c", "96ᶜ", "kind.corrected"],
  ["v-k-i", "~96", "kind.imputed"],
  ["v-k-p", "→ 78 (64–90)", "kind.predicted"],
  ["v-k-t", "96", "kind.demo"],
  ["v-q-suspect", "96?", "value.suspect"],
  ["v-q-impossible", "960", "value.impossible"],
  ["v-f-stale", "96", "value.stale"],
];

export function Help() {
  if (!open.value) return null;
  return (
    <Dialog title={t("help.title")} onClose={() => (open.value = false)}>
      <h3>{t("help.keys")}</h3>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt><kbd>{keys}</kbd></dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={letterKeys.value} onChange={(e) => setLetterKeys(e.currentTarget.checked)} />
        {t("help.letters")}
      </label>
      <h3>{t("help.looks")}</h3>
      <dl class="keys">
        {LOOKS.map(([look, text, what]) => (
          <div key={look}>
            <dt>
              <span class={`v ${look}`}>
                <span class="v-body">{look === "v-q-impossible" ? <s>{text}</s> : text}</span>
              </span>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <h3>{t("help.about")}</h3>
      <p>{t("help.disclaimer")}</p>
      <p class="dim">{t("help.news2")}</p>
    </Dialog>
  );
}
