import { expect, test } from "vitest";
import type { LimitsOut } from "../../api/schema";
import { limitGroups } from "./limits";

test("limits are named by their way through the document, rates aside", () => {
  const limits = {
    pages: { orders: { default: 100, max: 500 } },
    streams: { channels_max: 256 },
    rates: { key: { requests_max: 1 } },
  } as unknown as LimitsOut;
  expect(limitGroups(limits)).toEqual([
    {
      name: "pages",
      rows: [
        { name: "orders.default", value: 100 },
        { name: "orders.max", value: 500 },
      ],
    },
    { name: "streams", rows: [{ name: "channels_max", value: 256 }] },
  ]);
});
