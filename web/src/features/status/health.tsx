import { useFormats, useT } from "../../app/i18n";
import { Card } from "../../app/ui/card";
import { Figure, Figures } from "../../app/ui/figures";
import { Skeleton } from "../../app/ui/card";

export interface HealthNow {
  readonly isAlive: boolean;
  readonly isReady: boolean;
  readonly latencyMs: number | null;
  readonly seq: number | null;
  readonly eventSeq: number | null;
}

type Look = "good" | "warn" | "bad";

interface HealthProps {
  readonly now: HealthNow | undefined;
  readonly version: string | null | undefined;
}

/** One sentence, and the numbers behind it. */
export function Health({ now, version }: HealthProps) {
  const t = useT();
  const formats = useFormats();
  if (now === undefined) {
    return (
      <Card>
        <Skeleton height="48px" />
      </Card>
    );
  }
  const look: Look = !now.isAlive ? "bad" : now.isReady ? "good" : "warn";
  const texts = { good: "healthGood", warn: "healthWarn", bad: "healthBad" } as const;
  const hints = { good: "healthGoodHint", warn: "healthWarnHint", bad: "healthBadHint" } as const;
  const number = (value: number | null) => (value === null ? "–" : formats.integer(value));
  const ms = now.latencyMs === null ? null : Math.max(1, Math.round(now.latencyMs));
  return (
    <>
      <section className="card health" data-look={look} role="status">
        <span className="health-dot" aria-hidden="true" />
        <div>
          <h2>{t(texts[look])}</h2>
          <p className="dim">{t(hints[look])}</p>
        </div>
      </section>
      <Figures>
        <Figure label={t("commandSeq")} value={number(now.seq)} note={t("commandSeqNote")} />
        <Figure label={t("eventSeq")} value={number(now.eventSeq)} note={t("eventSeqNote")} />
        <Figure
          label={t("restLatency")}
          value={ms === null ? "–" : t("latency", { ms })}
          note={t("restLatencyNote")}
        />
        <Figure label={t("version")} value={version ?? "–"} note={t("versionNote")} />
      </Figures>
    </>
  );
}
