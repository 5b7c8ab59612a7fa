// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Words on the screen: t("key", {n: 3}). The table of the language is loaded before the first paint.
import { signal } from "@preact/signals";
import type { Key, Said, Texts } from "./keys";
import { load, save } from "../state/store";

export type { Key } from "./keys";
export type Language = "en" | "zh";

export const language = signal<Language>("en");
const table = signal<Texts | null>(null);

interface Words {
  whole: Map<string, string>;
  patterns: [RegExp, string[], string][]; // with the names of their groups
}

const NO_WORDS: Words = { whole: new Map(), patterns: [] };
const words = signal<Words>(NO_WORDS);

function readWords(said: Said): Words {
  const made: Words = { whole: new Map(), patterns: [] };
  for (const [from, to] of said) {
    const names = [...from.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? "");
    const parts = from.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    if (names.length) made.patterns.push([new RegExp(`^${parts.join("(.+)")}$`), names, to]);
    else made.whole.set(from, to);
  }
  return made;
}

export function preferredLanguage(): Language {
  const kept = load("language");
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export async function chooseLanguage(to: Language): Promise<void> {
  const module = to === "zh" ? await import("./zh") : await import("./en");
  table.value = module.default;
  words.value = readWords(module.said);
  language.value = to;
  document.documentElement.lang = to === "zh" ? "zh-CN" : "en";
  save("language", to);
}

export function t(key: Key, args?: Record<string, string | number>): string {
  const text = table.value?.[key] ?? key;
  return args ? fill(text, args) : text;
}

function fill(text: string, args: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ""));
}

/** Words or a sentence that the server made, in the chosen language; what it does not know it leaves.
 *  Not for what people or other systems wrote. */
export function said(text: string): string {
  const { whole, patterns } = words.value;
  const known = whole.get(text);
  if (known !== undefined) return known;
  if (text.includes("; ")) return text.split("; ").map(said).join("; ");
  for (const [pattern, names, to] of patterns) {
    const match = pattern.exec(text);
    if (match) return fill(to, Object.fromEntries(names.map((name, i) => [name, match[i + 1] ?? ""])));
  }
  return text;
}
