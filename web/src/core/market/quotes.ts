// Bid, ask, last price and the day of every instrument.

import type { QuoteOut } from "../../api/schema";
import { divide, multiply, subtract } from "../decimal";
import { Emitter } from "../emitter";
import type { ChannelMessage } from "../feed/messages";

export class Quotes extends Emitter {
  readonly #quotes = new Map<string, QuoteOut>();
  #isReady = false;

  get isReady(): boolean {
    return this.#isReady;
  }

  get(symbol: string): QuoteOut | undefined {
    return this.#quotes.get(symbol);
  }

  all(): QuoteOut[] {
    return [...this.#quotes.values()];
  }

  readonly take = (message: ChannelMessage): boolean => {
    if (message.type !== "quote_snapshot" && message.type !== "quote") return true;
    if (message.type === "quote_snapshot") this.#quotes.clear();
    for (const quote of message.quotes) this.#quotes.set(quote.symbol, quote);
    this.#isReady = true;
    this.changed();
    return true;
  };
}

/**
 * The change since the close before, in percent with two places; `null` before there is one. On a
 * venue's first day it is since the open.
 */
export function changePercent(quote: QuoteOut): string | null {
  const { from, change } = changeOf(quote);
  if (from === null || change === null) return null;
  return divide(multiply(change, "100"), from, 2, "half_up");
}

export function changeOf(quote: QuoteOut): { from: string | null; change: string | null } {
  const from = quote.previous_close ?? quote.day.open ?? null;
  if (from === null || quote.last === null || quote.last === undefined) {
    return { from, change: null };
  }
  return { from, change: quote.change ?? subtract(quote.last, from) };
}
