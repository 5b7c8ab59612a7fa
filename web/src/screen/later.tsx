// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Screens that this version does not have: they say so, what they will answer, and where to look now.
import { change } from "../state/app";
import type { RailScreen as Screen } from "../state/view";
import { t, type Key } from "../text";
import { Icon } from "../ui/icon";

export function Later({ screen }: { screen: Exclude<Screen, "board" | "feeds" | "trust"> }) {
  return (
    <section class="page later">
      <h1>
        <Icon name={screen} size={30} /> {t(`screen.${screen}` as Key)}
      </h1>
      <p class="lead">{t("later.missing")}</p>
      <p>{t(`later.${screen}` as Key)}</p>
      <p>
        <button type="button" onClick={() => change({ screen: "board" })}>
          {t("later.board")}
        </button>
      </p>
    </section>
  );
}
