import { describe, expect, test } from "vitest";
import type { LevelOut } from "../../api/schema";
import { crc32 } from "../crc32";
import type { ChannelMessage } from "../feed/messages";
import { Book, checksum } from "./book";

const level = (price: string, qty: string): LevelOut => ({ price, qty, orders: 1 });
const CHANNEL = { channel: "depth:PETR4", symbol: "PETR4" };

function snapshot(bids: LevelOut[], asks: LevelOut[]): ChannelMessage {
  return {
    type: "depth_snapshot",
    last_seq: 1,
    bids,
    asks,
    checksum: checksum(bids, asks),
    ...CHANNEL,
  };
}

function frame(bids: LevelOut[], asks: LevelOut[], sum: number): ChannelMessage {
  return { type: "depth", first_seq: 2, last_seq: 3, bids, asks, checksum: sum, ...CHANNEL };
}

describe("the checksum of a book", () => {
  test("CRC-32 is that of zlib", () => {
    expect(crc32("123456789")).toBe(0xcbf43926);
  });

  test("is that of the three examples of api/events.md", () => {
    expect(checksum([], [])).toBe(2343686810);
    const bids = [level("10.00", "0.5"), level("9.99", "3.0")];
    expect(checksum(bids, [level("10.01", "2.0")])).toBe(850241486);
    const many = Array.from({ length: 26 }, (_, at) => level(String(30 - at), "1"));
    expect(checksum(many, [level("31", "2")])).toBe(865257974);
  });
});

describe("a book", () => {
  test("puts new levels where they belong on both sides", () => {
    const book = new Book();
    book.take(snapshot([level("9.99", "1"), level("9.97", "1")], [level("10.01", "1")]));
    const bids = [level("9.99", "1"), level("9.98", "4"), level("9.97", "1")];
    const asks = [level("10.00", "2"), level("10.01", "1"), level("100.00", "3")];
    const fresh = frame(
      [level("9.98", "4")],
      [level("100.00", "3"), level("10.00", "2")],
      checksum(bids, asks),
    );
    expect(book.take(fresh)).toBe(true);
    expect(book.bids).toEqual(bids);
    expect(book.asks).toEqual(asks);
  });

  test("drops a level of no quantity and replaces one that changed", () => {
    const book = new Book();
    book.take(snapshot([level("9.99", "1.0"), level("9.98", "2.0")], []));
    const left = [level("9.98", "5.0")];
    const changes = [level("9.99", "0.0"), level("9.98", "5.0")];
    expect(book.take(frame(changes, [], checksum(left, [])))).toBe(true);
    expect(book.bids).toEqual(left);
  });

  test("says so when its copy is not the venue's", () => {
    const book = new Book();
    book.take(snapshot([level("9.99", "1")], []));
    expect(book.take(frame([level("9.98", "1")], [], 1))).toBe(false);
  });

  test("forgets a level that was gone before it was there", () => {
    const book = new Book();
    book.take(snapshot([], []));
    expect(book.take(frame([level("9.98", "0")], [], checksum([], [])))).toBe(true);
    expect(book.bids).toEqual([]);
  });
});
