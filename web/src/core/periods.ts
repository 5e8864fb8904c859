// Spans of time that people ask for, and when they begin.

export const PERIODS = ["today", "week", "month", "all"] as const;
export type Period = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;

/** When a period began, as the API writes times; `undefined` where it has no beginning. */
export function startOf(period: Period, now: number, timeZone?: string): string | undefined {
  switch (period) {
    case "today":
      return new Date(midnight(civilDate(now, timeZone), timeZone)).toISOString();
    case "week":
      return new Date(now - 7 * DAY_MS).toISOString();
    case "month":
      return new Date(now - 30 * DAY_MS).toISOString();
    case "all":
      return undefined;
  }
}

/** The date that it is somewhere: "2026-11-30". */
export function civilDate(instant: number, timeZone?: string): string {
  const { year, month, day } = partsOf(instant, timeZone);
  return `${year}-${month}-${day}`;
}

/** When a date begins somewhere, in milliseconds since 1970. */
export function midnight(date: string, timeZone?: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`);
  // The offset there is of an instant, so the first guess may be beside a change of the clocks.
  const guess = wanted - offsetOf(wanted, timeZone);
  return wanted - offsetOf(guess, timeZone);
}

/** When the date after this one begins there: where a list up to this date ends. */
export function nextMidnight(date: string, timeZone?: string): number {
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS);
  return midnight(next.toISOString().slice(0, 10), timeZone);
}

/** The range of what is to be listed, from dates of which either may be empty. */
export function rangeOf(
  from: string,
  to: string,
  timeZone?: string,
): { readonly from?: string; readonly to?: string } {
  return {
    ...(from === "" ? {} : { from: new Date(midnight(from, timeZone)).toISOString() }),
    ...(to === "" ? {} : { to: new Date(nextMidnight(to, timeZone)).toISOString() }),
  };
}

/** How far the clocks there are ahead of UTC. */
function offsetOf(instant: number, timeZone?: string): number {
  const { year, month, day, hour, minute, second } = partsOf(instant, timeZone);
  const there = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return there - Math.floor(instant / 1_000) * 1_000;
}

type PartName = "year" | "month" | "day" | "hour" | "minute" | "second";

function partsOf(instant: number, timeZone?: string): Record<PartName, string> {
  const format = new Intl.DateTimeFormat("en-US", {
    ...(timeZone === undefined ? {} : { timeZone }),
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  // A year that is being typed into a field of a date is one of long ago, of fewer digits.
  const parts = format
    .formatToParts(instant)
    .map(({ type, value }) => [type, type === "year" ? value.padStart(4, "0") : value]);
  return Object.fromEntries(parts) as Record<PartName, string>;
}
