import { Link } from "wouter";
import { call } from "../../api/client";
import type { InstrumentBody, LimitsOut, PhaseName, RateOut } from "../../api/schema";
import { useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { useVenue } from "../../app/session";
import { Badge, Card, EmptyState } from "../../app/ui/card";
import { Figure, Figures } from "../../app/ui/figures";
import { WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";
import { limitGroups } from "./limits";

const PACE_MS = 500;

/** What whoever is logged in sees as well: the stream, the phases, the limits. */
export function Inside() {
  const t = useT();
  const limits = useLoaded(async () => (await call("GET /v1/limits", {})).limits, []);
  return (
    <>
      <Stream />
      <Card flush title={t("phases")}>
        <Phases />
      </Card>
      <Card flush title={t("rates")}>
        <WhenLoaded of={limits}>{(all) => <Rates limits={all} />}</WhenLoaded>
      </Card>
      <Card title={t("limits")}>
        <WhenLoaded of={limits}>{(all) => <Limits limits={all} />}</WhenLoaded>
      </Card>
    </>
  );
}

function Stream() {
  const t = useT();
  const formats = useFormats();
  const { feed, market } = useVenue();
  useVersion(feed, PACE_MS);
  useVersion(market.instruments);
  const ms = feed.latencyMs === null ? null : Math.max(1, Math.round(feed.latencyMs));
  const date = market.instruments.businessDate;
  return (
    <Figures>
      <Figure
        label={t("stream")}
        value={<span className={feed.state === "live" ? "up" : "down"}>{t(feed.state)}</span>}
        note={t(feed.kind === "socket" ? "overSocket" : "overStream")}
      />
      <Figure label={t("streamSeq")} value={formats.integer(feed.seq)} note={t("seqTitle")} />
      <Figure
        label={t("streamLatency")}
        value={ms === null ? "–" : t("latency", { ms })}
        note={t("latencyTitle")}
      />
      <Figure
        label={t("businessDate")}
        value={date === null ? "–" : formats.date(date)}
        note={t("businessDateNote")}
      />
    </Figures>
  );
}

const LOOKS: Readonly<Record<PhaseName, "good" | "warn" | "bad" | "plain">> = {
  continuous: "good",
  pre_open: "warn",
  cancel_only: "warn",
  halted: "bad",
  closed: "plain",
};

function Phases() {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  useVersion(market.instruments);
  const percent = (ppm: number) => formats.share((ppm / 10_000).toFixed(4).replace(/0{1,2}$/, ""));
  const columns: Column<InstrumentBody>[] = [
    {
      name: "symbol",
      head: t("instrument"),
      card: "lead",
      cell: ({ symbol }) => <Link href={`/t/${encodeURIComponent(symbol)}`}>{symbol}</Link>,
    },
    {
      name: "phase",
      head: t("phase"),
      cell: ({ phase }) => <Badge look={LOOKS[phase]}>{t(`phase_${phase}`)}</Badge>,
    },
    { name: "currency", head: t("currency"), cell: ({ currency }) => currency },
    {
      name: "band",
      head: t("band"),
      end: true,
      cell: ({ band }) => `${formats.decimal(band.low)} – ${formats.decimal(band.high)}`,
    },
    {
      name: "tick",
      head: t("tickSize"),
      end: true,
      cell: (each) => formats.decimal(each.tick_size),
    },
    { name: "lot", head: t("lotSize"), end: true, cell: (each) => formats.decimal(each.lot_size) },
    { name: "maker", head: t("makerFee"), end: true, cell: ({ fees }) => percent(fees.maker_ppm) },
    { name: "taker", head: t("takerFee"), end: true, cell: ({ fees }) => percent(fees.taker_ppm) },
  ];
  return (
    <div className="scroll-x">
      <Table
        label={t("phases")}
        columns={columns}
        rows={market.instruments.list}
        keyOf={({ symbol }) => symbol}
        empty={<EmptyState title={t("nothing")} />}
      />
    </div>
  );
}

function Rates({ limits: { rates } }: { limits: LimitsOut }) {
  const t = useT();
  const formats = useFormats();
  type Row = RateOut & { readonly name: "key" | "account" | "address" };
  const rows: readonly Row[] = (["key", "account", "address"] as const).map((name) => ({
    name,
    ...rates[name],
  }));
  const columns: Column<Row>[] = [
    { name: "name", head: t("rateOf"), card: "lead", cell: ({ name }) => t(`rate_${name}`) },
    {
      name: "rate",
      head: t("rate"),
      end: true,
      cell: ({ requests_max: most, window_seconds: seconds }) =>
        t("ratePer", { n: seconds, count: formats.integer(most), seconds }),
    },
    {
      name: "burst",
      head: t("burst"),
      end: true,
      cell: ({ burst_max: burst }) => formats.integer(burst),
    },
  ];
  return (
    <Table
      label={t("rates")}
      columns={columns}
      rows={rows}
      keyOf={({ name }) => name}
      empty={null}
    />
  );
}

function Limits({ limits }: { limits: LimitsOut }) {
  const t = useT();
  const formats = useFormats();
  return (
    <>
      <p className="card-note">{t("limitsNote")}</p>
      {limitGroups(limits).map(({ name: group, rows }) => (
        <section key={group} className="limit-group">
          <h3 className="mono">{group}</h3>
          <dl className="terms limits">
            {rows.map(({ name, value }) => (
              <div key={name}>
                <dt className="mono">{name}</dt>
                <dd>{formats.integer(value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}
