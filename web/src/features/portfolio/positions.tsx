import { Link } from "wouter";
import type { PositionBody } from "../../api/schema";
import { useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { EmptyState } from "../../app/ui/card";
import { Change } from "../../app/ui/figures";
import { type Column, Table } from "../../app/ui/table";
import { isZero } from "../../core/decimal";
import { changePercent } from "../../core/market/quotes";
import { gainPercent } from "./curve";

const PACE_MS = 1_000;

interface PositionsProps {
  readonly positions: readonly PositionBody[];
  readonly currency: string;
}

/** What is held, and what was held once: its realised profit stays. */
export function Positions({ positions, currency }: PositionsProps) {
  const t = useT();
  const columns = useColumns(currency);
  const held = positions.filter(({ qty }) => !isZero(qty));
  const past = positions.filter(({ qty }) => isZero(qty));
  return (
    <div className="scroll-x">
      <Table
        label={t("positions")}
        columns={columns}
        rows={[...held, ...past]}
        keyOf={({ symbol }) => symbol}
        lookOf={({ qty }) => (isZero(qty) ? "off" : undefined)}
        empty={
          <EmptyState title={t("noPositions")}>
            <p>{t("noPositionsHint")}</p>
            <Link href="/markets">{t("markets")}</Link>
          </EmptyState>
        }
      />
    </div>
  );
}

function useColumns(currency: string): Column<PositionBody>[] {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  useVersion(market.quotes, PACE_MS);
  const change = (value: string | null | undefined) => (
    <Change value={value} text={formats.signedMoney(value, currency)} />
  );
  const dayOf = ({ symbol }: PositionBody) => {
    const quote = market.quotes.get(symbol);
    return quote === undefined ? null : changePercent(quote);
  };
  return [
    {
      name: "symbol",
      head: t("symbol"),
      card: "lead",
      cell: ({ symbol }) => <Link href={`/t/${encodeURIComponent(symbol)}`}>{symbol}</Link>,
    },
    { name: "qty", head: t("quantity"), end: true, cell: ({ qty }) => formats.decimal(qty) },
    {
      name: "average",
      head: t("averageCost"),
      end: true,
      cell: ({ symbol, average_cost: cost }) =>
        formats.trimmed(cost, market.instruments.get(symbol)?.price_decimals ?? 2),
    },
    { name: "mark", head: t("mark"), end: true, cell: ({ mark }) => formats.decimal(mark) },
    {
      name: "day",
      head: t("changeOfDay"),
      end: true,
      cell: (row) => <Change value={dayOf(row)} text={formats.percent(dayOf(row))} />,
    },
    {
      name: "cost",
      head: t("cost"),
      end: true,
      cell: ({ cost }) => formats.money(cost, currency),
    },
    {
      name: "value",
      head: t("value"),
      end: true,
      cell: ({ market_value: value }) => formats.money(value, currency),
    },
    {
      name: "unrealised",
      head: t("unrealised"),
      end: true,
      cell: (row) => (
        <>
          {change(row.unrealised_profit)}{" "}
          {gainPercent(row) === null ? null : (
            <span className="faint">{formats.percent(gainPercent(row))}</span>
          )}
        </>
      ),
    },
    {
      name: "realised",
      head: t("realised"),
      end: true,
      cell: ({ realised_profit: profit }) => change(profit),
    },
    { name: "fees", head: t("fees"), end: true, cell: ({ fees }) => formats.money(fees, currency) },
  ];
}
