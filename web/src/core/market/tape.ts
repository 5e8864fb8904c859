// The last trades of one instrument, newest first.

import type { TradeOut } from "../../api/schema";
import { Emitter } from "../emitter";
import type { ChannelMessage } from "../feed/messages";

const TRADES_KEPT = 200;

export class Tape extends Emitter {
  #trades: TradeOut[] = [];
  #isReady = false;

  get trades(): readonly TradeOut[] {
    return this.#trades;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  readonly take = (message: ChannelMessage): boolean => {
    if (message.type === "trades_snapshot") this.#trades = [];
    else if (message.type !== "trades") return true;
    this.#isReady = true;
    // The venue tells the oldest first.
    const fresh = message.trades.toReversed();
    this.#trades = [...fresh, ...this.#trades].slice(0, TRADES_KEPT);
    this.changed();
    return true;
  };
}
