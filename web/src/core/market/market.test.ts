import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Feed } from "../feed/feed";
import { Market } from "./market";

function setUp() {
  const followed: string[] = [];
  const feed = {
    follow: (channel: string) => followed.push(channel),
    unfollow: (channel: string) => followed.splice(followed.indexOf(channel), 1),
  };
  const market = new Market(feed as unknown as Feed, async () => []);
  return { market, followed };
}

describe("the market", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("two who look at a book share it", () => {
    const { market, followed } = setUp();
    expect(market.book("A").store).toBe(market.book("A").store);
    expect(followed).toEqual(["depth:A"]);
  });

  test("a channel is followed for a moment after the last who looked", () => {
    const { market, followed } = setUp();
    const [one, other] = [market.tape("A"), market.tape("A")];
    one.release();
    one.release();
    vi.advanceTimersByTime(10_000);
    expect(followed).toEqual(["trades:A"]);
    other.release();
    expect(followed).toEqual(["trades:A"]);
    vi.advanceTimersByTime(10_000);
    expect(followed).toEqual([]);
  });

  test("who comes back in that moment finds what was there", () => {
    const { market, followed } = setUp();
    const lease = market.candles("A", "1m");
    lease.release();
    const again = market.candles("A", "1m");
    vi.advanceTimersByTime(10_000);
    expect(again.store).toBe(lease.store);
    expect(followed).toEqual(["candles:1m:A"]);
  });
});
