// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { done, rendered } from "../test/rendered";
import { useSurely, useTry } from "./try";

const ANSWER_ALL_MS = 10_000;
const REFUSED = { status: 409, code: "insufficient_funds", detail: "", applied: false };
const UNKNOWN = { status: 504, code: "unanswered", detail: "", applied: null };

const fetched = vi.fn<(address: string, init: RequestInit) => Promise<Response>>();
const away = () => Promise.reject(new Error("away"));
const answers = (status: number, body: object) => async () => Response.json(body, { status });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", fetched);
});

afterEach(() => {
  fetched.mockReset();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function Pay({ amount }: { amount: string }) {
  const surely = useSurely();
  const { start } = useTry();
  const path = { account: "1" };
  const pay = async () => {
    await surely("POST /v1/accounts/{account}/deposits", { path, body: { amount } });
  };
  return <button type="button" aria-label="pay" onClick={() => start(pay)} />;
}

/** Clicks, and gives the request ids of all that was sent for it. */
async function idsOf(box: Element): Promise<string[]> {
  fetched.mockClear();
  await done(() => box.querySelector("button")?.click());
  await done(() => vi.advanceTimersByTimeAsync(ANSWER_ALL_MS));
  return fetched.mock.calls.map(([, { body }]) => {
    const { client_request_id: id } = JSON.parse(String(body)) as { client_request_id: string };
    return id;
  });
}

test("a click after a lost answer is the same request", async () => {
  fetched.mockImplementation(away);
  const { box } = await rendered(<Pay amount="10.00" />);
  const lost = await idsOf(box);
  expect(lost).toHaveLength(4);
  fetched.mockImplementation(answers(504, UNKNOWN));
  const unknown = await idsOf(box);
  fetched.mockImplementation(answers(200, {}));
  const answered = await idsOf(box);
  expect(new Set([...lost, ...unknown, ...answered]).size).toBe(1);
});

test("what was answered is another request when it is done again", async () => {
  fetched.mockImplementation(answers(200, {}));
  const { box } = await rendered(<Pay amount="10.00" />);
  const ids = await idsOf(box);
  fetched.mockImplementation(answers(409, REFUSED));
  ids.push(...(await idsOf(box)), ...(await idsOf(box)));
  expect(new Set(ids).size).toBe(3);
});

test("another amount is another request, whatever became of the first", async () => {
  fetched.mockImplementation(away);
  const { box, again } = await rendered(<Pay amount="10.00" />);
  const [first] = await idsOf(box);
  await again(<Pay amount="20.00" />);
  const [second] = await idsOf(box);
  expect(second).not.toBe(first);
});
