// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Sends the MLLP frames of a file one by one with Medplum's client and prints MSA-1 and MSA-2 of each answer:
//   node medplum_send.mjs PORT FILE
// Exit status 77 when Medplum is not installed (npm ci in this folder).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [port, file] = process.argv.slice(2);
const require = createRequire(import.meta.url);
let core, hl7;
try {
  core = require('@medplum/core');
  hl7 = require('@medplum/hl7');
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  process.exit(77);
}
const messages = readFileSync(file, 'latin1').split('\x1c').map((part) => part.slice(part.indexOf('\x0b') + 1));
messages.pop(); // what follows the last end
const client = new hl7.Hl7Client({ host: '127.0.0.1', port: Number(port) });
for (const message of messages) {
  const answer = await client.sendAndWait(core.Hl7Message.parse(message));
  const msa = answer.getSegment('MSA');
  console.log(`${msa.getField(1)} ${msa.getField(2)}`);
}
client.close();
