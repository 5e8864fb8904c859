import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Feed } from "../feed/feed";
import { Desk } from "./desk";

type Request = Feed["request"];

function setUp(request: Request, ...answers: (Response | Error)[]) {
  const sent = vi.fn<Request>(request);
  const fetched = vi.fn<typeof fetch>(async () => {
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("away");
    return answer;
  });
  vi.stubGlobal("fetch", fetched);
  return { desk: new Desk({ request: sent } as unknown as Feed), sent, fetched };
}

const json = (status: number, body: object) => new Response(JSON.stringify(body), { status });
const answered = (status: number, body: object): Request => {
  return async () => ({ type: "answer", status, body });
};
const bodyOf = (call: Parameters<typeof fetch> | undefined) =>
  JSON.parse(String(call?.[1]?.body)) as Record<string, string>;

describe("the desk", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test("sends over the socket while it is open", async () => {
    const { desk, sent, fetched } = setUp(answered(200, {}));
    await expect(desk.cancel("1", "7")).resolves.toEqual({ ok: true });
    expect(sent.mock.calls[0]?.[0]).toBe("cancel");
    expect(fetched).not.toHaveBeenCalled();
  });

  test("sends over REST without one", async () => {
    const { desk, fetched } = setUp(() => undefined, json(200, {}));
    await expect(desk.cancelAll("1", { side: "buy" })).resolves.toEqual({ ok: true });
    expect(fetched.mock.calls[0]?.[0]).toBe("/v1/accounts/1/orders?side=buy");
  });

  test("gives the reason of a refusal", async () => {
    const { desk } = setUp(answered(404, { code: "unknown_order" }));
    await expect(desk.cancel("1", "7")).resolves.toMatchObject({
      ok: false,
      problem: { code: "unknown_order" },
    });
  });

  test("asks again under the same id when the answer to a change was lost", async () => {
    const { desk, sent, fetched } = setUp(async () => null, new Error("away"), json(200, {}));
    const done = desk.replace("1", "7", { price: "9.50" });
    await vi.advanceTimersByTimeAsync(5_000);
    await expect(done).resolves.toEqual({ ok: true });
    expect(sent).toHaveBeenCalledOnce();
    const [first, second] = fetched.mock.calls.map(bodyOf);
    expect(sent.mock.calls[0]?.[1]).toMatchObject({ body: first });
    expect(second).toEqual(first);
  });

  test("says that it does not know when no answer comes at all", async () => {
    const { desk, fetched } = setUp(async () => null);
    const done = desk.cancel("1", "7");
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(done).resolves.toEqual({ ok: false, problem: null });
    expect(fetched).toHaveBeenCalledTimes(4);
  });

  test("gives every intent an id of its own, of the signs that the venue takes", () => {
    const { desk } = setUp(async () => null);
    const ids = Array.from({ length: 50 }, () => desk.intents.newId());
    expect(new Set(ids).size).toBe(50);
    expect(ids.every((id) => /^[\w-]{1,36}$/.test(id))).toBe(true);
  });
});
