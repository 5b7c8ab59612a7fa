// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Medplum's MLLP server on a free port, which it prints; answers every message with its own ACK.
// Ends when its standard input does. Exit status 77 when Medplum is not installed.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let hl7;
try {
  hl7 = require('@medplum/hl7');
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  process.exit(77);
}
const server = new hl7.Hl7Server((connection) => {
  connection.addEventListener('message', (event) => event.connection.send(event.message.buildAck()));
});
server.start(0);
server.server.on('listening', () => console.log(server.server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
