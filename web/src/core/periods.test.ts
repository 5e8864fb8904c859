import { expect, test } from "vitest";
import { civilDate, midnight, nextMidnight, rangeOf, startOf } from "./periods";

const NOON = Date.parse("2026-11-30T12:00:00Z");

test("today begins at midnight of the reader's zone, not of UTC", () => {
  expect(startOf("today", NOON, "America/Sao_Paulo")).toBe("2026-11-30T03:00:00.000Z");
  expect(startOf("today", NOON, "Europe/Paris")).toBe("2026-11-29T23:00:00.000Z");
});

test("a week is seven times 24 hours back, and all has no beginning", () => {
  expect(startOf("week", NOON)).toBe("2026-11-23T12:00:00.000Z");
  expect(startOf("all", NOON)).toBeUndefined();
});

test("shortly after midnight in Tokyo it is another date than in UTC", () => {
  expect(civilDate(Date.parse("2026-11-30T15:30:00Z"), "Asia/Tokyo")).toBe("2026-12-01");
});

test("a day in which the clocks go forward has 23 hours", () => {
  const zone = "Europe/Paris";
  const hours = (nextMidnight("2026-03-29", zone) - midnight("2026-03-29", zone)) / 3_600_000;
  expect(hours).toBe(23);
});

test("a range of dates holds its last date whole", () => {
  expect(rangeOf("2026-11-01", "2026-11-30", "UTC")).toEqual({
    from: "2026-11-01T00:00:00.000Z",
    to: "2026-12-01T00:00:00.000Z",
  });
  expect(rangeOf("", "")).toEqual({});
});

test("a year that is being typed is a year as well", () => {
  expect(rangeOf("0002-12-24", "", "UTC")).toEqual({ from: "0002-12-24T00:00:00.000Z" });
});
