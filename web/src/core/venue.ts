// All that a logged-in page knows of the venue: the feed, the market, own accounts, the desk.

import { Unanswered, ask, call } from "../api/client";
import type { AccountBody, CandleOut, Me } from "../api/schema";
import { Account } from "./account/account";
import { Desk } from "./account/desk";
import { Emitter } from "./emitter";
import { type Ending, Feed } from "./feed/feed";
import { type Links, browserLinks } from "./feed/link";
import { CANDLES_LOADED, type Interval } from "./market/candles";
import { Market } from "./market/market";

const PING_WAIT_MS = 2_500;

export class Venue extends Emitter {
  readonly feed: Feed;
  readonly market: Market;
  readonly desk: Desk;
  #accounts: readonly Account[] = [];

  /** `userId` is whose venue this is: their accounts are nobody else's. */
  constructor(userId: string, links: Links = browserLinks) {
    super();
    this.feed = new Feed({ links, ping: () => ping(userId) });
    this.market = new Market(this.feed, loadCandles);
    this.desk = new Desk(this.feed, (accountId, order) =>
      this.#accounts.find(({ id }) => id === accountId)?.answered(order),
    );
  }

  get accounts(): readonly Account[] {
    return this.#accounts;
  }

  /** Those that settle in this currency and are not closed. */
  accountsIn(currency: string | undefined): readonly Account[] {
    return this.#accounts.filter(
      (account) => account.currency === currency && account.body?.status !== "closed",
    );
  }

  /** Of those in this currency the one with the id `wanted`, else the first that is active. */
  accountIn(currency: string | undefined, wanted: string | null = null): Account | undefined {
    const fitting = this.accountsIn(currency);
    return (
      fitting.find(({ id }) => id === wanted) ??
      fitting.find(({ body }) => body?.status === "active") ??
      fitting[0]
    );
  }

  start(bodies: readonly AccountBody[]): void {
    this.market.start();
    for (const body of bodies) this.addAccount(body);
    this.feed.start();
  }

  stop(): void {
    this.feed.stop();
    this.desk.intents.stop();
  }

  addAccount(body: AccountBody): void {
    if (body.status === "closed") return;
    if (this.#accounts.some((account) => account.id === body.account_id)) return;
    const account = new Account(body.account_id, body);
    // Oldest first: a person's first account is the one that pages begin with.
    this.#accounts = [...this.#accounts, account].toSorted(
      (one, other) => Number(one.id) - Number(other.id),
    );
    this.feed.follow(`account:${account.id}`, account.take);
    this.changed();
  }
}

async function ping(userId: string): Promise<number | Ending> {
  const before = performance.now();
  const { status, body } = await ask("GET /v1/auth/me", {}, PING_WAIT_MS);
  if (status === 401) return "unauthenticated";
  // A proxy that answers in the venue's place is no answer of the venue.
  if (status >= 500) throw new Unanswered(status);
  if (status === 200 && (body as Me).user_id !== userId) return "another";
  return performance.now() - before;
}

/** Those that memory keeps; where it has none before a time, those of history. */
async function loadCandles(
  symbol: string,
  interval: Interval,
  before?: string,
): Promise<readonly CandleOut[]> {
  const path = { symbol };
  const to = before === undefined ? {} : { to: before };
  const query = { interval, limit: CANDLES_LOADED, ...to };
  const { candles } = await call("GET /v1/instruments/{symbol}/candles", { path, query });
  if (candles.length > 0 || before === undefined) return candles;
  const past = await call("GET /v1/instruments/{symbol}/history/candles", { path, query });
  return past.candles;
}
