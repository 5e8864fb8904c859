import { useCallback, useSyncExternalStore } from "react";
import type { FeedState } from "../core/feed/feed";
import type { Key } from "../core/i18n/translate";
import { useVersion } from "./hooks";
import { useFormats, useT } from "./i18n";
import { useVenue } from "./session";

/** Often enough to be believed, seldom enough to be read. */
const PACE_MS = 500;

const OFF_REASONS: Readonly<Record<FeedState, Key | null>> = {
  connecting: "connectingReason",
  live: null,
  lagging: null,
  stale: "staleReason",
  reconnecting: "reconnectingReason",
};

/** Why numbers are old and orders are off; `null` while they are not. */
export function useOffReason(): Key | null {
  const { feed } = useVenue();
  // The feed changes with every cut; whoever asks this is rendered when the answer changes.
  const subscribe = useCallback((notify: () => void) => feed.subscribe(notify), [feed]);
  return useSyncExternalStore(subscribe, () => OFF_REASONS[feed.state]);
}

/** The state of the connection, the way it goes, the venue's seq and the latency. */
export function ConnectionBadge() {
  const t = useT();
  const formats = useFormats();
  const { feed } = useVenue();
  useVersion(feed, PACE_MS);
  const way = t(feed.kind === "socket" ? "overSocket" : "overStream");
  return (
    <div className="connection" data-state={feed.state} title={`${t("connection")}: ${way}`}>
      <span className="connection-state" role="status">
        <span className="connection-dot" aria-hidden="true" />
        {t(feed.state)}
        <abbr title={way}>{feed.kind === "socket" ? "WS" : "SSE"}</abbr>
      </span>
      <span className="connection-number" title={t("seqTitle")}>
        {t("seq", { seq: formats.integer(feed.seq) })}
      </span>
      <span className="connection-number latency" title={t("latencyTitle")}>
        {feed.latencyMs === null || OFF_REASONS[feed.state] !== null
          ? "–"
          : t("latency", { ms: Math.max(1, Math.round(feed.latencyMs)) })}
      </span>
    </div>
  );
}
