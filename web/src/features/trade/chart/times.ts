// The chart's times in the reader's language. A day is a date and has no time; the library gives it
// as text or in parts.

import { TickMarkType, type Time } from "lightweight-charts";
import type { Formats } from "../../../core/format";

export function momentText(time: Time, formats: Formats): string {
  if (typeof time === "number") return formats.dateTime(time * 1_000);
  return formats.date(dateOf(time));
}

/** What stands below the chart; `null` leaves dates to the library, which knows their language. */
export function tickText(time: Time, type: TickMarkType, formats: Formats): string | null {
  if (typeof time !== "number" || type < TickMarkType.Time) return null;
  const text = formats.time(time * 1_000);
  return type === TickMarkType.Time ? text.replace(/:\d\d$/, "") : text;
}

function dateOf(time: Exclude<Time, number>): string {
  if (typeof time === "string") return time;
  const { year, month, day } = time;
  return [String(year), ...[month, day].map((part) => String(part).padStart(2, "0"))].join("-");
}
