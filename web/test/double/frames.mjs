// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// WebSocket frames (RFC 6455) for the test double: text, close, ping.
import { createHash } from "node:crypto";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export function accept(key) {
  return createHash("sha1").update(key + GUID).digest("base64");
}

export function frame(opcode, payload) {
  const n = payload.length;
  const head =
    n < 126 ? Buffer.from([0x80 | opcode, n])
    : n < 65536 ? Buffer.from([0x80 | opcode, 126, n >> 8, n & 255])
    : Buffer.concat([Buffer.from([0x80 | opcode, 127, 0, 0, 0, 0]), uint32(n)]);
  return Buffer.concat([head, payload]);
}

function uint32(n) {
  const b = Buffer.alloc(4);
  b.writeUInt32BE(n);
  return b;
}

/** Calls on(opcode, payload) for each whole masked frame; returns what is left. */
export function parse(buffer, on) {
  for (;;) {
    if (buffer.length < 6) return buffer;
    let n = buffer[1] & 127;
    let at = 2;
    if (n === 126) {
      if (buffer.length < 8) return buffer;
      n = buffer.readUInt16BE(2);
      at = 4;
    } else if (n === 127) throw new Error("a browser sends no such frame");
    if (buffer.length < at + 4 + n) return buffer;
    const mask = buffer.subarray(at, at + 4);
    const payload = Buffer.from(buffer.subarray(at + 4, at + 4 + n).map((b, i) => b ^ mask[i % 4]));
    on(buffer[0] & 15, payload);
    buffer = buffer.subarray(at + 4 + n);
  }
}
