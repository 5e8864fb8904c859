// The one connection for live data: follows channels, resumes, notices silence, falls back.
//
// Invariant: a sink sees its channel without a gap. After a hole or a wrong checksum it sees
// nothing until a fresh snapshot.

import { Emitter } from "../emitter";
import { waitMs } from "./backoff";
import type { Link, LinkKind, Links } from "./link";
import { type Answer, type ChannelMessage, type Message, decode, isControl } from "./messages";
import { Sequence } from "./sequence";

/** Takes one message of a channel; false when the copy is wrong and must begin anew. */
export type Sink = (message: ChannelMessage) => boolean;

/** `lagging`: late or cut short, still true. `stale`: nothing was heard, numbers are old. */
export type FeedState = "connecting" | "live" | "lagging" | "stale" | "reconnecting";

/** Why a session is over: nobody is logged in with this browser any more, or somebody else is. */
export type Ending = "unauthenticated" | "another";

export interface FeedOptions {
  readonly links: Links;
  /** The venue's answer over REST: how long it took in milliseconds, or why it gave none. */
  readonly ping: () => Promise<number | Ending>;
  readonly now?: () => number;
  readonly chance?: () => number;
}

const TICK_MS = 500;
const LAGGING_MS = 1_500;
export const STALE_MS = 3_000;
/** A connection that did not open for so long is given up. */
const OPENING_MS = 4_000;
/** A connection that was silent for so long is given up. */
const DEAD_MS = 12_000;
const ANSWER_MS = 5_000;
const LAGGED_SHOWN_MS = 3_000;
/** After so many sockets that never opened, server-sent events are tried. */
const SOCKETS_TRIED_MAX = 2;

interface Followed {
  readonly sink: Sink;
  readonly sequence: Sequence;
}

interface Waiting {
  readonly sentAt: number;
  readonly settle: (answer: Answer | null) => void;
}

export class Feed extends Emitter {
  readonly #options: FeedOptions;
  readonly #now: () => number;
  readonly #channels = new Map<string, Followed>();
  readonly #waiting = new Map<string, Waiting>();
  #link: Link | null = null;
  #isOpen = false;
  /** Set by a refusal of channels, until they are given: what is shown stands still meanwhile. */
  #isRefused = false;
  #connectedAt = 0;
  #wasOpen = false;
  #tries = 0;
  #socketsTried = 0;
  #requests = 0;
  #resume: number | null = null;
  #seq = 0;
  #heardAt = 0;
  #laggedAt = -LAGGED_SHOWN_MS;
  #latencyMs: number | null = null;
  #state: FeedState = "connecting";
  /** Since when an answer is owed; `null` while none is. */
  #askedAt: number | null = null;
  #isPinging = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #isStopped = true;
  /** Called when the venue says that whoever began this is not logged in any more. */
  onEnded: (why: Ending) => void = () => {};

  constructor(options: FeedOptions) {
    super();
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  get state(): FeedState {
    return this.#state;
  }

  get kind(): LinkKind {
    return this.#link?.kind ?? "socket";
  }

  /** The last seq up to which everything of the followed channels was told. */
  get seq(): number {
    return this.#seq;
  }

  /** How long the venue took for the last round trip. */
  get latencyMs(): number | null {
    return this.#latencyMs;
  }

  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#connect();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#ticker);
    clearTimeout(this.#retry);
    this.#drop();
  }

  follow(channel: string, sink: Sink): void {
    this.#channels.set(channel, { sink, sequence: new Sequence() });
    if (!this.#isOpen) return;
    if (this.#link?.kind === "socket") this.#wish("subscribe", { channels: [channel] });
    else this.#reconnect(0);
  }

  unfollow(channel: string): void {
    this.#channels.delete(channel);
    if (this.#isOpen) void this.request("unsubscribe", { channels: [channel] });
  }

  /**
   * Sends an operation over the socket. The promise gives `null` when the answer was lost: the
   * operation may have happened. `undefined` at once means that it was not sent at all.
   */
  request(op: string, members: object, waitMax = ANSWER_MS): Promise<Answer | null> | undefined {
    if (!this.#isOpen || this.#link?.kind !== "socket") return undefined;
    const id = `${++this.#requests}`;
    if (!this.#link.send(JSON.stringify({ op, id, ...members }))) return undefined;
    return new Promise((settle) => {
      const timer = setTimeout(() => this.#settle(id, null), waitMax);
      const done = (answer: Answer | null) => {
        clearTimeout(timer);
        settle(answer);
      };
      this.#waiting.set(id, { sentAt: this.#now(), settle: done });
    });
  }

  /** Asks for channels. Without them numbers stand still: a refusal is as good as a broken link. */
  #wish(op: "subscribe" | "resync", members: object): void {
    const link = this.#link;
    void this.request(op, members)?.then((answer) => {
      if (answer === null || link !== this.#link) return;
      this.#isRefused = answer.status >= 400;
      if (this.#isRefused) return this.#closed();
      this.#tries = 0;
      this.#judge();
    });
  }

  #settle(id: string, answer: Answer | null): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    if (answer !== null) this.#latencyMs = this.#now() - waiting.sentAt;
    waiting.settle(answer);
  }

  #connect(): void {
    if (this.#isStopped) return;
    const isStream = this.#socketsTried >= SOCKETS_TRIED_MAX && this.#channels.size > 0;
    let link: Link | null = null;
    const isCurrent = () => link !== null && link === this.#link;
    const events = {
      opened: () => isCurrent() && this.#opened(),
      received: (text: string) => isCurrent() && this.#received(text),
      closed: () => isCurrent() && this.#closed(),
    };
    const { links } = this.#options;
    link = isStream ? links.stream([...this.#channels.keys()], events) : links.socket(events);
    this.#link = link;
    this.#connectedAt = this.#now();
  }

  #opened(): void {
    // While there was no link, another tab may have logged out, and somebody else in.
    if (this.#wasOpen) this.#askWho();
    this.#isOpen = true;
    this.#wasOpen = true;
    this.#askedAt = null;
    this.#heardAt = this.#now();
    const isSocket = this.#link?.kind === "socket";
    // A stream that begins anew for another channel stays a stream.
    if (isSocket) this.#socketsTried = 0;
    if (!isSocket || this.#channels.size === 0) {
      this.#tries = 0;
      this.#isRefused = false;
    } else {
      const channels = [...this.#channels.keys()];
      const isWhole = [...this.#channels.values()].every(({ sequence }) => sequence.isSynced);
      const resume = isWhole && this.#resume !== null ? { resume: this.#resume } : {};
      this.#wish("subscribe", { channels, ...resume });
    }
    this.#judge();
  }

  #closed(): void {
    if (!this.#isOpen && this.#link?.kind === "socket") this.#socketsTried += 1;
    else this.#socketsTried = 0;
    this.#drop();
    this.#judge();
    this.#askWho();
    this.#reconnect(waitMs(this.#tries++, (this.#options.chance ?? Math.random)()));
  }

  /** Asks over REST whether whoever began this is still logged in. */
  #askWho(): void {
    void this.#options.ping().then(
      (answer) => {
        if (typeof answer !== "number" && !this.#isStopped) this.onEnded(answer);
      },
      () => {
        // Nobody answers: then it is not the socket's fault, and a socket is tried again.
        this.#socketsTried = 0;
      },
    );
  }

  #reconnect(afterMs: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#drop();
      this.#connect();
    }, afterMs);
  }

  #drop(): void {
    const link = this.#link;
    this.#link = null;
    this.#isOpen = false;
    link?.close();
    for (const id of this.#waiting.keys()) this.#settle(id, null);
  }

  #received(text: string): void {
    this.#heardAt = this.#now();
    const message = decode(text);
    if (message === null) return;
    if (isControl(message)) this.#control(message);
    else this.#deliver(message);
  }

  #deliver(message: ChannelMessage): void {
    const followed = this.#channels.get(message.channel);
    if (followed === undefined) return;
    const wasSynced = followed.sequence.isSynced;
    const verdict = followed.sequence.take(message);
    if (verdict === "again") return;
    if (verdict === "next" && followed.sink(message)) return;
    followed.sequence.lose();
    // One request is enough: what comes before its snapshot is a gap as well.
    if (wasSynced || verdict === "next") this.#resync(message.channel);
  }

  #resync(channel: string): void {
    if (this.#link?.kind === "socket") this.#wish("resync", { channel });
    else this.#reconnect(0);
  }

  #control(message: Exclude<Message, ChannelMessage>): void {
    switch (message.type) {
      case "cut":
      case "heartbeat":
        this.#resume = message.last_seq;
        this.#seq = message.last_seq;
        this.#judge();
        this.changed();
        return;
      case "reset":
        this.#resume = null;
        for (const { sequence } of this.#channels.values()) sequence.lose();
        return;
      case "lagged":
        this.#laggedAt = this.#now();
        this.#judge();
        return;
      case "end":
        return;
      case "answer":
        this.#askedAt = null;
        if (message.id !== undefined) this.#settle(message.id, message);
        this.#judge();
    }
  }

  #tick(): void {
    const openingMs = this.#now() - this.#connectedAt;
    if (this.#link !== null && !this.#isOpen && openingMs > OPENING_MS) this.#closed();
    if (this.#isOpen && this.#silentMs() > DEAD_MS) this.#closed();
    if (this.#isOpen && this.#link?.kind === "socket" && this.#askedAt === null) this.#pingSocket();
    if (this.#isOpen && this.#link?.kind === "stream" && !this.#isPinging) void this.#pingRest();
    this.#judge();
  }

  /** Any answer shows that the venue is there; this request changes nothing. */
  #pingSocket(): void {
    this.#askedAt = this.#now();
    void this.request("unsubscribe", { channels: [] });
  }

  async #pingRest(): Promise<void> {
    const link = this.#link;
    this.#askedAt ??= this.#now();
    this.#isPinging = true;
    try {
      const answer = await this.#options.ping();
      if (link !== this.#link) return;
      if (typeof answer !== "number") return this.onEnded(answer);
      this.#latencyMs = answer;
      this.#heardAt = this.#now();
      this.#askedAt = null;
    } catch {
      // The answer is still owed; the next tick asks again.
    } finally {
      this.#isPinging = false;
    }
  }

  /**
   * How long the venue has owed an answer and said nothing at all. Silence alone says nothing: a
   * page in the background asks seldom.
   */
  #silentMs(): number {
    if (this.#askedAt === null) return 0;
    return this.#now() - Math.max(this.#askedAt, this.#heardAt);
  }

  #judge(): void {
    const state = this.#stateNow();
    if (state === this.#state) return;
    this.#state = state;
    this.changed();
  }

  #stateNow(): FeedState {
    if (!this.#isOpen || this.#isRefused) return this.#wasOpen ? "reconnecting" : "connecting";
    const silentMs = this.#silentMs();
    if (silentMs > STALE_MS) return "stale";
    const isCut = this.#now() - this.#laggedAt < LAGGED_SHOWN_MS;
    return isCut || silentMs > LAGGING_MS ? "lagging" : "live";
  }
}
