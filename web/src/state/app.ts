// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The state of the page, as signals. Screens read it; only this file and the socket write it.
import { batch, effect, signal } from "@preact/signals";
import { Live, type Link } from "../net/socket";
import { setServerTime, startClock } from "./clock";
import type { Board, BoardDocument, Feeds } from "./model";
import { applyOps, boardFromDocument, EMPTY_BOARD } from "./reduce";
import { applyStay, stayOfDocument, type Stay, type StayDocument } from "./stay";
import { load, save } from "./store";
import { DEFAULT_VIEW, hashFromView, viewFromHash, type View } from "./view";

export const board = signal<Board>(EMPTY_BOARD);
export const boardLoaded = signal(false);
export const feeds = signal<Feeds | null>(null);
export const stay = signal<Stay | null>(null); // the opened one
export const stayProblem = signal<{ gone: boolean; text: string } | null>(null);
export const link = signal<Link>("connecting");
export const silentSeconds = signal(0);
export const problem = signal<string | null>(null);
export const refusedCode = signal(0);
export const newBuild = signal(false);
export const lost = signal<{ reason: string; count: number }[]>([]);

export const view = signal<View>(DEFAULT_VIEW);
export const search = signal("");

export type Theme = "auto" | "dark" | "light";
export const theme = signal<Theme>("auto");
export const letterKeys = signal(load("keys") !== "off");

let firstBuild = "";
let socket: Live | null = null;

export function change(part: Partial<View>): void {
  view.value = { ...view.value, ...part };
  const hash = hashFromView(view.value);
  if (hash !== location.hash) history.pushState(null, "", hash);
}

export function setTheme(to: Theme): void {
  theme.value = to;
  save("theme", to);
  if (to === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = to;
}

export function setLetterKeys(on: boolean): void {
  letterKeys.value = on;
  save("keys", on ? "on" : "off");
}

function readHash(): void {
  view.value = viewFromHash(location.hash);
}

const listener = {
  snapshot(topic: string, document: { j: number }): void {
    if (topic === "board") {
      board.value = boardFromDocument(document as BoardDocument, board.value);
      boardLoaded.value = true;
    } else if (topic === "feeds") {
      feeds.value = document as Feeds;
    } else {
      stay.value = stayOfDocument(document as StayDocument, stay.value);
    }
  },
  delta(topic: string, j: number, ops: [string, string, unknown][]): void {
    if (topic === "board") board.value = applyOps(board.value, j, ops);
    else if (stay.value && topic === `enc:${stay.value.id}`) stay.value = applyStay(stay.value, ops);
    for (const [t, field, value] of ops)
      if (topic === "feeds" && t === "feeds" && field === "all") feeds.value = value as Feeds;
  },
  time: (now: number) => setServerTime(now),
  link(to: Link, silentMs: number): void {
    batch(() => {
      link.value = to;
      silentSeconds.value = Math.floor(silentMs / 1000);
    });
  },
  build(build: string): void {
    firstBuild ||= build;
    newBuild.value = build !== firstBuild;
  },
  lost: (items: { reason: string; count: number }[]) => void (lost.value = [...lost.value, ...items]),
  problem: (sentence: string | null) => void (problem.value = sentence),
  member(topic: string, status: number, text: string): void {
    if (topic === `enc:${followed}`) stayProblem.value = status === 200 ? null : { gone: status === 404, text };
  },
  refused: (code: number) => void (refusedCode.value = code),
};

let followed = "";

/** The topic of one stay at a time; what was known of another one goes at once. */
function follow(id: string): void {
  if (id === followed) return;
  if (followed) socket?.unsubscribe(`enc:${followed}`);
  followed = id;
  batch(() => {
    stay.value = null;
    stayProblem.value = null;
  });
  if (id) socket?.subscribe(`enc:${id}`);
}

export function start(): void {
  const kept = load("theme");
  setTheme(kept === "dark" || kept === "light" ? kept : "auto");
  readHash();
  addEventListener("hashchange", readHash);
  addEventListener("popstate", readHash);
  startClock();
  const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
  const live = new Live(url, "web", listener);
  socket = live;
  live.start(["board"]);
  effect(() => {
    if (view.value.screen === "feeds") socket?.subscribe("feeds");
    else socket?.unsubscribe("feeds");
  });
  effect(() => follow(view.value.screen === "patient" ? (view.value.stay ?? "") : ""));
}
