import { useState } from "react";
import { call } from "../../api/client";
import type { LeaderBody } from "../../api/schema";
import { useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { useVenue } from "../../app/session";
import { Badge, Card, EmptyState } from "../../app/ui/card";
import { Change } from "../../app/ui/figures";
import { Select } from "../../app/ui/field";
import { WhenLoaded } from "../../app/ui/loaded";
import { Page } from "../../app/ui/page";
import { Segments } from "../../app/ui/tabs";
import { type Column, Table } from "../../app/ui/table";
import { percentOf } from "../../core/decimal";
import { PERIODS, type Period, startOf } from "../../core/periods";
import "./leaderboard.css";

const LEADERS = 50;
const EVERY_MS = 10_000;

export default function Leaderboard() {
  const t = useT();
  const formats = useFormats();
  const venue = useVenue();
  useVersion(venue.market.instruments);
  const [period, setPeriod] = useState<Period>("week");
  const [chosen, setChosen] = useState<string>();
  const currencies = [
    ...new Set([
      ...venue.accounts.map(({ currency }) => currency),
      ...venue.market.instruments.list.map(({ currency }) => currency),
    ]),
  ].filter((each) => each !== "");
  const currency = chosen ?? currencies[0] ?? "";
  const loaded = useLoaded(
    () => {
      const from = startOf(period, Date.now(), formats.timeZone);
      const query = {
        limit: LEADERS,
        ...(currency === "" ? {} : { currency }),
        ...(from === undefined ? {} : { from }),
      };
      return call("GET /v1/leaderboard", { query });
    },
    [currency, period, formats.timeZone],
    { everyMs: EVERY_MS },
  );
  return (
    <Page
      title={t("leaderboard")}
      aside={
        <div className="page-tools">
          <Segments
            label={t("period")}
            items={PERIODS.map((name) => [name, t(`period_${name}`)])}
            active={period}
            onChange={setPeriod}
          />
          <div className="leader-currency">
            <Select
              label={<span className="heard">{t("currency")}</span>}
              value={currency}
              options={currencies.map((each) => [each, each])}
              onChange={setChosen}
            />
          </div>
        </div>
      }
    >
      <WhenLoaded of={loaded} lines={8}>
        {({ leaders, yours, participants }) => (
          <>
            <Own yours={yours} currency={currency} participants={participants} />
            <Leaders leaders={leaders} currency={currency} />
          </>
        )}
      </WhenLoaded>
    </Page>
  );
}

interface OwnProps {
  readonly yours: readonly LeaderBody[];
  readonly currency: string;
  readonly participants: number;
}

/** Where one stands oneself, however far down. */
function Own({ yours, currency, participants }: OwnProps) {
  const t = useT();
  const formats = useFormats();
  const of = formats.integer(participants);
  return (
    <div className="own-ranks">
      {yours.length === 0 ? (
        <p className="card own-rank dim">{t("notRanked", { n: participants, count: of })}</p>
      ) : (
        yours.map(({ rank, return: ratio, profit, account_id: id }) => (
          <div key={id ?? rank} className="card own-rank">
            <span className="own-place">{t("rankNumber", { rank: formats.integer(rank) })}</span>
            <span className="dim">{t("rankOf", { n: participants, count: of })}</span>
            <span className="dim">{t("accountNumber", { id: id ?? "" })}</span>
            <span className="own-result">
              <b>
                <Change value={ratio} text={formats.percent(percentOf(ratio))} />
              </b>
              <Change value={profit} text={formats.signedMoney(profit, currency)} />
            </span>
          </div>
        ))
      )}
    </div>
  );
}

function Leaders(props: { readonly leaders: readonly LeaderBody[]; readonly currency: string }) {
  const t = useT();
  const formats = useFormats();
  const { accounts } = useVenue();
  const isOwn = ({ account_id: id }: LeaderBody) => accounts.some((account) => account.id === id);
  const columns: Column<LeaderBody>[] = [
    {
      name: "rank",
      head: t("rank"),
      card: "aside",
      cell: ({ rank }) => (
        <span className="rank" data-rank={rank}>
          {formats.integer(rank)}
        </span>
      ),
    },
    {
      name: "name",
      head: t("participant"),
      card: "lead",
      cell: (leader) => (
        <span className="badges">
          <b>{leader.display_name ?? t("venueItself")}</b>
          {isOwn(leader) ? <Badge look="accent">{t("you")}</Badge> : null}
          {leader.is_guest ? <Badge>{t("guest")}</Badge> : null}
        </span>
      ),
    },
    {
      name: "profit",
      head: t("profit"),
      end: true,
      cell: ({ profit }) =>
        profit == null ? (
          <span className="faint">{t("hidden")}</span>
        ) : (
          <Change value={profit} text={formats.signedMoney(profit, props.currency)} />
        ),
    },
    {
      name: "return",
      head: t("return"),
      end: true,
      cell: ({ return: ratio }) => (
        <b>
          <Change value={ratio} text={formats.percent(percentOf(ratio))} />
        </b>
      ),
    },
  ];
  // The venue names no accounts of others, so a row is known by its place alone.
  const rows = props.leaders.map((leader, place): LeaderBody & { place: number } => ({
    ...leader,
    place,
  }));
  return (
    <Card flush>
      <Table
        label={t("leaderboard")}
        columns={columns}
        rows={rows}
        keyOf={({ place }) => String(place)}
        lookOf={(leader) => (isOwn(leader) ? "own" : undefined)}
        empty={<EmptyState title={t("noLeaders")}>{t("noLeadersHint")}</EmptyState>}
      />
      <p className="card-note leader-note">{t("leaderNote")}</p>
    </Card>
  );
}
