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
import { type RawAnswer, Refused, Unanswered, ask, call } from "../api/client";
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
  /** Grows when it is to be asked anew who is there. */
  const [round, setRound] = useState(0);
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
    const fresh = new Venue(person.me.user_id);
    fresh.feed.onEnded = (why) => {
      if (why === "unauthenticated") return leave();
      // Nobody shall see the accounts of who was here before them.
      kept.change({ isIn: true });
      setSession({ state: "starting" });
      setRound((before) => before + 1);
    };
    fresh.start(person.accounts);
    venue.current?.stop();
    venue.current = fresh;
    setSession({ state: "in", me: person.me, venue: fresh });
  }, [leave]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const start = () => {
      if (!kept.value.isIn) return leave();
      enter().catch(() => {
        if (isGone) return;
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
  }, [enter, leave, round]);

  const actions = useActions(enter, leave);
  const value = useMemo(() => ({ ...actions, session }), [actions, session]);
  return <SessionContext value={value}>{children}</SessionContext>;
}

/** `enter` asks who is there and shows it; `leave` shows that nobody is. */
function useActions(enter: () => Promise<void>, leave: () => void): SessionActions {
  return useMemo<SessionActions>(() => {
    const logIn = async (body: Omit<LogIn, "as_cookie">) => {
      await call("POST /v1/auth/login", { body: { ...body, as_cookie: true } });
      kept.change({ isIn: true });
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
        kept.change({ isIn: true });
        await enter();
      },
      logOut: async () => {
        await call("POST /v1/auth/logout", {}).catch((error: unknown) => {
          // The cookie may still be good, except where the venue knows it no more.
          if (!(error instanceof Refused) || error.problem.status !== 401) throw error;
        });
        leave();
      },
    };
  }, [enter, leave]);
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
  if (me.status === 401) return null;
  const person = given(me) as Me;
  const own = await ownAccounts(person, (given(accounts) as AccountPage).accounts);
  return { me: person, accounts: own };
}

/** Whatever else is answered does not say that nobody is there: it is asked again. */
function given({ status, body }: RawAnswer): unknown {
  if (status !== 200) throw new Unanswered(status);
  return body;
}

/** Whoever has the scope `admin` is shown the accounts of everybody: only their own are meant. */
async function ownAccounts(
  { scopes, user_id: owner }: Me,
  accounts: readonly AccountBody[],
): Promise<readonly AccountBody[]> {
  if (!scopes.includes("admin")) return accounts;
  const answer = await ask("GET /v1/admin/accounts", { query: { owner, limit: ACCOUNTS_MAX } });
  return (given(answer) as AccountPage).accounts.filter((account) => account.owner === owner);
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
