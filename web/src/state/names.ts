// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Names of interfaces, for screens that do not follow the feeds.
import { signal } from "@preact/signals";
import { get } from "../net/http";
import { said, t } from "../text";
import { feeds } from "./app";
import type { Feeds, Interface } from "./model";

const REPAIR = 1; // edited messages; the one interface that Pollux itself names
const asked = signal<Interface[] | null>(null);
let asking = false;

/** Fetches the names once; without an answer numbers stand in their place. */
export function askNames(): void {
  if (feeds.value || asked.value || asking) return;
  asking = true;
  get<Feeds>("/api/feeds")
    .then((doc) => (asked.value = doc.interfaces), () => undefined)
    .finally(() => (asking = false));
}

export function interfaceName(iface: number | undefined): string {
  if (iface === undefined) return "";
  const list = feeds.value?.interfaces ?? asked.value ?? [];
  const name = list.find((i) => i.iface === iface)?.name || t("why.interface", { n: iface });
  return iface === REPAIR ? said(name) : name;
}
