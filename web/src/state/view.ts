// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// What is looked at, as a URL and back. No name or number of a patient is ever in it, so the search
// text is not part of it.

export const SCREENS = ["board", "floor", "dept", "trust", "feeds", "admin"] as const;
export type RailScreen = (typeof SCREENS)[number];
export type Screen = RailScreen | "patient";

export const SORTS = ["acuity", "bed", "time", "news2", "name"] as const;
export type Sort = (typeof SORTS)[number];

export const STATUSES = ["all", "unseen", "results", "boarding"] as const;
export type Status = (typeof STATUSES)[number];

export interface View {
  screen: Screen;
  stay?: string; // the opened one, by its opaque id
  area: string; // "" = all
  status: Status;
  sort: Sort;
  news: boolean; // NEWS2 >= 5
  stale: boolean;
  disputed: boolean;
  hide: boolean; // names
  wall: boolean;
}

export const DEFAULT_VIEW: View = {
  screen: "board",
  area: "",
  status: "all",
  sort: "acuity",
  news: false,
  stale: false,
  disputed: false,
  hide: false,
  wall: false,
};

function oneOf<T extends string>(list: readonly T[], text: string | null, otherwise: T): T {
  return list.find((item) => item === text) ?? otherwise;
}

export function viewFromHash(hash: string): View {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const q = new URLSearchParams(query);
  const stay = /^p\/([0-9a-z]{1,16})$/.exec(path)?.[1];
  return {
    ...(stay ? { screen: "patient", stay } : { screen: oneOf(SCREENS, path, "board") }),
    area: (q.get("area") ?? "").slice(0, 64),
    status: oneOf(STATUSES, q.get("status"), "all"),
    sort: oneOf(SORTS, q.get("sort"), "acuity"),
    news: q.get("news2") === "5",
    stale: q.get("stale") === "1",
    disputed: q.get("disputed") === "1",
    hide: q.get("hide") === "1",
    wall: q.get("wall") === "1",
  };
}

export function hashFromView(view: View): string {
  const q = new URLSearchParams();
  if (view.area) q.set("area", view.area);
  if (view.status !== "all") q.set("status", view.status);
  if (view.sort !== "acuity") q.set("sort", view.sort);
  if (view.news) q.set("news2", "5");
  if (view.stale) q.set("stale", "1");
  if (view.disputed) q.set("disputed", "1");
  if (view.hide) q.set("hide", "1");
  if (view.wall) q.set("wall", "1");
  const query = q.toString();
  return `#/${view.screen === "patient" ? `p/${view.stay ?? ""}` : view.screen}${query ? `?${query}` : ""}`;
}
