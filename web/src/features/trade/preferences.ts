// How somebody has arranged the trade screen. Kept in the browser, and over a change of instrument.

import { Stored } from "../../app/stored";
import { INTERVALS, type Interval } from "../../core/market/candles";
import { STUDIES, type Study } from "./chart/studies";

export const ACTIVITIES = ["positions", "openOrders", "fills", "history", "balances"] as const;
export type ActivityName = (typeof ACTIVITIES)[number];

export interface Preferences {
  readonly interval: Interval;
  readonly studies: readonly Study[];
  readonly activity: ActivityName;
}

const STUDIES_FIRST: readonly Study[] = ["volume", "sma", "rsi"];

export const preferences = new Stored<Preferences>("rialto.trade", ({ studies, ...kept }) => ({
  interval: INTERVALS.find((each) => each === kept["interval"]) ?? "1m",
  studies: Array.isArray(studies)
    ? STUDIES.filter((study) => studies.includes(study))
    : STUDIES_FIRST,
  activity: ACTIVITIES.find((each) => each === kept["activity"]) ?? "openOrders",
}));
