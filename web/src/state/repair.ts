// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// A dead letter as a person edits it, and back to its bytes. The server sends each byte as one character
// (ISO 8859-1); a person reads UTF-8 and one segment a line. Pure.

export interface Editable {
  text: string; // lines separated by \n
  utf8: boolean; // the bytes above 0x7F were UTF-8
  ending: string; // the segment terminator of the message
}

function decodeUtf8(body: string): string | null {
  try {
    const bytes = Uint8Array.from(body, (c) => c.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function toEditable(body: string): Editable {
  const decoded = decodeUtf8(body);
  const ending = body.includes("\r\n") ? "\r\n" : body.includes("\r") || !body.includes("\n") ? "\r" : "\n";
  const text = (decoded ?? body).split(ending).join("\n");
  return { text, utf8: decoded !== null, ending };
}

/** null when a character cannot be written in the encoding of the message. */
export function fromEditable(edited: Editable): string | null {
  const joined = edited.text.replace(/\r\n?|\n/g, edited.ending);
  if (!edited.utf8) return /[^\x00-\xff]/.test(joined) ? null : joined;
  return bytesText(new TextEncoder().encode(joined));
}

function bytesText(bytes: Uint8Array): string {
  let text = "";
  for (const b of bytes) text += String.fromCharCode(b);
  return text;
}

export interface DiffLine {
  how: " " | "-" | "+";
  text: string;
}

/** Lines that differ, between what both have at the beginning and at the end. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const line = (how: DiffLine["how"]) => (text: string): DiffLine => ({ how, text });
  return [
    ...a.slice(head, a.length - tail).map(line("-")),
    ...b.slice(head, b.length - tail).map(line("+")),
  ];
}
