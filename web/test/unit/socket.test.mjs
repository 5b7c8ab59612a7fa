// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Goal: the browser's side of plx.1: hello, snapshot with held deltas, resume, acknowledgements, jumps
// of the number, back-off, states of the link. Oracle: web 5, played by a scripted server without a
// network. Tolerance: back-off 25 % (its jitter).
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { load } from "./load.mjs";

class FakeSocket {
  static OPEN = 1;
  static all = [];
  sent = [];
  readyState = 0;
  constructor(url, protocol) {
    Object.assign(this, { url, protocol });
    FakeSocket.all.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  say(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  close(code = 1000) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

globalThis.WebSocket = FakeSocket;
globalThis.performance ??= { now: () => Date.now() };
let clock = 0;
let timers = [];
let answers = [];

const { Live, linkOf } = await load("net/socket");

beforeEach(() => {
  FakeSocket.all = [];
  clock = 0;
  timers = [];
  answers = [];
  mock.method(performance, "now", () => clock);
  mock.method(globalThis, "setTimeout", (f, ms) => timers.push({ f, ms, at: clock + ms }));
  mock.method(globalThis, "clearTimeout", () => undefined);
  mock.method(globalThis, "setInterval", (f, ms) => timers.push({ f, ms, at: clock + ms, every: true }));
  globalThis.fetch = (path) => new Promise((done) => answers.push({ path, done }));
});
afterEach(() => mock.restoreAll());

const settle = () => new Promise((done) => setImmediate(done));
const reply = async (answer, body, status = 200) => {
  answer.done({ ok: status < 400, status, json: async () => body });
  await settle();
  await settle();
};

function listen() {
  const log = [];
  const note = (name) => (...args) => void log.push([name, ...args]);
  const to = Object.fromEntries(["snapshot", "delta", "time", "build", "lost", "problem", "refused"].map((n) => [n, note(n)]));
  to.link = (link) => (log.link = link);
  return { log, to, of: (name) => log.filter(([n]) => n === name) };
}

function begin(topics = ["board"]) {
  const l = listen();
  const live = new Live("ws://x/ws", "b1", l.to);
  live.start(topics);
  const socket = FakeSocket.all[0];
  socket.open();
  return { ...l, live, socket };
}

const welcome = (more) => ({ t: "welcome", v: 1, build: "b1", epoch: "e", j: 10, now: 5, resume: "snapshot", lost: [], ...more });

test("hello, then a snapshot with the deltas that came meanwhile", async () => {
  const { socket, of } = begin();
  assert.equal(socket.protocol, "plx.1");
  assert.deepEqual(socket.sent[0], { t: "hello", v: 1, build: "b1", epoch: "", subs: ["board"] });
  socket.say(welcome());
  socket.say({ t: "d", n: 1, j: 11, ops: [["enc:a", "hr", 1]] });
  socket.say({ t: "d", n: 2, j: 13, ops: [["enc:a", "hr", 2]] });
  assert.equal(answers[0].path, "/api/state?topic=board");
  assert.equal(of("delta").length, 0, "held");
  await reply(answers[0], { topic: "board", j: 12, rows: [] });
  assert.equal(of("snapshot").length, 1);
  assert.deepEqual(of("delta"), [["delta", "board", 13, [["enc:a", "hr", 2]]]], "only what the snapshot lacks");
});

test("heartbeats are acknowledged and carry the time", async () => {
  const { socket, of } = begin();
  socket.say(welcome());
  await reply(answers[0], { j: 12, rows: [] });
  socket.say({ t: "hb", n: 1, j: 20, now: 99 });
  assert.deepEqual(socket.sent.at(-1), { t: "ack", n: 1 });
  assert.deepEqual(of("time").at(-1), ["time", 99]);
});

async function connected() {
  const s = begin();
  s.socket.say(welcome());
  await reply(answers[0], { j: 12, rows: [] });
  s.socket.say({ t: "d", n: 1, j: 15, ops: [["enc:a", "hr", 1]] });
  return s;
}

test("it resumes from the last position it has", async () => {
  const { socket, of } = await connected();
  socket.say({ t: "hb", n: 2, j: 17, now: 1 });
  socket.close(1006);
  assert.ok(timers.at(-1).ms >= 375 && timers.at(-1).ms <= 625, "0.5 s and jitter");
  timers.at(-1).f();
  const next = FakeSocket.all[1];
  next.open();
  assert.deepEqual(next.sent[0], { t: "hello", v: 1, build: "b1", epoch: "e", j: 17, subs: ["board"] });
  next.say(welcome({ resume: "delta", j: 30 }));
  assert.equal(answers.length, 1, "no second snapshot");
  next.say({ t: "d", n: 1, j: 30, ops: [["enc:a", "hr", 9]] });
  assert.deepEqual(of("delta").at(-1), ["delta", "board", 30, [["enc:a", "hr", 9]]]);
});

test("another journal means a snapshot, whatever is said", async () => {
  const { socket } = await connected();
  socket.close(1006);
  timers.at(-1).f();
  FakeSocket.all[1].open();
  FakeSocket.all[1].say(welcome({ resume: "delta", epoch: "other" }));
  assert.equal(answers.length, 2);
});

test("a number that jumps forces a resume", async () => {
  const { socket } = await connected();
  socket.say({ t: "d", n: 3, j: 18, ops: [] });
  assert.equal(socket.readyState, 3);
  assert.ok(timers.at(-1).ms >= 375);
});

test("a snapshot that failed is said and asked for again", async () => {
  const { socket, of } = begin();
  socket.say(welcome());
  await reply(answers[0], { error: "The journal is being replayed." }, 503);
  assert.deepEqual(of("problem").at(-1), ["problem", "The journal is being replayed."]);
  timers.filter((t) => t.ms === 2000).at(-1).f();
  await reply(answers[1], { j: 12, rows: [] });
  assert.deepEqual(of("problem").at(-1), ["problem", null]);
  assert.equal(of("snapshot").length, 1);
});

test("a snapshot of a dead connection is not used", async () => {
  const { socket, of } = begin();
  socket.say(welcome());
  socket.close(1006);
  timers.at(-1).f();
  const next = FakeSocket.all[1];
  next.open();
  next.say(welcome({ j: 40 }));
  await reply(answers[0], { j: 12, rows: [] });
  assert.equal(of("snapshot").length, 0);
  await reply(answers[1], { j: 41, rows: [] });
  assert.equal(of("snapshot").length, 1);
});

test("a new topic: sub, the server's word, then its snapshot", async () => {
  const { live, socket, of } = await connected();
  live.subscribe("feeds");
  assert.deepEqual(socket.sent.at(-1), { t: "sub", subs: ["feeds"] });
  assert.equal(answers.length, 1);
  socket.say({ t: "subs", n: 2, j: 16, subs: ["board", "feeds"] });
  assert.equal(answers[1].path, "/api/state?topic=feeds");
  await reply(answers[1], { topic: "feeds", j: 16 });
  assert.equal(of("snapshot").at(-1)[1], "feeds");
  live.unsubscribe("feeds");
  assert.deepEqual(socket.sent.at(-1), { t: "unsub", subs: ["feeds"] });
});

test("waits grow to 8 s", () => {
  begin();
  const waits = [];
  for (let i = 0; i < 7; i++) {
    FakeSocket.all.at(-1).close(1006);
    waits.push(timers.at(-1).ms);
    timers.at(-1).f();
  }
  [500, 1000, 2000, 4000, 8000, 8000, 8000].forEach((ms, i) => assert.ok(Math.abs(waits[i] - ms) <= ms * 0.25, `${waits[i]}`));
});

test("codes that ask for a person end the trying", () => {
  for (const code of [4001, 4003, 4009]) {
    const { socket, of } = begin();
    const before = timers.length;
    FakeSocket.all.at(-1).close(code);
    void socket;
    assert.deepEqual(of("refused").at(-1), ["refused", code]);
    assert.equal(timers.length, before);
  }
});

test("LIVE below 2 s, LAGGING to 5 s, OFFLINE after", () => {
  assert.deepEqual([0, 2000, 2001, 5000, 5001].map((ms) => linkOf(ms, true)), ["live", "live", "lagging", "lagging", "offline"]);
  assert.deepEqual([0, 5001].map((ms) => linkOf(ms, false)), ["connecting", "offline"]);
});

test("a connection that says nothing is given up", async () => {
  const { socket, log } = await connected();
  const watch = timers.find((t) => t.every);
  clock = 3000;
  watch.f();
  assert.equal(log.link, "lagging");
  clock = 8001;
  watch.f();
  assert.equal(log.link, "offline");
  assert.equal(socket.readyState, 3);
});
