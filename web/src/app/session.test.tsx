// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { done, rendered } from "../test/rendered";
import { SessionProvider, useSession } from "./session";
import { Shell } from "./shell";

class QuietSocket extends EventTarget {
  static readonly made: QuietSocket[] = [];
  readyState = 1;

  constructor() {
    super();
    QuietSocket.made.push(this);
  }

  send(): void {}
  close(): void {}
}

const me = (id: string) => ({ user_id: id, name: id, display_name: id, scopes: ["read"] });

/** What the venue answers now, by the end of the address. */
let answers: Record<string, readonly [status: number, body: object]>;
const fetched = vi.fn<(address: string) => Promise<Response>>(async (address) => {
  const route = Object.keys(answers).find((each) => address.includes(each));
  const [status, body] = answers[route ?? ""] ?? [404, {}];
  return Response.json(body, { status });
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal("WebSocket", QuietSocket);
  localStorage.setItem("rialto.login", '{"isIn":true}');
  dispatchEvent(new StorageEvent("storage", { key: "rialto.login" }));
  answers = { "/auth/me": [200, me("ana")], "/accounts": [200, { accounts: [] }] };
});

afterEach(async () => {
  await rendered(null);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function Who() {
  const { session } = useSession();
  return <p>{session.state === "in" ? session.me.user_id : session.state}</p>;
}

async function begun() {
  const { box } = await rendered(
    <SessionProvider>
      <Who />
    </SessionProvider>,
  );
  return { who: () => box.querySelector("p")?.textContent };
}

const later = (ms: number) => done(() => vi.advanceTimersByTimeAsync(ms));

test.each([
  ["/auth/me", 429],
  ["/auth/me", 503],
  ["/accounts", 429],
  ["/accounts", 500],
])(
  "%s that answers %i does not say that nobody is there: it is asked again",
  async (at, status) => {
    answers = { ...answers, [at]: [status, {}] };
    const { who } = await begun();
    expect(who()).toBe("offline");
    answers = { "/auth/me": [200, me("ana")], "/accounts": [200, { accounts: [] }] };
    await later(2_000);
    expect(who()).toBe("ana");
  },
);

test("only 401 means that nobody is there", async () => {
  answers = { "/auth/me": [401, {}], "/accounts": [401, {}] };
  const { who } = await begun();
  expect(who()).toBe("stranger");
});

test("whoever logged in meanwhile in another tab is shown, and not who was here before", async () => {
  const { who } = await begun();
  expect(who()).toBe("ana");
  answers = { ...answers, "/auth/me": [200, me("bob")] };
  await done(() => QuietSocket.made.at(-1)?.dispatchEvent(new Event("close")));
  await later(20);
  expect(who()).toBe("bob");
});

test("whoever could not be logged out is told so, and still there", async () => {
  answers = { ...answers, "/auth/logout": [503, { status: 503, code: "stopped", detail: "" }] };
  const { box } = await rendered(
    <SessionProvider>
      <Shell>
        <Who />
      </Shell>
    </SessionProvider>,
  );
  const click = (selector: string) => done(() => box.querySelector<HTMLElement>(selector)?.click());
  const logOut = async () => {
    await click(".person-menu button.wide");
    await later(20);
  };
  await click(".header-end .menu > button");
  await logOut();
  expect(box.querySelector("main p")?.textContent).toBe("ana");
  expect(box.querySelector(".toast")?.textContent).toContain("Log out");
  answers = {
    ...answers,
    "/auth/logout": [401, { status: 401, code: "unauthenticated", detail: "" }],
  };
  await logOut();
  expect(box.querySelector("main p")?.textContent).toBe("stranger");
});
