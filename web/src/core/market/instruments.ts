// All instruments with their terms, and the venue's business date.

import type { InstrumentBody } from "../../api/schema";
import { Emitter } from "../emitter";
import type { ChannelMessage, StatusEvent } from "../feed/messages";

export class Instruments extends Emitter {
  readonly #instruments = new Map<string, InstrumentBody>();
  #list: readonly InstrumentBody[] = [];
  #businessDate: string | null = null;
  #isReady = false;

  get list(): readonly InstrumentBody[] {
    return this.#list;
  }

  get businessDate(): string | null {
    return this.#businessDate;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get(symbol: string): InstrumentBody | undefined {
    return this.#instruments.get(symbol);
  }

  /** Takes a message of `status`. What it cannot tell from an event it asks a snapshot for. */
  readonly take = (message: ChannelMessage): boolean => {
    if (message.type === "status_snapshot") {
      for (const each of message.instruments) this.#instruments.set(each.symbol, each);
      this.#businessDate = message.business_date;
      this.#isReady ||= message.remaining === 0;
    } else if (message.type === "status") {
      if (!message.events.every((event) => this.#apply(event))) return false;
    } else {
      return true;
    }
    this.#list = [...this.#instruments.values()];
    this.changed();
    return true;
  };

  #apply(event: StatusEvent): boolean {
    const instrument = event.symbol === undefined ? undefined : this.#instruments.get(event.symbol);
    const set = (terms: object) => {
      if (instrument === undefined) return false;
      this.#instruments.set(instrument.symbol, { ...instrument, ...terms });
      return true;
    };
    switch (event.event) {
      case "phase_changed":
        return set({ phase: event["phase"] });
      case "band_changed":
        return set({ band: event["band"] });
      case "fees_changed":
        return set({ fees: event["fees"] });
      case "date_changed":
        this.#businessDate = String(event["business_date"] ?? this.#businessDate);
        return true;
      case "listed":
        return false;
      default:
        return true;
    }
  }
}
