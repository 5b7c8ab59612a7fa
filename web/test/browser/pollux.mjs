// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The real server under test: started on free ports with a directory of its own, spoken to over MLLP,
// stopped by its process id.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./browser.mjs";

export function freePort() {
  return new Promise((done, failed) => {
    const server = net.createServer();
    server.on("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export class Pollux {
  constructor(binary, words = ["serve"]) {
    Object.assign(this, { binary, words });
  }

  async start() {
    this.http ??= await freePort();
    this.mllp ??= await freePort();
    this.data ??= mkdtempSync(join(tmpdir(), "pollux-data-"));
    const args = [...this.words, "--http", `127.0.0.1:${this.http}`, "--data", this.data];
    if (this.words[0] === "serve") args.push("--mllp", `127.0.0.1:${this.mllp}`);
    this.said = "";
    this.process = spawn(this.binary, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.ended = new Promise((done) => this.process.on("exit", done));
    for (const s of [this.process.stdout, this.process.stderr]) s.on("data", (b) => (this.said = (this.said + b).slice(-4000)));
    this.url = `http://127.0.0.1:${this.http}/`;
    await until(async () => {
      if (this.process.exitCode !== null) throw new Error(`the server ended: ${this.said}`);
      return fetch(`${this.url}health/ready`).then((r) => r.ok, () => false);
    }, "the server is ready", 60000);
    return this.url;
  }

  async stop(signal = "SIGTERM") {
    this.process.kill(signal);
    await this.ended;
  }

  remove() {
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Sends messages on one connection; the MSA-1 of each answer. */
  async send(...messages) {
    const socket = net.connect(this.mllp, "127.0.0.1");
    const codes = [];
    let rest = "";
    socket.on("data", (bytes) => {
      rest += bytes.toString("latin1");
      for (let end; (end = rest.indexOf("\x1c\r")) >= 0; rest = rest.slice(end + 2))
        codes.push(/MSA\|(\w\w)/.exec(rest.slice(0, end))?.[1] ?? "?");
    });
    for (const m of messages) socket.write(Buffer.concat([Buffer.from([11]), Buffer.from(m, "utf8"), Buffer.from([28, 13])]));
    await until(() => codes.length === messages.length, "every message is answered");
    socket.end();
    return codes;
  }
}

let control = 0;

/** Time in HL7 form, UTC, some seconds ago. */
export function hl7Time(secondsAgo = 0) {
  return `${new Date(Date.now() - secondsAgo * 1000).toISOString().replace(/[-:T]/g, "").slice(0, 14)}+0000`;
}

function msh(type, application) {
  return `MSH|^~\\&|${application}|TEST|POLLUX|ED|${hl7Time()}||${type}|W${Date.now()}${control++}|P|2.5.1||||||UNICODE UTF-8`;
}

/** A04: a patient arrives in a bed. */
export function arrival({ n, family, given = "TEST", bed, area = "Majors", complaint = "pain" }) {
  return [
    msh("ADT^A04^ADT_A01", "REGISTRATION"),
    `EVN||${hl7Time()}`,
    `PID|1||W${n}^^^TEST^MR||${family}^${given}||19800101|F`,
    `PV1|1|E|${area}^${bed}^^TEST||||||||||||||||V${n}^^^TEST^VN|||||||||||||||||||||||||${hl7Time(600)}`,
    `PV2|||^${complaint}`,
  ].join("\r") + "\r";
}

const CODES = {
  hr: ["8867-4^Heart rate^LN", "/min"],
  rr: ["9279-1^Respiratory rate^LN", "/min"],
  spo2: ["59408-5^Oxygen saturation^LN", "%"],
  temp: ["8310-5^Body temperature^LN", "Cel"],
};

/** R01: vital signs of a visit. */
export function vitals(n, values, secondsAgo = 0) {
  const obx = Object.entries(values).map(([name, v], i) => `OBX|${i + 1}|NM|${CODES[name][0]}||${v}|${CODES[name][1]}|||||F|||${hl7Time(secondsAgo)}`);
  return [
    msh("ORU^R01^ORU_R01", "MONITOR"),
    `PID|1||W${n}^^^TEST^MR`,
    `PV1|1|E|||||||||||||||||V${n}^^^TEST^VN`,
    `OBR|1|||182777000^Monitoring of patient^SCT|||${hl7Time(secondsAgo)}`,
    ...obx,
  ].join("\r") + "\r";
}
