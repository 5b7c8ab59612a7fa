// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The one place that asks the server. Every failure is a sentence for people, in their language.
import { said } from "../text";

export class Failure extends Error {
  constructor(
    readonly status: number, // 0: no answer at all
    sentence: string,
  ) {
    super(sentence);
  }
}

const TIMEOUT_MS = 30_000;

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const answer = await fetch(path, { ...init, signal: stop.signal, credentials: "same-origin" });
    const body: unknown = await answer.json().catch(() => null);
    if (answer.ok && body !== null) return body as T;
    const sentence = (body as { error?: unknown } | null)?.error;
    throw new Failure(answer.status, typeof sentence === "string" ? said(sentence) : "");
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(0, "");
  } finally {
    clearTimeout(timer);
  }
}

export function get<T>(path: string, query: Record<string, string | number> = {}): Promise<T> {
  const text = new URLSearchParams(
    Object.entries(query).map(([k, v]) => [k, String(v)] as [string, string]),
  ).toString();
  return ask<T>(text ? `${path}?${text}` : path, { method: "GET" });
}

export function post<T>(path: string, body: unknown): Promise<T> {
  return ask<T>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}
