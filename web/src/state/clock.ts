// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The server's time, carried on by performance.now() and never by this machine's clock. A demo may run
// faster than life: its speed is measured from two heartbeats.
import { signal } from "@preact/signals";

const TICK_MS = 250;
const SPEED_SPAN_MS = 900; // two readings closer than this tell no speed

interface Reading {
  now: number; // us
  at: number; // performance.now(), ms
}

let base: Reading | null = null;
let previous: Reading | null = null;
let speed = 1;

/** Server time in us, one step a second: what draws an age depends on it. 0 before the first word. */
export const second = signal(0);

/** Server time in us now. */
export function serverNow(at = performance.now()): number {
  return base ? base.now + (at - base.at) * 1000 * speed : 0;
}

export function setServerTime(now: number, at = performance.now()): void {
  if (previous && at - previous.at > SPEED_SPAN_MS) {
    const measured = (now - previous.now) / ((at - previous.at) * 1000);
    speed = Math.abs(measured - 1) < 0.1 || !(measured > 0) ? 1 : measured;
    previous = { now, at };
  }
  previous ??= { now, at };
  base = { now, at };
  tick();
}

function tick(): void {
  if (!base) return;
  const now = Math.floor(serverNow() / 1e6) * 1e6;
  if (now !== second.peek()) second.value = now;
}

export function startClock(): void {
  setInterval(tick, TICK_MS);
}
