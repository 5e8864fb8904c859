// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PositionBody } from "../../api/schema";
import type { Venue } from "../../core/venue";
import { done, rendered, type } from "../../test/rendered";
import { INSTRUMENT, QUOTE, accountBody, answerRest, fakeVenue } from "../../test/venue";
import { Positions } from "./activity/positions";
import { TradeProvider } from "./state";
import { Ticket } from "./ticket";

const { there, asked } = vi.hoisted(() => ({
  there: { venue: null as Venue | null },
  asked: vi.fn<(title: string, text?: string) => Promise<boolean>>(),
}));
vi.mock("../../app/session", () => ({ useVenue: () => there.venue }));
vi.mock("../../app/confirm", () => ({ confirmed: asked }));

const POSITION: PositionBody = {
  symbol: "A",
  qty: "50",
  free: "50",
  held: "0",
  cost: "500.00",
  average_cost: "10.00",
  realised_profit: "0.00",
  fees: "0.00",
};

async function shown() {
  const made = fakeVenue();
  there.venue = made.venue;
  const { box } = await rendered(
    <TradeProvider instrument={INSTRUMENT}>
      <Ticket />
      <Positions />
    </TradeProvider>,
  );
  const button = (text: string) =>
    [...box.querySelectorAll("button")].find((each) => each.textContent === text);
  const click = (text: string, detail = 1) =>
    done(
      () => void button(text)?.dispatchEvent(new MouseEvent("click", { bubbles: true, detail })),
    );
  const ticketOf = async (name: string) => {
    await click(name);
    const fields = box.querySelectorAll<HTMLInputElement>('.ticket input[inputmode="decimal"]');
    await type([...fields].at(-1) as HTMLInputElement, "10");
  };
  return { ...made, box, button, click, ticketOf };
}

/** Somebody who is asked, and answers when the test says so. */
function question() {
  const given: { answer: (isYes: boolean) => void } = { answer: () => {} };
  asked.mockImplementation(
    () =>
      new Promise((answer) => {
        given.answer = answer;
      }),
  );
  return given;
}

const moved = { quotes: [{ ...QUOTE, bid: "8.00", ask: "20.00" }] };

let rest = answerRest({});

beforeEach(() => {
  rest = answerRest({ "/positions": () => ({ positions: [POSITION] }) });
  asked.mockReset().mockResolvedValue(true);
});
afterEach(async () => {
  await rendered(null);
  there.venue?.stop();
});

describe("the ticket after its question", () => {
  test("sends nothing once the venue is silent", async () => {
    const given = question();
    const { click, cut, ops, ticketOf } = await shown();
    await ticketOf("Market");
    await click("Buy 10 A");
    await done(cut);
    await done(() => given.answer(true));
    expect(ops("place")).toEqual([]);
    expect(rest.mock.calls.filter(([path]) => String(path).endsWith("/orders"))).toEqual([]);
  });

  test("reaches as far beyond the best price as it is by then", async () => {
    vi.useFakeTimers();
    const given = question();
    const { click, ops, say, ticketOf } = await shown();
    await ticketOf("Market");
    await click("Buy 10 A");
    await done(() => {
      say("quote_snapshot", "quote:*", moved);
      vi.advanceTimersByTime(500);
    });
    await done(() => given.answer(true));
    expect(ops("place")).toMatchObject([{ body: { qty: "10", collar: "21.00" } }]);
    vi.useRealTimers();
  });

  test("sends nothing when it is gone", async () => {
    const given = question();
    const { click, ops, ticketOf } = await shown();
    await ticketOf("Market");
    await click("Buy 10 A");
    await rendered(null);
    await done(() => given.answer(true));
    expect(ops("place")).toEqual([]);
  });
});

describe("closing a position", () => {
  test("asks, and a no sends nothing", async () => {
    asked.mockResolvedValue(false);
    const { click, ops } = await shown();
    await click("Close");
    expect(asked.mock.calls).toEqual([["Send this order?", "Sell 50 A · Market"]]);
    expect(ops("place")).toEqual([]);
  });

  test("is one order, however often it is clicked", async () => {
    const { click, ops } = await shown();
    await click("Close");
    await click("Close", 2);
    await click("Close");
    expect(ops("place")).toMatchObject([{ body: { side: "sell", qty: "50", collar: "9.40" } }]);
  });

  test("is off while prices are old", async () => {
    const { button, click, cut, ops } = await shown();
    await done(cut);
    expect(button("Close")?.disabled).toBe(true);
    await click("Close");
    expect(ops("place")).toEqual([]);
  });

  test("asks again when what there is to sell changed meanwhile", async () => {
    const given = question();
    const { click, ops, say } = await shown();
    await click("Close");
    const positions = [{ symbol: "A", free: "30", held: "0", total: "30" }];
    await done(() =>
      say("account_snapshot", "account:1", { account: accountBody("1", { positions }) }),
    );
    await done(() => given.answer(true));
    expect(asked.mock.calls.map(([, text]) => text)).toEqual([
      "Sell 50 A · Market",
      "Sell 30 A · Market",
    ]);
    await done(() => given.answer(true));
    expect(ops("place")).toMatchObject([{ body: { qty: "30" } }]);
  });
});
