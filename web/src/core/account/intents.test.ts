import { describe, expect, test, vi } from "vitest";
import { type Intent, Intents, type Outcome, type Ways } from "./intents";

const ORDER = { symbol: "A", side: "buy", type: "limit", qty: "10", price: "1.00" } as const;
const LOST: Outcome = { kind: "lost" };
const UNKNOWN: Outcome = { kind: "answer", status: 404, body: { code: "unknown_order" } };
const PLACED: Outcome = { kind: "answer", status: 201, body: { order_id: "7", order: null } };
const FOUND: Outcome = { kind: "answer", status: 200, body: { order: { order_id: "7" } } };

function refusal(applied: boolean | null): Outcome {
  const body = { type: "", title: "", status: 503, code: "busy", detail: "", applied };
  return { kind: "answer", status: 503, body };
}

function setUp(placed: Outcome, ...found: Outcome[]) {
  const place = vi.fn<Ways["place"]>(async () => placed);
  const find = vi.fn<Ways["find"]>(async () => found.shift() ?? UNKNOWN);
  const intents = new Intents({ place, find, wait: async () => {}, newId: () => "id" });
  const states: Intent["state"][] = [];
  intents.subscribe(() => {
    const state = intents.list[0]?.state;
    if (state !== undefined) states.push(state);
  });
  return { intents, place, find, states };
}

describe("an intent", () => {
  test("is accepted with the venue's number of the order", async () => {
    const { intents, states } = setUp(PLACED);
    await expect(intents.place("1", "id", ORDER)).resolves.toMatchObject({ orderId: "7" });
    expect(states).toEqual(["sending", "accepted"]);
  });

  test("is refused only by an answer that says that nothing happened", async () => {
    const { intents } = setUp(refusal(false));
    await expect(intents.place("1", "id", ORDER)).resolves.toMatchObject({ state: "refused" });
  });

  test("a second click of the same one sends nothing", async () => {
    const { intents, place } = setUp(PLACED);
    await Promise.all([intents.place("1", "id", ORDER), intents.place("1", "id", ORDER)]);
    expect(place).toHaveBeenCalledOnce();
    expect(intents.list).toHaveLength(1);
  });

  test("whose answer was lost is looked up by its id, and never sent again", async () => {
    const { intents, place, find, states } = setUp(LOST, LOST, UNKNOWN, FOUND);
    await expect(intents.place("1", "id", ORDER)).resolves.toMatchObject({ orderId: "7" });
    expect(states).toEqual(["sending", "checking", "accepted"]);
    expect(place).toHaveBeenCalledOnce();
    expect(find.mock.calls.every(([account, id]) => account === "1" && id === "id")).toBe(true);
  });

  test("of which the venue does not know whether it was applied is looked up as well", async () => {
    const { intents, states } = setUp(refusal(null), FOUND);
    await intents.place("1", "id", ORDER);
    expect(states).toEqual(["sending", "checking", "accepted"]);
  });

  test("is looked up no more once its page is left", async () => {
    const { intents, find } = setUp(LOST, LOST, LOST);
    find.mockImplementationOnce(async () => {
      intents.stop();
      return LOST;
    });
    await expect(intents.place("1", "id", ORDER)).resolves.toBeDefined();
    expect(intents.list[0]?.state).toBe("checking");
    expect(find).toHaveBeenCalledOnce();
  });

  test("that the venue does not know for long never arrived; that is no failure", async () => {
    const { intents, find } = setUp(
      LOST,
      UNKNOWN,
      UNKNOWN,
      LOST,
      UNKNOWN,
      UNKNOWN,
      UNKNOWN,
      UNKNOWN,
    );
    await expect(intents.place("1", "id", ORDER)).resolves.toMatchObject({ state: "absent" });
    expect(find).toHaveBeenCalledTimes(7);
  });
});
