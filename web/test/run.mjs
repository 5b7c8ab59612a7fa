// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// All browser tests: `POLLUX=path/to/pollux node test/run.mjs`. Starts a demo (unless POLLUX_URL names
// one), runs everything in test/browser with Node's runner, stops the demo by its process id.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Pollux } from "./browser/pollux.mjs";

const HERE = join(dirname(fileURLToPath(import.meta.url)), "browser");
const binary = process.env.POLLUX ? resolve(process.env.POLLUX) : "";

const demo = binary && !process.env.POLLUX_URL ? new Pollux(binary, ["demo", "--seed", "1"]) : null;
const env = { ...process.env, ...(binary ? { POLLUX: binary } : {}) };
let status = 1;
try {
  if (demo) env.POLLUX_URL = await demo.start();
  // Node runs them by name: the demo's own come last, when its live twins have followed somebody for a while
  const files = readdirSync(HERE).filter((f) => f.endsWith(".test.mjs")).map((f) => join(HERE, f));
  const runner = spawn(process.execPath, ["--test", "--test-reporter=tap", ...files], { stdio: "inherit", env, cwd: join(HERE, "../..") });
  status = await new Promise((done) => runner.on("exit", (code) => done(code ?? 1)));
} catch (error) {
  console.error(error.message);
} finally {
  if (demo?.process) await demo.stop();
  demo?.remove();
}
process.exit(status);
