import { useState } from "react";
import { addressOf, call } from "../../api/client";
import type { Day, EntryBody } from "../../api/schema";
import { useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { usePaged } from "../../app/loaded";
import { useVenue } from "../../app/session";
import { Badge, EmptyState } from "../../app/ui/card";
import { Change } from "../../app/ui/figures";
import { Input } from "../../app/ui/field";
import { More, WhenLoaded } from "../../app/ui/loaded";
import { Table } from "../../app/ui/table";
import type { Account } from "../../core/account/account";
import { percentOf } from "../../core/decimal";
import { useLineColumns } from "./lines";

const PAGE = 50;

/** What the account had before and after a business date, and what changed it. */
export function DayStatement({ account }: { account: Account }) {
  const t = useT();
  const { market } = useVenue();
  useVersion(market.instruments);
  const today = market.instruments.businessDate ?? "";
  const [chosen, setChosen] = useState<string>();
  const date = chosen ?? today;
  const path = { account: account.id };
  const query = date === "" ? {} : { date };
  const paged = usePaged(
    async (cursor) => {
      const answer = await call("GET /v1/accounts/{account}/reports/day", {
        path,
        query: { ...query, limit: PAGE, ...(cursor === null ? {} : { cursor }) },
      });
      return { rows: answer.lines, next: answer.next_cursor ?? null, day: answer.day };
    },
    [account.id, date],
    { changes: account.version, isBehind: true },
  );
  // It comes with the first page.
  const day = paged.first?.day;
  return (
    <>
      <div className="filters">
        <Input
          type="date"
          label={t("businessDate")}
          value={date}
          max={today}
          onChange={(event) =>
            setChosen(event.target.value === "" ? undefined : event.target.value)
          }
        />
        <div className="filters-end">
          <a
            className="button"
            href={addressOf("/v1/accounts/{account}/reports/day.csv", path, query)}
            download={`day-${account.id}-${date}.csv`}
          >
            {t("csv")}
          </a>
        </div>
      </div>
      <WhenLoaded of={paged} lines={6}>
        {(lines) => (day == null ? null : <Report day={day} lines={lines} />)}
      </WhenLoaded>
      <More of={paged} />
    </>
  );
}

function Report({ day, lines }: { day: Day; lines: readonly EntryBody[] }) {
  const t = useT();
  const columns = useLineColumns(day.currency, "");
  return (
    <>
      <Terms day={day} />
      <div className="scroll-x">
        <Table
          label={t("dayStatement")}
          columns={columns}
          rows={lines}
          keyOf={(line) => `${line.event_seq}-${line.reference}-${line.line}-${line.symbol ?? ""}`}
          empty={<EmptyState title={t("noLines")} />}
        />
      </div>
    </>
  );
}

function Terms({ day }: { day: Day }) {
  const t = useT();
  const formats = useFormats();
  const { currency } = day;
  const money = (text: string) => formats.money(text, currency);
  const change = (text: string) => (
    <Change value={text} text={formats.signedMoney(text, currency)} />
  );
  const rows = [
    [t("openingCash"), money(day.opening_cash)],
    [t("closingCash"), money(day.closing_cash)],
    [t("openingEquity"), money(day.opening_equity)],
    [t("closingEquity"), money(day.closing_equity)],
    [t("netFlows"), change(day.net_flows)],
    [t("profit"), change(day.profit)],
    [
      t("return"),
      <Change key="return" value={day.return} text={formats.percent(percentOf(day.return))} />,
    ],
    [
      t("dayState"),
      <Badge key="state" look={day.is_over ? "plain" : "accent"}>
        {t(day.is_over ? "dayOver" : "dayRuns")}
      </Badge>,
    ],
    ...day.holdings.map(({ symbol, opening, closing }) => [
      symbol,
      `${formats.decimal(opening)} → ${formats.decimal(closing)}`,
    ]),
  ] as const;
  return (
    <dl className="terms day-terms">
      {rows.map(([name, value]) => (
        <div key={String(name)}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
