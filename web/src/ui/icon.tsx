// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Icons: strokes on a 20 x 20 grid in the colour of the text. A word always stands beside them.
const PATHS = {
  board: "M3 4h14M3 8h14M3 12h14M3 16h14M7 4v12",
  floor: "M3 3h14v14H3zM3 10h6M12 10h5M9 3v7M12 10v7",
  dept: "M3 17h14M5 14v-4M9 14V6M13 14V9M17 14V4",
  trust: "M10 2l7 3v5c0 4-3 7-7 8-4-1-7-4-7-8V5zM7 10l2 2 4-4",
  feeds: "M2 10h4l2-6 4 12 2-6h4",
  admin: "M10 7a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM10 2v3M10 15v3M2 10h3M15 10h3M4.3 4.3l2.2 2.2M13.5 13.5l2.2 2.2M15.7 4.3l-2.2 2.2M6.5 13.5l-2.2 2.2",
  search: "M9 3a6 6 0 1 1 0 12A6 6 0 0 1 9 3zM13.5 13.5L18 18",
  close: "M5 5l10 10M15 5L5 15",
  pen: "M4 16l1-4 8-8 3 3-8 8zM11 6l3 3",
  clock: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 6v4l3 2",
  split: "M3 4h14v12H3zM10 4v12",
  up: "M10 16V5M5 9l5-5 5 5",
  down: "M10 4v11M5 11l5 5 5-5",
  flat: "M4 10h12M12 6l4 4-4 4",
  check: "M4 11l4 4 8-10",
  sun: "M10 7a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM10 1v2M10 17v2M1 10h2M17 10h2M3.6 3.6L5 5M15 15l1.4 1.4M16.4 3.6L15 5M5 15l-1.4 1.4",
  moon: "M16 12A7 7 0 1 1 8 4a6 6 0 0 0 8 8z",
  auto: "M10 3a7 7 0 1 1 0 14zM10 3a7 7 0 1 0 0 14",
  help: "M7 8a3 3 0 1 1 4 2.8c-.8.4-1 .9-1 1.7M10 15.5v.5",
  pause: "M7 4v12M13 4v12",
  play: "M6 4l10 6-10 6z",
  alert: "M10 3l8 14H2zM10 8v4M10 14.5v.5",
  star: "M10 2.5l2.3 4.8 5.2.7-3.8 3.7.9 5.2-4.6-2.5-4.6 2.5.9-5.2L2.5 8l5.2-.7z",
  bed: "M2 5v11M2 13h16M18 16v-5a2 2 0 0 0-2-2H8v4M5 9a1.5 1.5 0 1 1 0 .1",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
