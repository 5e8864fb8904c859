import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { waitMs } from "./backoff";
import { type Ending, Feed, STALE_MS } from "./feed";
import type { Link, LinkEvents, LinkKind } from "./link";
import type { ChannelMessage } from "./messages";

interface Op {
  readonly op: string;
  readonly id: string;
  readonly channels?: readonly string[];
  readonly resume?: number;
  readonly channel?: string;
}

class FakeLink implements Link {
  readonly sent: Op[] = [];
  isClosed = false;

  constructor(
    readonly kind: LinkKind,
    readonly events: LinkEvents,
  ) {}

  send(text: string): boolean {
    this.sent.push(JSON.parse(text) as Op);
    return this.kind === "socket";
  }

  close(): void {
    this.isClosed = true;
  }

  say(message: object): void {
    this.events.received(JSON.stringify(message));
  }

  ops(op: string): Op[] {
    return this.sent.filter((each) => each.op === op && each.channels?.length !== 0);
  }
}

const trades = (type: string, first: number | null, last: number) => ({
  type,
  channel: "trades:A",
  last_seq: last,
  trades: [],
  ...(first === null ? {} : { first_seq: first }),
});

function setUp() {
  const links: FakeLink[] = [];
  const make = (kind: LinkKind) => (events: LinkEvents) => {
    const link = new FakeLink(kind, events);
    links.push(link);
    return link;
  };
  const ping = vi.fn(async (): Promise<number | Ending> => 3);
  const feed = new Feed({
    links: { socket: make("socket"), stream: (_, events) => make("stream")(events) },
    ping,
    now: () => Date.now(),
    chance: () => 0,
  });
  const told: ChannelMessage[] = [];
  feed.follow("trades:A", (message) => {
    told.push(message);
    return true;
  });
  feed.start();
  const newest = () => links.at(-1) as FakeLink;
  return { feed, links, newest, told, ping };
}

/** One that is open, and whoever hears of its end. */
function listened() {
  const made = setUp();
  const ended = vi.fn<(why: Ending) => void>();
  made.feed.onEnded = ended;
  made.newest().events.opened();
  return { ...made, ended };
}

/** The venue answers each ping. */
async function live(link: FakeLink, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    await vi.advanceTimersByTimeAsync(250);
    const last = link.sent.at(-1);
    if (last !== undefined) link.say({ type: "answer", id: last.id, status: 200, body: {} });
  }
}

/** The venue opens the link and refuses its channels. */
async function refuse(link: FakeLink): Promise<void> {
  link.events.opened();
  link.say({ type: "answer", id: link.sent.at(-1)?.id, status: 403, body: {} });
  await vi.advanceTimersByTimeAsync(0);
}

describe("the feed", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("follows its channels as soon as the socket is open", () => {
    const { feed, newest, told } = setUp();
    expect(feed.state).toBe("connecting");
    newest().events.opened();
    expect(newest().ops("subscribe")[0]?.channels).toEqual(["trades:A"]);
    newest().say(trades("trades_snapshot", null, 5));
    newest().say(trades("trades", 6, 7));
    newest().say({ type: "cut", last_seq: 7 });
    expect(told.map((message) => message.last_seq)).toEqual([5, 7]);
    expect(feed.seq).toBe(7);
    expect(feed.state).toBe("live");
  });

  test("resumes behind the last cut after a broken connection", async () => {
    const { feed, newest, links, told } = setUp();
    newest().events.opened();
    newest().say(trades("trades_snapshot", null, 5));
    newest().say({ type: "cut", last_seq: 5 });
    newest().events.closed();
    expect(feed.state).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(100);
    expect(links).toHaveLength(2);
    newest().events.opened();
    expect(newest().ops("subscribe")[0]?.resume).toBe(5);
    newest().say(trades("trades", 6, 6));
    expect(told.map((message) => message.last_seq)).toEqual([5, 6]);
  });

  test("asks for no resumption once the venue has said that there is none", async () => {
    const { newest } = setUp();
    newest().events.opened();
    newest().say(trades("trades_snapshot", null, 5));
    newest().say({ type: "cut", last_seq: 5 });
    newest().say({ type: "reset", newest: 1 });
    newest().events.closed();
    await vi.advanceTimersByTimeAsync(100);
    newest().events.opened();
    expect(newest().ops("subscribe")[0]).not.toHaveProperty("resume");
  });

  test("begins the one channel anew that has a hole, once", () => {
    const { newest, told } = setUp();
    newest().events.opened();
    newest().say(trades("trades_snapshot", null, 5));
    newest().say(trades("trades", 8, 9));
    newest().say(trades("trades", 10, 10));
    expect(
      newest()
        .ops("resync")
        .map((each) => each.channel),
    ).toEqual(["trades:A"]);
    newest().say(trades("trades_snapshot", null, 11));
    expect(told.map((message) => message.last_seq)).toEqual([5, 11]);
  });

  test("begins a channel anew whose copy is wrong", () => {
    const { feed, newest } = setUp();
    feed.follow("depth:A", () => false);
    newest().events.opened();
    newest().say({ type: "depth_snapshot", channel: "depth:A", last_seq: 4 });
    expect(
      newest()
        .ops("resync")
        .map((each) => each.channel),
    ).toEqual(["depth:A"]);
  });

  test("is stale when the venue is silent, and live again by itself", async () => {
    const { feed, newest } = setUp();
    newest().events.opened();
    await live(newest(), 4_000);
    expect(feed.state).toBe("live");
    await vi.advanceTimersByTimeAsync(STALE_MS + 1_200);
    expect(feed.state).toBe("stale");
    const ping = newest().sent.at(-1);
    newest().say({ type: "answer", id: ping?.id, status: 200, body: {} });
    expect(feed.state).toBe("live");
  });

  test("is lagging for a while once the venue left frames out", async () => {
    const { feed, newest } = setUp();
    newest().events.opened();
    newest().say({ type: "lagged", channels: ["depth:A"], first_seq: 1, last_seq: 9 });
    expect(feed.state).toBe("lagging");
    await live(newest(), 4_000);
    expect(feed.state).toBe("live");
  });

  test("gives up a connection that was silent for long", async () => {
    const { newest, links } = setUp();
    newest().events.opened();
    await vi.advanceTimersByTimeAsync(14_000);
    expect(links[0]?.isClosed).toBe(true);
    expect(links.length).toBeGreaterThan(1);
    expect(newest().kind).toBe("socket");
  });

  test("falls back to server-sent events when no socket opens", async () => {
    const { feed, newest } = setUp();
    newest().events.closed();
    await vi.advanceTimersByTimeAsync(100);
    newest().events.closed();
    await vi.advanceTimersByTimeAsync(200);
    expect(newest().kind).toBe("stream");
    newest().events.opened();
    expect(feed.kind).toBe("stream");
    expect(feed.state).toBe("live");
    expect(feed.request("place", {})).toBeUndefined();
  });

  test("stays with server-sent events when another channel is followed", async () => {
    const { feed, newest } = setUp();
    newest().events.closed();
    await vi.advanceTimersByTimeAsync(100);
    newest().events.closed();
    await vi.advanceTimersByTimeAsync(200);
    newest().events.opened();
    feed.follow("trades:B", () => true);
    await vi.advanceTimersByTimeAsync(1);
    expect(newest().kind).toBe("stream");
    newest().events.opened();
    newest().events.closed();
    await vi.advanceTimersByTimeAsync(200);
    expect(newest().kind).toBe("socket");
  });

  test("over server-sent events is stale when REST does not answer", async () => {
    const { feed, newest, ping } = setUp();
    newest().events.closed();
    await vi.advanceTimersByTimeAsync(100);
    newest().events.closed();
    await vi.advanceTimersByTimeAsync(200);
    newest().events.opened();
    ping.mockRejectedValue(new Error("away"));
    await vi.advanceTimersByTimeAsync(STALE_MS + 1_200);
    expect(feed.state).toBe("stale");
    ping.mockResolvedValue(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(feed.state).toBe("live");
  });

  test("silence that nobody broke is not staleness", () => {
    const { feed, newest } = setUp();
    newest().events.opened();
    // The timers of a page in the background hardly run.
    vi.setSystemTime(Date.now() + 60_000);
    newest().say({ type: "heartbeat", last_seq: 1 });
    expect(feed.state).toBe("live");
  });

  test("says so when the login has ended", async () => {
    const { newest, ping, ended } = listened();
    ping.mockResolvedValueOnce("unauthenticated");
    newest().events.closed();
    await vi.advanceTimersByTimeAsync(0);
    expect(ended.mock.calls).toEqual([["unauthenticated"]]);
  });

  test("says so when somebody else is logged in once it is open again", async () => {
    const { newest, ping, ended } = listened();
    newest().events.closed();
    await vi.advanceTimersByTimeAsync(100);
    ping.mockResolvedValueOnce("another");
    newest().events.opened();
    await vi.advanceTimersByTimeAsync(0);
    expect(ended.mock.calls).toEqual([["another"]]);
  });

  test("that was stopped says nothing any more", async () => {
    const { feed, newest, ping, ended } = listened();
    ping.mockResolvedValueOnce("unauthenticated");
    newest().events.closed();
    feed.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).not.toHaveBeenCalled();
  });

  test("is not live while its channels are refused, and asks less and less often", async () => {
    const { feed, newest, links, ping } = setUp();
    await refuse(newest());
    expect(links[0]?.isClosed).toBe(true);
    expect(feed.state).toBe("reconnecting");
    expect(ping).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(50);
    await refuse(newest());
    await vi.advanceTimersByTimeAsync(50);
    expect(links).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(50);
    newest().events.opened();
    expect(feed.state).toBe("reconnecting");
    await live(newest(), 250);
    expect(feed.state).toBe("live");
  });

  test("begins anew when a channel's new beginning is refused", async () => {
    const { feed, newest, links } = setUp();
    newest().events.opened();
    newest().say(trades("trades_snapshot", null, 5));
    newest().say(trades("trades", 8, 9));
    const [resync] = newest().ops("resync");
    newest().say({ type: "answer", id: resync?.id, status: 429, body: {} });
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.state).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(50);
    expect(links).toHaveLength(2);
    newest().events.opened();
    expect(newest().ops("subscribe")[0]).not.toHaveProperty("resume");
  });

  test("gives up a link that never opens, and falls back as if it had closed", async () => {
    const { newest, links } = setUp();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(links[0]?.isClosed).toBe(true);
    expect(links).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(newest().kind).toBe("stream");
  });

  test("an answer that a broken connection took with it is lost", async () => {
    const { feed, newest } = setUp();
    newest().events.opened();
    const answer = feed.request("place", { account_id: "1" });
    newest().events.closed();
    await expect(answer).resolves.toBeNull();
  });

  test("an answer that does not come in time is lost", async () => {
    const { feed, newest } = setUp();
    newest().events.opened();
    const answer = feed.request("place", {}, 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(answer).resolves.toBeNull();
  });
});

test("tries come a second apart at most, and not all clients at once", () => {
  expect(waitMs(0, 0)).toBe(50);
  expect(waitMs(0, 1)).toBe(100);
  expect(waitMs(20, 1)).toBe(1_000);
  expect(waitMs(100, 1)).toBe(8_000);
});
