// Orders on their way to the venue: over the socket while it is open, else over REST.

import { type CallOf, Unanswered, ask } from "../../api/client";
import type { Routes } from "../../api/routes";
import type { OrderBody, PlaceOrder, Problem, ReplaceOrder, SideName } from "../../api/schema";
import type { Feed } from "../feed/feed";
import { Intents, type Outcome, type Ways } from "./intents";

/** `problem` is `null` when no answer came, however often it was asked. */
export type Done = { readonly ok: true } | { readonly ok: false; readonly problem: Problem | null };

const SENDS_MAX = 4;
const AGAIN_MS = 700;
/** Longer than a cancelled order is listed before the channel tells that it is gone. */
const LISTED_MS = 2_000;

export class Desk {
  readonly intents: Intents;
  readonly #feed: Feed;
  readonly #onPlaced: (accountId: string, order: OrderBody) => void;
  /** Orders of which a cancel is under way, or was so a moment ago. */
  readonly #cancels = new Set<string>();

  /** `onPlaced` is called with what the answer to a new order says of it. */
  constructor(feed: Feed, onPlaced: (accountId: string, order: OrderBody) => void = () => {}) {
    this.#feed = feed;
    this.#onPlaced = onPlaced;
    const ways: Ways = {
      place: (accountId, body) => this.#place(accountId, body),
      find: (account, name) =>
        rest("GET /v1/accounts/{account}/orders/by-client-id/{client_order_id}", {
          path: { account, client_order_id: name },
        }),
      wait,
      newId,
    };
    this.intents = new Intents(ways);
  }

  cancel(accountId: string, orderId: string): Promise<Done> {
    const body = { client_request_id: newId() };
    const members = { account_id: accountId, order_id: orderId, body };
    const done = this.#again("cancel", members, () =>
      rest("DELETE /v1/accounts/{account}/orders/{order}", {
        path: { account: accountId, order: orderId },
        body,
      }),
    );
    this.#cancels.add(orderId);
    const isOver = () => this.#cancels.delete(orderId);
    done.then(({ ok }) => (ok ? wait(LISTED_MS) : undefined)).then(isOver, isOver);
    return done;
  }

  /** Whether a cancel of the order is under way: another one would only be refused. */
  isCanceling(orderId: string): boolean {
    return this.#cancels.has(orderId);
  }

  replace(accountId: string, orderId: string, change: ReplaceOrder): Promise<Done> {
    const body = { ...change, client_order_id: newId() };
    return this.#again("replace", { account_id: accountId, order_id: orderId, body }, () =>
      rest("PATCH /v1/accounts/{account}/orders/{order}", {
        path: { account: accountId, order: orderId },
        body,
      }),
    );
  }

  cancelAll(
    accountId: string,
    which: { readonly symbol?: string; readonly side?: SideName } = {},
  ): Promise<Done> {
    const body = { client_request_id: newId() };
    return this.#again("cancel_all", { account_id: accountId, ...which, body }, () =>
      rest("DELETE /v1/accounts/{account}/orders", {
        path: { account: accountId },
        query: which,
        body,
      }),
    );
  }

  async #place(accountId: string, body: PlaceOrder): Promise<Outcome> {
    const outcome = await this.#send(accountId, body);
    if (outcome.kind === "answer" && outcome.status < 300) {
      const { order } = outcome.body as { order?: OrderBody | null };
      if (order != null) this.#onPlaced(accountId, order);
    }
    return outcome;
  }

  async #send(accountId: string, body: PlaceOrder): Promise<Outcome> {
    const sent = this.#feed.request("place", { account_id: accountId, body });
    if (sent === undefined) {
      return rest("POST /v1/accounts/{account}/orders", { path: { account: accountId }, body });
    }
    const answer = await sent;
    if (answer === null) return { kind: "lost" };
    return { kind: "answer", status: answer.status, body: answer.body };
  }

  /**
   * What is not a new order may be sent again under its own request id: the venue does it once, and
   * answers as it did before.
   */
  async #again(op: string, members: object, overRest: () => Promise<Outcome>): Promise<Done> {
    const answer = await this.#feed.request(op, members);
    let outcome: Outcome =
      answer == null
        ? { kind: "lost" }
        : { kind: "answer", status: answer.status, body: answer.body };
    for (let sends = 0; outcome.kind === "lost" && sends < SENDS_MAX; sends += 1) {
      if (sends > 0) await wait(AGAIN_MS);
      outcome = await overRest();
    }
    if (outcome.kind === "lost") return { ok: false, problem: null };
    if (outcome.status < 300) return { ok: true };
    return { ok: false, problem: outcome.body as Problem };
  }
}

async function rest<R extends keyof Routes>(route: R, call: CallOf<R>): Promise<Outcome> {
  try {
    return { kind: "answer", ...(await ask(route, call)) };
  } catch (error) {
    if (error instanceof Unanswered) return { kind: "lost" };
    throw error;
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** A request id of 22 characters: 128 bits that nobody else has. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
