// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// plx.1 (design web 5) from the browser's side: hello, resume, snapshots over HTTP with deltas held
// meanwhile, acknowledgements, and coming back after every loss. It knows topics, not screens.
import type { Op } from "../state/model";
import { opsOf } from "../state/reduce";
import { get, type Failure } from "./http";

export type Link = "connecting" | "live" | "lagging" | "offline";

export interface Document {
  j: number;
}

export interface Listener {
  snapshot(topic: string, document: Document): void;
  delta(topic: string, j: number, ops: Op[]): void;
  time(now: number): void;
  link(link: Link, silentMs: number): void;
  build(build: string): void;
  lost(items: { reason: string; count: number }[]): void;
  problem(sentence: string | null): void;
  /** Of a topic that may not exist (one stay): what was answered; 200 when it came. */
  member?(topic: string, status: number, sentence: string): void;
  refused(code: number): void;
}

interface Topic {
  loaded: boolean;
  loading: boolean;
  j: number;
  held: { j: number; ops: Op[] }[];
}

type Message =
  | { t: "welcome"; build: string; epoch: string; j: number; now: number; resume: string; lost?: [] }
  | { t: "d"; n: number; j: number; ops: Op[] }
  | { t: "hb"; n: number; j: number; now: number }
  | { t: "subs"; n: number; j: number; subs: string[] };

const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000];
const LAGGING_MS = 2000;
const OFFLINE_MS = 5000;
const GIVE_UP_MS = 8000; // an open connection that says nothing is dead
const RETRY_MS = 2000;
const WATCH_MS = 250;

export function linkOf(silentMs: number, ever: boolean): Link {
  if (!ever) return silentMs > OFFLINE_MS ? "offline" : "connecting";
  if (silentMs <= LAGGING_MS) return "live";
  return silentMs <= OFFLINE_MS ? "lagging" : "offline";
}

export class Live {
  private socket: WebSocket | null = null;
  private topics = new Map<string, Topic>();
  private epoch = "";
  private n = 0;
  private tries = 0;
  private ever = false;
  private heardAt = performance.now();
  private openedAt = 0;
  private welcomed = false;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly build: string,
    private readonly to: Listener,
  ) {}

  start(topics: string[]): void {
    for (const topic of topics) this.topics.set(topic, fresh());
    this.connect();
    setInterval(() => this.watch(), WATCH_MS);
  }

  /** From the server's confirmation on, changes come; then the snapshot is asked for. */
  subscribe(topic: string): void {
    if (this.topics.has(topic)) return;
    this.topics.set(topic, fresh());
    if (this.welcomed) this.send({ t: "sub", subs: [topic] });
  }

  unsubscribe(topic: string): void {
    if (!this.topics.delete(topic)) return;
    if (this.welcomed) this.send({ t: "unsub", subs: [topic] });
  }

  private connect(): void {
    if (this.stopped) return;
    const socket = new WebSocket(this.url, "plx.1");
    this.socket = socket;
    this.welcomed = false;
    this.n = 0;
    this.openedAt = performance.now();
    socket.onopen = () => this.hello();
    socket.onmessage = (event) => {
      if (socket === this.socket) this.receive(String(event.data));
    };
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      this.socket = null;
      this.closed(event.code);
    };
  }

  private closed(code: number): void {
    this.welcomed = false;
    if (code === 4001 || code === 4003 || code === 4009) {
      this.stopped = true;
      this.to.refused(code);
      return;
    }
    const wait = BACK_OFF_MS[Math.min(this.tries++, BACK_OFF_MS.length - 1)] ?? 8000;
    setTimeout(() => this.connect(), wait * (0.75 + Math.random() * 0.5));
  }

  private send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private hello(): void {
    const loaded = [...this.topics.values()].filter((t) => t.loaded);
    const j = loaded.length ? Math.min(...loaded.map((t) => t.j)) : undefined;
    this.send({
      t: "hello",
      v: 1,
      build: this.build,
      epoch: this.epoch,
      ...(j === undefined ? {} : { j }),
      subs: [...this.topics.keys()],
    });
  }

  private receive(text: string): void {
    this.heardAt = performance.now();
    const message = JSON.parse(text) as Message;
    if (message.t === "welcome") {
      this.welcome(message);
    } else if (message.n !== this.n + 1) {
      this.drop(); // a message is missing: resume
      return;
    } else {
      this.n = message.n;
      if (message.t === "d") this.delta(message.j, message.ops);
      else if (message.t === "hb") this.heartbeat(message);
      else for (const topic of message.subs) this.loadIfNew(topic);
    }
    this.watch();
  }

  private welcome(message: Extract<Message, { t: "welcome" }>): void {
    this.tries = 0;
    this.ever = true;
    this.welcomed = true;
    this.to.time(message.now);
    this.to.build(message.build);
    if (message.lost?.length) this.to.lost(message.lost);
    const whole = message.resume !== "delta" || message.epoch !== this.epoch;
    this.epoch = message.epoch;
    for (const [name, topic] of this.topics) {
      // a document told twice a second may lie a little behind the position of the others
      if (whole || name !== "board") topic.loaded = false;
      this.loadIfNew(name);
    }
  }

  private heartbeat(message: Extract<Message, { t: "hb" }>): void {
    this.to.time(message.now);
    for (const topic of this.topics.values())
      if (topic.loaded) topic.j = Math.max(topic.j, message.j);
    this.send({ t: "ack", n: message.n });
  }

  private delta(j: number, ops: Op[]): void {
    for (const [name, topic] of this.topics) {
      const own = opsOf(name, ops);
      if (!topic.loaded) {
        topic.held.push({ j, ops: own });
      } else if (j >= topic.j) {
        topic.j = j;
        if (own.length) this.to.delta(name, j, own);
      }
    }
  }

  private loadIfNew(name: string): void {
    const topic = this.topics.get(name);
    if (!topic || topic.loaded || topic.loading) return;
    topic.loading = true;
    topic.held = [];
    const socket = this.socket;
    get<Document>("/api/state", { topic: name }).then(
      (document) => {
        topic.loading = false;
        if (this.topics.get(name) !== topic) return;
        if (socket !== this.socket) {
          // the connection that held the deltas is gone: the next one asks again
          if (this.welcomed) this.loadIfNew(name);
          return;
        }
        this.loaded(name, topic, document);
      },
      (error: Failure) => {
        topic.loading = false;
        if (this.topics.get(name) !== topic) return;
        this.told(name, error.status, error.message);
        setTimeout(() => this.welcomed && this.loadIfNew(name), RETRY_MS);
      },
    );
  }

  private loaded(name: string, topic: Topic, document: Document): void {
    topic.loaded = true;
    topic.j = document.j;
    this.told(name, 200, "");
    this.to.snapshot(name, document);
    for (const { j, ops } of topic.held) {
      if (j <= document.j) continue;
      topic.j = j;
      if (ops.length) this.to.delta(name, j, ops);
    }
    topic.held = [];
  }

  private told(name: string, status: number, sentence: string): void {
    if (name.includes(":")) this.to.member?.(name, status, sentence);
    else this.to.problem(sentence || null);
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.closed(0);
  }

  private watch(): void {
    const silent = performance.now() - this.heardAt;
    this.to.link(linkOf(silent, this.ever), silent);
    const dead = Math.min(silent, performance.now() - this.openedAt) > GIVE_UP_MS;
    if (dead && this.socket) this.drop();
  }
}

function fresh(): Topic {
  return { loaded: false, loading: false, j: 0, held: [] };
}
