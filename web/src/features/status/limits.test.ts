import { expect, test } from "vitest";
import type { LimitsOut } from "../../api/schema";
import { limitRows } from "./limits";

test("limits are named by their way through the document, rates aside", () => {
  const limits = {
    pages: { orders: { default: 100, max: 500 } },
    streams: { channels_max: 256 },
    rates: { key: { requests_max: 1 } },
  } as unknown as LimitsOut;
  expect(limitRows(limits)).toEqual([
    { name: "pages.orders.default", value: 100 },
    { name: "pages.orders.max", value: 500 },
    { name: "streams.channels_max", value: 256 },
  ]);
});
