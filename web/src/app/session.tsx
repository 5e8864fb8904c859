import {
  type ReactNode,
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Refused, Unanswered, ask, call } from "../api/client";
import type { AccountBody, AccountPage, LogIn, Me, Register } from "../api/schema";
import { Venue } from "../core/venue";
import { Stored } from "./stored";

/** `offline`: the venue does not answer, so nobody knows who this is. */
export type Session =
  | { readonly state: "starting" | "offline" | "stranger" }
  | { readonly state: "in"; readonly me: Me; readonly venue: Venue };

interface SessionActions {
  readonly logIn: (body: Omit<LogIn, "as_cookie">) => Promise<void>;
  readonly register: (body: Register) => Promise<void>;
  /** The account is in this currency, where the venue has it. */
  readonly beGuest: (currency: string) => Promise<void>;
  readonly logOut: () => Promise<void>;
}

const SessionContext = createContext<(SessionActions & { readonly session: Session }) | null>(null);

const AGAIN_MS = 1_500;
/**
 * Whether somebody logged in with this browser: the cookie itself no script sees. A stranger is not
 * asked who they are, for the venue's refusal would be an error in their console.
 */
const kept = new Stored("rialto.login", ({ isIn }): { isIn: boolean } => ({ isIn: isIn === true }));
/** More than one person may have. */
const ACCOUNTS_MAX = 100;

/** Who is logged in, and their connection. The cookie is the browser's; no script sees it. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<Session>({ state: "starting" });
  const venue = useRef<Venue>(null);

  const leave = useCallback(() => {
    venue.current?.stop();
    venue.current = null;
    kept.change({ isIn: false });
    setSession({ state: "stranger" });
  }, []);

  const enter = useCallback(async () => {
    const person = await whoIsThere();
    if (person === null) return leave();
    const fresh = new Venue();
    fresh.feed.onUnauthenticated = leave;
    fresh.start(person.accounts);
    venue.current?.stop();
    venue.current = fresh;
    kept.change({ isIn: true });
    setSession({ state: "in", me: person.me, venue: fresh });
  }, [leave]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const start = () => {
      if (!kept.value.isIn) return leave();
      enter().catch((error: unknown) => {
        if (isGone) return;
        if (!(error instanceof Unanswered)) return leave();
        setSession({ state: "offline" });
        timer = setTimeout(start, AGAIN_MS);
      });
    };
    start();
    return () => {
      isGone = true;
      clearTimeout(timer);
      venue.current?.stop();
      venue.current = null;
    };
  }, [enter, leave]);

  const actions = useMemo<SessionActions>(() => {
    const logIn = async (body: Omit<LogIn, "as_cookie">) => {
      await call("POST /v1/auth/login", { body: { ...body, as_cookie: true } });
      await enter();
    };
    return {
      logIn,
      register: async (body) => {
        await call("POST /v1/auth/register", { body });
        await logIn({ name: body.name, password: body.password });
      },
      beGuest: async (currency) => {
        await makeGuest(currency);
        await enter();
      },
      logOut: async () => {
        await ask("POST /v1/auth/logout", {});
        leave();
      },
    };
  }, [enter, leave]);

  const value = useMemo(() => ({ ...actions, session }), [actions, session]);
  return <SessionContext value={value}>{children}</SessionContext>;
}

interface Person {
  readonly me: Me;
  readonly accounts: readonly AccountBody[];
}

/** `null` for a stranger. @throws Unanswered */
async function whoIsThere(): Promise<Person | null> {
  const [me, accounts] = await Promise.all([
    ask("GET /v1/auth/me", {}),
    ask("GET /v1/accounts", { query: { limit: ACCOUNTS_MAX } }),
  ]);
  if (me.status >= 500) throw new Unanswered(me.status);
  if (me.status !== 200 || accounts.status !== 200) return null;
  const person = me.body as Me;
  const own = await ownAccounts(person, (accounts.body as AccountPage).accounts);
  return { me: person, accounts: own };
}

/** Whoever has the scope `admin` is shown the accounts of everybody: only their own are meant. */
async function ownAccounts(
  { scopes, user_id: owner }: Me,
  accounts: readonly AccountBody[],
): Promise<readonly AccountBody[]> {
  if (!scopes.includes("admin")) return accounts;
  const answer = await ask("GET /v1/admin/accounts", { query: { owner, limit: ACCOUNTS_MAX } });
  const all = answer.status === 200 ? (answer.body as AccountPage).accounts : accounts;
  return all.filter((account) => account.owner === owner);
}

async function makeGuest(currency: string): Promise<void> {
  try {
    await call("POST /v1/auth/guest", { body: { as_cookie: true, currency } });
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.code === "guests_full") throw error;
    await call("POST /v1/auth/guest", { body: { as_cookie: true } });
  }
}

export function useSession() {
  const value = use(SessionContext);
  if (value === null) throw new Error("outside of SessionProvider");
  return value;
}

/** The venue of whoever is logged in; only pages behind the login ask for it. */
export function useVenue(): Venue {
  const { session } = useSession();
  if (session.state !== "in") throw new Error("nobody is logged in");
  return session.venue;
}
