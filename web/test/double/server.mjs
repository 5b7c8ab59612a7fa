// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// A stand-in for the served API with a made-up department, for work on the pages and for tests of looks
// that no real feed shows together. It is not the server: `node test/double/server.mjs [PORT]`.
import http from "node:http";
import { pathToFileURL } from "node:url";
import { build } from "../../build.mjs";
import { accept, frame, parse } from "./frames.mjs";
import { bodyOf, trustDocument, whatif } from "./twin.mjs";
import { boardDocument, feedsDocument, live, makeWorld, why } from "./world.mjs";

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'";
const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
const RING = 200;

let pages = null; // built once

export class Double {
  constructor(options = {}) {
    this.world = options.world ?? makeWorld(options);
    this.epoch = options.epoch ?? "double";
    this.lag = 0;
    this.batches = [];
    this.viewers = new Set();
    this.posts = [];
    this.server = http.createServer((q, a) => void this.answer(q, a));
    this.server.on("upgrade", (q, s) => this.upgrade(q, s));
  }

  now() {
    return Date.now() * 1000;
  }

  async start(port = 0) {
    pages ??= build();
    this.files = new Map((await pages).files.map((f) => [f.path, f.bytes]));
    await new Promise((done) => this.server.listen(port, "127.0.0.1", done));
    this.port = this.server.address().port;
    this.timer = setInterval(() => this.publish(live(this.world, this.now())), 1000);
    this.heart = setInterval(() => this.all({ t: "hb", now: this.now() }), 800);
    return `http://127.0.0.1:${this.port}/`;
  }

  async stop() {
    clearInterval(this.timer);
    clearInterval(this.heart);
    for (const v of this.viewers) v.socket.destroy();
    this.server.closeAllConnections?.();
    await new Promise((done) => this.server.close(done));
  }

  publish(ops) {
    this.batches.push({ j: this.world.j, ops });
    if (this.batches.length > RING) this.batches.shift();
    this.all({ t: "d", ops });
  }

  all(message) {
    for (const v of this.viewers) if (v.greeted) this.send(v, { ...message, n: ++v.n, j: this.world.j });
  }

  send(viewer, message) {
    viewer.socket.write(frame(1, Buffer.from(JSON.stringify(message))));
  }

  upgrade(request, socket) {
    socket.on("error", () => socket.destroy());
    if (request.url !== "/ws" || request.headers.origin !== `http://${request.headers.host}`) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Accept: ${accept(request.headers["sec-websocket-key"])}\r\nSec-WebSocket-Protocol: plx.1\r\n\r\n`,
    );
    const viewer = { socket, n: 0, greeted: false };
    this.viewers.add(viewer);
    let rest = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      rest = parse(Buffer.concat([rest, bytes]), (op, payload) => {
        if (op === 8) socket.end(frame(8, payload));
        if (op === 1) this.hear(viewer, JSON.parse(payload.toString()));
      });
    });
    socket.on("close", () => this.viewers.delete(viewer));
  }

  hear(viewer, message) {
    if (message.t === "hello") {
      const covered = message.epoch === this.epoch && this.batches[0] && message.j >= this.batches[0].j;
      this.send(viewer, { t: "welcome", v: 1, build: "double", epoch: this.epoch, j: this.world.j, now: this.now(), resume: covered ? "delta" : "snapshot", lost: [] });
      viewer.greeted = true;
      if (covered) {
        const ops = this.batches.filter((b) => b.j >= message.j).flatMap((b) => b.ops);
        this.send(viewer, { t: "d", n: ++viewer.n, j: this.world.j, ops });
      }
    } else if (message.t === "sub" || message.t === "unsub") {
      this.send(viewer, { t: "subs", n: ++viewer.n, j: this.world.j, subs: message.subs });
    }
  }

  reply(answer, status, body, type = "application/json") {
    answer.writeHead(status, { "Content-Type": type, "Content-Security-Policy": CSP, "Cache-Control": "no-store" });
    answer.end(body);
  }

  async answer(request, answer) {
    const url = new URL(request.url, "http://localhost");
    const file = this.files.get(url.pathname);
    if (file) {
      const ext = url.pathname.split(".")[1];
      return this.reply(answer, 200, file, `${TYPES[ext] ?? "text/html"}; charset=utf-8`);
    }
    const json = (value) => this.reply(answer, 200, JSON.stringify(value));
    const sorry = (status, error) => this.reply(answer, status, JSON.stringify({ error }));
    if (request.method === "POST") return this.post(url.pathname, await body(request), json, sorry);
    if (url.pathname === "/api/state") return this.state(url.searchParams.get("topic"), json, sorry);
    if (url.pathname === "/api/feeds") return json(feedsDocument(this.world, this.now()));
    if (url.pathname.startsWith("/api/why/")) {
      const tree = why(this.world, url.pathname.slice(9));
      return tree ? json(tree) : sorry(404, "Nothing is known under that id.");
    }
    if (url.pathname === "/api/feeds/raw") {
      const seq = Number(url.searchParams.get("seq"));
      const dead = this.world.dead.find((d) => d.seq === seq) ?? this.world.dead[0];
      return json({ seq, iface: dead.iface, arrival: dead.arrival, verdict: "error", body: dead.body });
    }
    return sorry(404, "There is nothing at this address.");
  }

  state(topic, json, sorry) {
    const now = this.now();
    if (topic === "feeds") return json(feedsDocument(this.world, now));
    if (topic === "trust") return json(trustDocument(this.world, now));
    if (!topic.startsWith("enc:")) return json(boardDocument(this.world, now));
    const row = this.world.rows.get(topic.slice(4));
    if (!row) return sorry(404, "No such stay; it may have left the twin.");
    const followed = row.c.risk?.v !== undefined;
    return json({ topic, j: this.world.j, now, demo: this.world.demo, ...row, body: followed ? bodyOf(now) : null });
  }

  whatif(question, json, sorry) {
    const result = whatif(question, this.now());
    if (result.error) return sorry(400, result.error);
    this.world.j++;
    json({ j: this.world.j, i: "wi1", result });
    return this.publish([[`enc:${question.stay}`, "whatif", result]]);
  }

  post(path, request, json, sorry) {
    this.posts.push({ path, request });
    if (path === "/api/whatif/patient") return this.whatif(request, json, sorry);
    const dead = this.world.dead.find((d) => d.seq === request.seq);
    if (!dead) return sorry(400, "No dead letter has that number.");
    this.world.j += 1;
    if (path === "/api/feeds/discard") {
      dead.state = "discarded";
      json({ seq: this.world.j, verdict: "accepted", outcome: "internal" });
    } else if (request.body.includes("19550230") || request.body.includes("1,4")) {
      dead.attempts++;
      json({ seq: this.world.j, verdict: "error", outcome: "dead", reason: "the version (MSH-12) is not 2.1 to 2.9" });
    } else {
      dead.state = "fixed";
      json({ seq: this.world.j, verdict: "accepted", outcome: "applied" });
    }
    return this.publish([["feeds", "all", feedsDocument(this.world, this.now())]]);
  }
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(await new Double().start(Number(process.argv[2] ?? 8090)));
