// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// What a user prefers, kept in this browser; never anything about a patient. A browser that keeps
// nothing (private mode) works too.
export function load(key: string): string | null {
  try {
    return localStorage.getItem(`plx.${key}`);
  } catch {
    return null;
  }
}

export function save(key: string, value: string): void {
  try {
    localStorage.setItem(`plx.${key}`, value);
  } catch {
    return; // not kept: it holds until the page is closed
  }
}
