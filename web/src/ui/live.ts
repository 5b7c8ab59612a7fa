// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// A value that follows signals (mostly the second) and is made anew when what it was made from changes.
import { computed, type ReadonlySignal } from "@preact/signals";
import { useMemo } from "preact/hooks";

export function useLive<T>(compute: () => T, from: readonly unknown[]): ReadonlySignal<T> {
  return useMemo(() => computed(compute), from);
}
