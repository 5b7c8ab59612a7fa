// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// A raw message as text, one segment a line, with a range of its bytes marked. Every byte is one
// character (ISO 8859-1), so a byte offset is a place in the text.
import { useEffect, useRef } from "preact/hooks";
import { t } from "../text";

export interface RawMessage {
  seq: number;
  iface: number;
  arrival: number;
  verdict: string;
  kind?: string;
  peer?: string;
  body: string;
}

const SHOWN_MAX = 200_000; // characters; more would freeze the page

/** Lines with their offset in the text; the terminators belong to the line before them. */
export function segmentsOf(body: string): { from: number; text: string }[] {
  const lines: { from: number; text: string }[] = [];
  let from = 0;
  for (const line of body.split(/(?<=\r\n|\r(?!\n)|\n)/)) {
    lines.push({ from, text: line.replace(/[\r\n]+$/, "") });
    from += line.length;
  }
  return lines;
}

/** UTF-8 bytes that came as one character each, for the eye; as they are when they are no UTF-8. */
export function readable(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  try {
    const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}

const visible = (text: string) =>
  readable(text).replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (c) => String.fromCharCode(0x2400 + (c.charCodeAt(0) & 0x1f)));

interface RawProps {
  body: string;
  from?: number | undefined;
  length?: number;
}

export function RawText({ body, from: begin, length }: RawProps) {
  const whole = begin === 0 && (length ?? 0) >= body.length; // all of it: nothing to point at
  const from = whole ? undefined : begin;
  const marked = useRef<HTMLElement>(null);
  useEffect(() => marked.current?.scrollIntoView({ block: "center" }), [body, from]);
  const text = body.slice(0, SHOWN_MAX);
  const to = from === undefined ? undefined : from + Math.max(1, length ?? 1);
  return (
    <ol class="raw" tabIndex={0} aria-label={t("raw.label")}>
      {segmentsOf(text).map((line) => {
        const end = line.from + line.text.length;
        const hit = from !== undefined && to !== undefined && from <= end && to > line.from;
        if (!hit) return <li key={line.from}>{visible(line.text) || " "}</li>;
        const a = Math.max(0, from - line.from);
        const b = Math.min(line.text.length, to - line.from);
        return (
          <li key={line.from} class="raw-hit">
            {visible(line.text.slice(0, a))}
            <mark ref={from >= line.from || line.from === 0 ? marked : null}>
              {visible(line.text.slice(a, b)) || "⏎"}
            </mark>
            {visible(line.text.slice(b))}
          </li>
        );
      })}
      {body.length > SHOWN_MAX && <li>{t("raw.cut", { n: body.length })}</li>}
    </ol>
  );
}
