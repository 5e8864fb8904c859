import { expect, test } from "vitest";
import type { InstrumentBody } from "../../api/schema";
import type { ChannelMessage } from "../feed/messages";
import { Instruments } from "./instruments";

const instrument = (symbol: string) => ({ symbol, phase: "continuous" }) as InstrumentBody;
const CHANNEL = { channel: "status", last_seq: 1 };

function snapshot(remaining: number, ...symbols: string[]): ChannelMessage {
  const instruments = symbols.map(instrument);
  const type = "status_snapshot";
  return { type, instruments, remaining, business_date: "2026-12-01", ...CHANNEL };
}

function told(event: string, members: object): ChannelMessage {
  const cause = { entered: "matching", shard: 0, seq: 1 } as const;
  const events = [{ seq: 2, time: "", cause, event, ...members }];
  return { type: "status", first_seq: 2, events, ...CHANNEL };
}

test("all are there once nothing remains", () => {
  const instruments = new Instruments();
  instruments.take(snapshot(1, "A"));
  expect(instruments.isReady).toBe(false);
  instruments.take(snapshot(0, "B"));
  expect(instruments.isReady).toBe(true);
  expect(instruments.list.map(({ symbol }) => symbol)).toEqual(["A", "B"]);
});

test("a phase is the one told last, and the business date too", () => {
  const instruments = new Instruments();
  instruments.take(snapshot(0, "A"));
  instruments.take(told("phase_changed", { symbol: "A", phase: "halted" }));
  instruments.take(told("date_changed", { business_date: "2026-12-02" }));
  expect(instruments.get("A")?.phase).toBe("halted");
  expect(instruments.businessDate).toBe("2026-12-02");
});

test("one that is listed is asked for by a snapshot", () => {
  const instruments = new Instruments();
  instruments.take(snapshot(0, "A"));
  expect(instruments.take(told("listed", { symbol: "B" }))).toBe(false);
});
