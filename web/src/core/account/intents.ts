// What somebody wants done with an order, until it is known what became of it.
//
// Invariant: one intent has one client order id for all its life. It is sent once; when the answer
// is lost, it is looked up by that id, and never sent as a new order.

import type { OrderBody, PlaceOrder, Problem } from "../../api/schema";
import { Emitter } from "../emitter";

/** `checking`: sent, and its answer was lost. `absent`: the venue never got it. */
export type IntentState = "sending" | "checking" | "accepted" | "refused" | "absent";

export interface Intent {
  readonly clientOrderId: string;
  readonly accountId: string;
  readonly order: Omit<PlaceOrder, "client_order_id">;
  readonly state: IntentState;
  readonly orderId: string | null;
  readonly placed: OrderBody | null;
  readonly problem: Problem | null;
}

export type Outcome =
  | { readonly kind: "answer"; readonly status: number; readonly body: unknown }
  | { readonly kind: "lost" };

export interface Ways {
  /** Sends the order; `lost` when no answer came. It may have happened then. */
  place(accountId: string, body: PlaceOrder): Promise<Outcome>;
  /** Looks an order up by its client order id; `lost` when the venue cannot be asked now. */
  find(accountId: string, clientOrderId: string): Promise<Outcome>;
  wait(ms: number): Promise<void>;
  newId(): string;
}

const INTENTS_KEPT = 50;
const CHECK_MS = 1_000;
/** A venue that says "unknown" so often in a row, a second apart, will not get it any more. */
const ABSENT_AFTER = 4;

export class Intents extends Emitter {
  readonly #ways: Ways;
  #list: readonly Intent[] = [];

  #isStopped = false;

  constructor(ways: Ways) {
    super();
    this.#ways = ways;
  }

  /** Newest first. */
  get list(): readonly Intent[] {
    return this.#list;
  }

  /** Nobody waits any more: what is still checked stays unknown. */
  stop(): void {
    this.#isStopped = true;
  }

  /** An id for an order that is about to be entered: a second click of it is no second order. */
  newId(): string {
    return this.#ways.newId();
  }

  /** Places an order; the promise is kept once it is known what became of it. */
  async place(accountId: string, clientOrderId: string, order: Intent["order"]): Promise<Intent> {
    const known = this.#list.find((intent) => intent.clientOrderId === clientOrderId);
    if (known !== undefined) return known;
    const intent: Intent = {
      clientOrderId,
      accountId,
      order,
      state: "sending",
      orderId: null,
      placed: null,
      problem: null,
    };
    this.#list = [intent, ...this.#list].slice(0, INTENTS_KEPT);
    this.changed();
    const body = { ...order, client_order_id: clientOrderId };
    const outcome = await this.#ways.place(accountId, body);
    return this.#update(intent, judge(outcome)) ?? this.#check(intent);
  }

  async #check(intent: Intent): Promise<Intent> {
    this.#update(intent, { state: "checking" });
    for (let unknown = 0; !this.#isStopped;) {
      const outcome = await this.#ways.find(intent.accountId, intent.clientOrderId);
      if (outcome.kind === "answer" && outcome.status === 200) {
        const { order } = outcome.body as { order: OrderBody };
        const found = { state: "accepted", orderId: order.order_id, placed: order } as const;
        return this.#update(intent, found) ?? intent;
      }
      unknown = outcome.kind === "answer" && outcome.status === 404 ? unknown + 1 : 0;
      if (unknown >= ABSENT_AFTER) return this.#update(intent, { state: "absent" }) ?? intent;
      await this.#ways.wait(CHECK_MS);
    }
    return intent;
  }

  #update(intent: Intent, changes: Partial<Intent> | null): Intent | null {
    if (changes === null) return null;
    const updated = { ...intent, ...changes };
    this.#list = this.#list.map((each) =>
      each.clientOrderId === intent.clientOrderId ? updated : each,
    );
    this.changed();
    return updated;
  }
}

/** What an answer says about an order; `null` when it leaves open whether it was placed. */
function judge(outcome: Outcome): Partial<Intent> | null {
  if (outcome.kind === "lost") return null;
  if (outcome.status < 300) {
    const body = outcome.body as { order_id: string; order?: OrderBody | null };
    return { state: "accepted", orderId: body.order_id, placed: body.order ?? null };
  }
  const problem = outcome.body as Problem;
  return problem.applied === false ? { state: "refused", problem } : null;
}
