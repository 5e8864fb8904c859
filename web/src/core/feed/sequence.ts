// Whether a channel's messages follow on each other.

import { type ChannelMessage, isFrame } from "./messages";

/** `again` is a frame that was told before; `gap` a hole, after which a snapshot is needed. */
export type Verdict = "next" | "again" | "gap";

export class Sequence {
  /** `null` until a snapshot came. */
  #last: number | null = null;

  get isSynced(): boolean {
    return this.#last !== null;
  }

  /** Judges a message, and goes on to its end if it is next. */
  take(message: ChannelMessage): Verdict {
    if (isFrame(message)) {
      if (this.#last === null || message.first_seq > this.#last + 1) {
        this.#last = null;
        return "gap";
      }
      if (message.last_seq <= this.#last) return "again";
    }
    this.#last = message.last_seq;
    return "next";
  }

  /** Forgets what was told: only a snapshot goes on from here. */
  lose(): void {
    this.#last = null;
  }
}
