import { Link } from "wouter";
import { useCell } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { settings } from "../../app/settings";
import { Badge } from "../../app/ui/card";
import { Change } from "../../app/ui/figures";
import type { Column } from "../../app/ui/table";
import type { Key } from "../../core/i18n/translate";
import { type ColumnName, type MarketRow, type Order } from "./rows";
import { Spark } from "./spark";

export function useMarketColumns(
  order: Order,
  setOrder: (order: Order) => void,
): Column<MarketRow>[] {
  const t = useT();
  const formats = useFormats();
  const direction = order.isDown ? ("descending" as const) : ("ascending" as const);
  const sortable = (by: ColumnName, head: Key) => ({
    name: by,
    head: t(head),
    sorted: order.by === by ? direction : undefined,
    // Names begin with A, numbers with the largest.
    onSort: () => setOrder({ by, isDown: order.by === by ? !order.isDown : by !== "symbol" }),
  });
  const price = (name: string, head: Key, of: (row: MarketRow) => string | null | undefined) => ({
    name,
    head: t(head),
    end: true,
    cell: (row: MarketRow) => formats.decimal(of(row)),
  });
  return [
    {
      ...sortable("symbol", "instrument"),
      card: "lead",
      cell: (row) => <Name row={row} />,
    },
    {
      ...sortable("last", "last"),
      end: true,
      cell: ({ quote }) => <b>{formats.decimal(quote?.last)}</b>,
    },
    {
      ...sortable("change", "change"),
      end: true,
      cell: ({ percent }) => <Change value={percent} text={formats.percent(percent)} />,
    },
    {
      name: "spark",
      head: t("lastHour"),
      cell: ({ instrument }) => <Spark symbol={instrument.symbol} />,
    },
    price("bid", "bid", ({ quote }) => quote?.bid),
    price("ask", "ask", ({ quote }) => quote?.ask),
    price("low", "low", ({ quote }) => quote?.day.low),
    price("high", "high", ({ quote }) => quote?.day.high),
    {
      ...sortable("volume", "volume"),
      end: true,
      cell: ({ quote }) => formats.compact(quote?.day.volume),
    },
    {
      ...sortable("turnover", "turnover"),
      end: true,
      cell: ({ quote, instrument }) => (
        <span>
          {formats.compact(quote?.day.value)} <span className="faint">{instrument.currency}</span>
        </span>
      ),
    },
  ];
}

function Name({ row: { instrument } }: { row: MarketRow }) {
  const t = useT();
  const { symbol, phase, isin } = instrument;
  const look = phase === "continuous" ? "good" : phase === "halted" ? "bad" : "warn";
  return (
    <span className="market-name">
      <Star symbol={symbol} />
      <Link href={`/t/${encodeURIComponent(symbol)}`} title={isin ?? undefined}>
        {symbol}
      </Link>
      <Badge look={look}>{t(`phase_${phase}`)}</Badge>
    </span>
  );
}

function Star({ symbol }: { symbol: string }) {
  const t = useT();
  const { starred } = useCell(settings);
  const isStarred = starred.includes(symbol);
  const toggle = () => {
    const others = starred.filter((each) => each !== symbol);
    settings.change({ starred: isStarred ? others : [...others, symbol] });
  };
  return (
    <button
      type="button"
      className="star"
      aria-pressed={isStarred}
      aria-label={t("star", { symbol })}
      onClick={toggle}
    >
      {isStarred ? "★" : "☆"}
    </button>
  );
}
