// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Keys. Letters act alone, so they can be turned off (WCAG 2.1.4) and never act in a field of text.
// Each screen registers its own; "g" waits for the letter of a screen.
import { letterKeys } from "./app";
import type { RailScreen as Screen } from "./view";

export type Handler = (event: KeyboardEvent) => boolean | void;

const G_WAIT_MS = 1500;
const GO: Record<string, Screen> = { b: "board", f: "floor", d: "dept", t: "trust", i: "feeds", a: "admin" };

const handlers: Handler[] = [];
let goUntil = 0;

export function onKeys(handler: Handler): () => void {
  handlers.push(handler);
  return () => void handlers.splice(handlers.indexOf(handler), 1);
}

function inText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
    (target as HTMLInputElement).type !== "checkbox"
  );
}

export function startKeys(go: (screen: Screen) => void): void {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return; // a dialog has its own keys
    if (inText(event.target)) {
      if (event.key === "Escape") (event.target as HTMLElement).blur();
      return;
    }
    const letter = event.key.length === 1;
    if (letter && !letterKeys.value) return;
    const to = GO[event.key];
    if (goUntil > performance.now() && to) {
      goUntil = 0;
      event.preventDefault();
      go(to);
      return;
    }
    goUntil = event.key === "g" ? performance.now() + G_WAIT_MS : 0;
    for (const handler of [...handlers].reverse()) {
      if (handler(event)) {
        event.preventDefault();
        return;
      }
    }
  });
}
