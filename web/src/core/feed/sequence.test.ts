import { expect, test } from "vitest";
import type { ChannelMessage } from "./messages";
import { Sequence } from "./sequence";

const snapshot = (last_seq: number): ChannelMessage => ({
  type: "trades_snapshot",
  channel: "trades:A",
  last_seq,
  trades: [],
});
const frame = (first_seq: number, last_seq: number): ChannelMessage => ({
  type: "trades",
  channel: "trades:A",
  first_seq,
  last_seq,
  trades: [],
});

test("frames go on right behind the snapshot and each other", () => {
  const sequence = new Sequence();
  expect([snapshot(5), frame(6, 9), frame(10, 10)].map((each) => sequence.take(each))).toEqual([
    "next",
    "next",
    "next",
  ]);
});

test("a hole is a gap, and so is all behind it until a snapshot", () => {
  const sequence = new Sequence();
  const told = [snapshot(5), frame(7, 9), frame(10, 11), snapshot(12), frame(13, 13)];
  expect(told.map((each) => sequence.take(each))).toEqual(["next", "gap", "gap", "next", "next"]);
});

test("a frame that was told before is told again, and one that reaches further is next", () => {
  const sequence = new Sequence();
  const told = [snapshot(5), frame(6, 9), frame(6, 9), frame(6, 12)];
  expect(told.map((each) => sequence.take(each))).toEqual(["next", "next", "again", "next"]);
});

test("nothing is synced before the first snapshot", () => {
  const sequence = new Sequence();
  expect(sequence.take(frame(1, 2))).toBe("gap");
  expect(sequence.isSynced).toBe(false);
});
