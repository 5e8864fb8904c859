// A copy of one instrument's book by price, kept by a snapshot and frames.

import type { LevelOut } from "../../api/schema";
import { crc32 } from "../crc32";
import { compareAlike, isZero } from "../decimal";
import { Emitter } from "../emitter";
import type { ChannelMessage } from "../feed/messages";

/** As many of the best levels of each side are in the checksum. */
const CHECKED_LEVELS = 25;

export type Levels = readonly LevelOut[];

/** Best first on both sides: a bid is better the higher, an ask the lower. */
type Order = (one: string, other: string) => number;
const askOrder: Order = compareAlike;
const bidOrder: Order = (one, other) => compareAlike(other, one);

export class Book extends Emitter {
  #bids: LevelOut[] = [];
  #asks: LevelOut[] = [];
  #isReady = false;

  get bids(): Levels {
    return this.#bids;
  }

  get asks(): Levels {
    return this.#asks;
  }

  /** True once a snapshot came. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Takes a message of `depth:SYMBOL`; false when the copy is not the venue's book. */
  readonly take = (message: ChannelMessage): boolean => {
    if (message.type === "depth_snapshot") {
      this.#bids = [...message.bids];
      this.#asks = [...message.asks];
      this.#isReady = true;
    } else if (message.type === "depth") {
      for (const level of message.bids) put(this.#bids, level, bidOrder);
      for (const level of message.asks) put(this.#asks, level, askOrder);
    } else {
      return true;
    }
    this.changed();
    return checksum(this.#bids, this.#asks) === message.checksum;
  };
}

function put(levels: LevelOut[], level: LevelOut, order: Order): void {
  const at = placeOf(levels, level.price, order);
  const isThere = levels[at]?.price === level.price;
  if (isZero(level.qty)) {
    if (isThere) levels.splice(at, 1);
  } else {
    levels.splice(at, isThere ? 1 : 0, level);
  }
}

/** The index of this price, or where it would be put. */
function placeOf(levels: Levels, price: string, order: Order): number {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = levels[middle];
    if (at !== undefined && order(at.price, price) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function checksum(bids: Levels, asks: Levels): number {
  return crc32(`${side(bids)}|${side(asks)}`);
}

function side(levels: Levels): string {
  let text = "";
  for (const { price, qty } of levels.slice(0, CHECKED_LEVELS)) text += `${price}:${qty};`;
  return text;
}
