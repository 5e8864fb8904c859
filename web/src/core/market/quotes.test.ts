import { expect, test } from "vitest";
import type { QuoteOut } from "../../api/schema";
import { Quotes, changeOf, changePercent } from "./quotes";

function quote(members: Partial<QuoteOut>): QuoteOut {
  const day = { volume: "0", value: "0", trades: 0 };
  return { symbol: "A", phase: "continuous", day, ...members };
}

test("the change is the venue's own, in percent of the close before", () => {
  const traded = quote({ last: "11.00", previous_close: "10.00", change: "1.00" });
  expect(changeOf(traded).change).toBe("1.00");
  expect(changePercent(traded)).toBe("10.00");
});

test("on a first day the change is since the open", () => {
  const day = { open: "8.00", volume: "1", value: "1", trades: 1 };
  expect(changePercent(quote({ last: "7.00", day }))).toBe("-12.50");
});

test("before the first trade there is no change", () => {
  expect(changePercent(quote({}))).toBeNull();
});

test("a frame replaces the quotes that it tells and no others", () => {
  const quotes = new Quotes();
  const channel = "quote:*";
  const all = [quote({ last: "1" }), quote({ symbol: "B", last: "2" })];
  quotes.take({ type: "quote_snapshot", channel, last_seq: 1, quotes: all });
  quotes.take({
    type: "quote",
    channel,
    first_seq: 2,
    last_seq: 2,
    quotes: [quote({ last: "3" })],
  });
  expect(quotes.all().map(({ symbol, last }) => [symbol, last])).toEqual([
    ["A", "3"],
    ["B", "2"],
  ]);
});
