// One account as its channel tells it: cash, positions, open orders, and what happened last.

import type { AccountBody, BalanceOut, CashOut, OrderBody, OwnEventOut } from "../../api/schema";
import { add, isZero, subtract } from "../decimal";
import { Emitter } from "../emitter";
import type { ChannelMessage } from "../feed/messages";

const FILLS_KEPT = 200;

export type Fill = Extract<OwnEventOut, { readonly event: "filled" }>;
type Accepted = Extract<OwnEventOut, { readonly event: "accepted" }>;
type Replaced = Extract<OwnEventOut, { readonly event: "replaced" }>;

export class Account extends Emitter {
  readonly id: string;
  #body: AccountBody | null = null;
  #cash: CashOut = { free: "0", held: "0" };
  readonly #positions = new Map<string, BalanceOut>();
  #orders = new Map<string, OrderBody>();
  #openOrders: readonly OrderBody[] = [];
  #fills: readonly Fill[] = [];
  #seq = 0;
  #isReady = false;
  #snapshots = 0;
  readonly #listeners = new Set<(event: OwnEventOut) => void>();

  /** `body` is what a list of accounts said, until the channel's snapshot comes. */
  constructor(id: string, body: AccountBody | null = null) {
    super();
    this.id = id;
    this.#body = body;
    if (body !== null) this.#show(body);
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** The account's own terms; `null` before the first snapshot. */
  get body(): AccountBody | null {
    return this.#body;
  }

  /** How often all was told anew: what happened before the last time no event has told. */
  get snapshots(): number {
    return this.#snapshots;
  }

  get currency(): string {
    return this.#body?.currency ?? "";
  }

  get cash(): CashOut {
    return this.#cash;
  }

  /** Newest first. */
  get openOrders(): readonly OrderBody[] {
    return this.#openOrders;
  }

  /** Those since the page was opened, newest first. */
  get fills(): readonly Fill[] {
    return this.#fills;
  }

  /** Calls for each event that happens from now on, not for what a snapshot tells. */
  listen(listener: (event: OwnEventOut) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  position(symbol: string): BalanceOut {
    return this.#positions.get(symbol) ?? { free: "0", held: "0", total: "0" };
  }

  /** What is held now, by symbol. */
  get positions(): readonly (readonly [string, BalanceOut])[] {
    return [...this.#positions].filter(([, { total }]) => !isZero(total));
  }

  readonly take = (message: ChannelMessage): boolean => {
    switch (message.type) {
      case "account_snapshot":
        this.#restart(message.account, message.last_seq);
        break;
      case "open_orders":
        for (const order of message.orders) this.#orders.set(order.order_id, order);
        this.#isReady = message.remaining === 0;
        break;
      case "account":
        for (const event of message.events) this.#event(event);
        break;
      default:
        return true;
    }
    this.#list();
    return true;
  };

  /** Takes the order of an answer, which is here before the channel tells of it. */
  answered(order: OrderBody): void {
    const isOpen = order.status === "open" || order.status === "waiting";
    if (!isOpen || order.event_seq <= this.#seq) return;
    this.#orders.set(order.order_id, order);
    this.#hold(order);
    this.#list();
  }

  /** What was open stays on the screen until all that is open has been told anew. */
  #list(): void {
    if (this.#isReady) this.#openOrders = [...this.#orders.values()].toSorted(newestFirst);
    this.changed();
  }

  #restart(body: AccountBody, seq: number): void {
    this.#body = body;
    this.#show(body);
    this.#orders = new Map();
    this.#seq = seq;
    this.#snapshots += 1;
    this.#isReady = body.open_orders === 0;
  }

  #show({ cash, positions }: AccountBody): void {
    this.#cash = { free: cash.free, held: cash.held };
    this.#positions.clear();
    for (const { symbol, ...balance } of positions) this.#positions.set(symbol, balance);
  }

  #event(event: OwnEventOut): void {
    if (event.seq <= this.#seq) return;
    this.#seq = event.seq;
    this.#cash = event.cash;
    this.#apply(event);
    for (const listener of this.#listeners) listener(event);
  }

  #apply(event: OwnEventOut): void {
    switch (event.event) {
      case "accepted":
        this.#orders.set(event.order_id, orderOf(event));
        this.#hold(event);
        return;
      case "filled":
        this.#positions.set(event.symbol, event.position);
        this.#fills = [event, ...this.#fills].slice(0, FILLS_KEPT);
        this.#change(event, {
          cum_qty: event.cum_qty,
          cum_value: event.cum_value,
          leaves_qty: event.leaves_qty,
        });
        if (isZero(event.leaves_qty)) this.#close(event.order_id);
        return;
      case "replaced":
        this.#replaced(event);
        return;
      case "decremented":
        this.#change(event, { leaves_qty: event.leaves_qty });
        if (isZero(event.leaves_qty)) this.#close(event.order_id);
        return;
      case "triggered":
        this.#change(event, { status: "open" });
        return;
      case "canceled":
        this.#close(event.order_id);
        return;
      case "issued":
        this.#positions.set(event.position.symbol, event.position);
        return;
      case "status_changed":
        if (this.#body !== null) {
          this.#body = { ...this.#body, status: event.suspended ? "suspended" : "active" };
        }
        return;
      case "cancel_after_set":
        if (this.#body !== null) this.#body = { ...this.#body, cancel_at: event.at ?? null };
        return;
      // Whether an order would be refused for it a preview tells; a snapshot does not tell it.
      case "kill_switch_set":
      case "opened":
      case "closed":
      case "refused":
      case "mass_canceled":
      case "deposited":
      case "withdrawn":
      case "payment_requested":
      case "payment_failed":
      case "transfer_sent":
      case "transfer_received":
      case "transfer_returned":
        return;
    }
  }

  #change(event: { order_id: string; time?: string }, members: Partial<OrderBody>): void {
    const order = this.#orders.get(event.order_id);
    if (order !== undefined) this.#orders.set(event.order_id, { ...order, ...members });
  }

  #replaced(event: Replaced): void {
    const { qty, price, stop_price: stop } = event.change;
    this.#change(event, {
      ...(qty == null ? {} : { qty }),
      ...(price == null ? {} : { price }),
      ...(stop == null ? {} : { stop_price: stop }),
      ...(event.client_order_id == null ? {} : { client_order_id: event.client_order_id }),
      leaves_qty: event.leaves_qty,
      updated_at: event.time,
    });
    this.#reholdSells(event.symbol);
  }

  /** The lots of a sell are held from its acceptance on; events tell cash, not that. */
  #hold({ side, symbol }: Pick<OrderBody, "side" | "symbol">): void {
    if (side === "sell") this.#reholdSells(symbol);
  }

  #reholdSells(symbol: string): void {
    const position = this.#positions.get(symbol);
    if (position === undefined) return;
    let held = "0";
    for (const order of this.#orders.values()) {
      if (order.side === "sell" && order.symbol === symbol) held = add(held, order.leaves_qty);
    }
    const free = subtract(position.total, held);
    this.#positions.set(symbol, { total: position.total, held, free });
  }

  #close(orderId: string): void {
    const order = this.#orders.get(orderId);
    this.#orders.delete(orderId);
    if (order?.side === "sell") this.#reholdSells(order.symbol);
  }
}

function newestFirst(one: OrderBody, other: OrderBody): number {
  return Number(other.order_id) - Number(one.order_id);
}

function orderOf(event: Accepted): OrderBody {
  const waits = event.type === "stop" || event.type === "stop_limit";
  return {
    ...event,
    status: waits ? "waiting" : "open",
    cum_qty: "0",
    cum_value: "0",
    leaves_qty: event.qty,
    canceled_qty: "0",
    fee: "0",
    created_at: event.time,
    updated_at: event.time,
    event_seq: event.seq,
  };
}
