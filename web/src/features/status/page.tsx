import { Unanswered, ask } from "../../api/client";
import { useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { useSession } from "../../app/session";
import { PageFrame } from "../../app/ui/page";
import { Health, type HealthNow } from "./health";
import { Inside } from "./inside";
import "./status.css";

const EVERY_MS = 2_000;
const WAIT_MS = 3_000;

/** How the venue is, for everybody; more of it for whoever is logged in. */
export default function Status() {
  const t = useT();
  const { session } = useSession();
  const loaded = useLoaded(askHealth, [], { everyMs: EVERY_MS });
  const version = useLoaded(askVersion, []);
  return (
    <PageFrame title={t("status")}>
      <div className="page-body">
        <Health now={loaded.value} version={version.value} />
        {session.state === "in" ? <Inside /> : null}
        {session.state === "stranger" ? <p className="card-note">{t("statusLogIn")}</p> : null}
      </div>
    </PageFrame>
  );
}

/** No answer is an answer here. */
async function askHealth(): Promise<HealthNow> {
  const before = performance.now();
  try {
    const health = await ask("GET /health", {}, WAIT_MS);
    const latencyMs = performance.now() - before;
    const ready = await ask("GET /ready", {}, WAIT_MS);
    const body = ready.body as { readonly seq?: number; readonly event_seq?: number };
    return {
      isAlive: health.status === 200,
      isReady: ready.status === 200,
      latencyMs,
      seq: body.seq ?? null,
      eventSeq: body.event_seq ?? null,
    };
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return { isAlive: false, isReady: false, latencyMs: null, seq: null, eventSeq: null };
  }
}

/** The contract names the version of the venue that serves it. */
async function askVersion(): Promise<string | null> {
  const answer = await fetch("/v1/openapi.json", { signal: AbortSignal.timeout(WAIT_MS) });
  const { info } = (await answer.json()) as { info?: { version?: string } };
  return info?.version ?? null;
}
