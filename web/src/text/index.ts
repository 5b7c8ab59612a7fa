// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Words on the screen: t("key", {n: 3}). The table of the language is loaded before the first paint.
import { signal } from "@preact/signals";
import type { Key, Texts } from "./keys";
import { load, save } from "../state/store";

export type { Key } from "./keys";
export type Language = "en" | "zh";

export const language = signal<Language>("en");
const table = signal<Texts | null>(null);

export function preferredLanguage(): Language {
  const kept = load("language");
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export async function chooseLanguage(to: Language): Promise<void> {
  const module = to === "zh" ? await import("./zh") : await import("./en");
  table.value = module.default;
  language.value = to;
  document.documentElement.lang = to === "zh" ? "zh-CN" : "en";
  save("language", to);
}

export function t(key: Key, args?: Record<string, string | number>): string {
  const text = table.value?.[key] ?? key;
  return args ? text.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? "")) : text;
}
