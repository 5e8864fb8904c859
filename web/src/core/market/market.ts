// The public market: one store for each channel that somebody looks at, shared by all who do.

import type { CandleOut } from "../../api/schema";
import type { Feed, Sink } from "../feed/feed";
import { Book } from "./book";
import { Candles, type Interval } from "./candles";
import { Instruments } from "./instruments";
import { Quotes } from "./quotes";
import { Tape } from "./tape";

/** How long a channel is followed after the last who looked: a page that comes back has it. */
const LINGER_MS = 3_000;

interface Store {
  readonly take: Sink;
}

/** A store in use; `release` it once. */
export interface Lease<T> {
  readonly store: T;
  release(): void;
}

export type LoadCandles = (
  symbol: string,
  interval: Interval,
  before?: string,
) => Promise<readonly CandleOut[]>;

export class Market {
  readonly instruments = new Instruments();
  readonly quotes = new Quotes();
  readonly #feed: Feed;
  readonly #loadCandles: LoadCandles;
  readonly #stores = new Map<string, { store: Store; users: number }>();

  constructor(feed: Feed, loadCandles: LoadCandles) {
    this.#feed = feed;
    this.#loadCandles = loadCandles;
  }

  /** Follows what every page needs. */
  start(): void {
    this.#feed.follow("status", this.instruments.take);
    this.#feed.follow("quote:*", this.quotes.take);
  }

  book(symbol: string): Lease<Book> {
    return this.#lease(`depth:${symbol}`, () => new Book());
  }

  tape(symbol: string): Lease<Tape> {
    return this.#lease(`trades:${symbol}`, () => new Tape());
  }

  candles(symbol: string, interval: Interval): Lease<Candles> {
    return this.#lease(`candles:${interval}:${symbol}`, () => {
      const load = (before?: string) => this.#loadCandles(symbol, interval, before);
      const candles = new Candles(interval, load);
      // The stream's snapshot has the newest candles; REST has those before.
      void candles.loadOlder();
      return candles;
    });
  }

  #lease<T extends Store>(channel: string, make: () => T): Lease<T> {
    let entry = this.#stores.get(channel);
    if (entry === undefined) {
      entry = { store: make(), users: 0 };
      this.#stores.set(channel, entry);
      this.#feed.follow(channel, entry.store.take);
    }
    const held = entry;
    held.users += 1;
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      held.users -= 1;
      setTimeout(() => this.#forget(channel, held), LINGER_MS);
    };
    // A channel's name says which store it has.
    return { store: held.store as T, release };
  }

  #forget(channel: string, entry: { users: number }): void {
    if (entry.users > 0 || this.#stores.get(channel) !== entry) return;
    this.#stores.delete(channel);
    this.#feed.unfollow(channel);
  }
}
