import type { MouseEvent } from "react";
import { Link } from "wouter";
import { call } from "../../../api/client";
import type { PositionBody, QuoteOut } from "../../../api/schema";
import { useVersion } from "../../../app/hooks";
import { useFormats, useT } from "../../../app/i18n";
import { useLoaded } from "../../../app/loaded";
import { useVenue } from "../../../app/session";
import { Button } from "../../../app/ui/button";
import { EmptyState } from "../../../app/ui/card";
import { Change } from "../../../app/ui/figures";
import { type Column, Table } from "../../../app/ui/table";
import type { Account } from "../../../core/account/account";
import { isZero, multiply, places, rescale, sign, subtract } from "../../../core/decimal";
import { toast } from "../../../app/toasts";
import { type NewOrder, bestPrice, collarOf } from "../draft";
import { useSending } from "../sending";
import { useTrade } from "../state";

/** Quick enough to watch, slow enough to read. */
const PACE_MS = 250;

export function Positions() {
  const t = useT();
  const { account } = useTrade();
  const positions = usePositions(account);
  const columns = useColumns(account);
  return (
    <Table
      label={t("positions")}
      columns={columns}
      rows={positions.filter(({ qty }) => !isZero(qty))}
      keyOf={(position) => position.symbol}
      empty={<EmptyState title={t("noPositions")}>{t("noPositionsHint")}</EmptyState>}
    />
  );
}

/** Cost and profit are the venue's own; they are asked for again when something was filled. */
function usePositions(account: Account | undefined): readonly PositionBody[] {
  const id = account?.id ?? null;
  const changes = account?.positions.map(([symbol, { total }]) => `${symbol}${total}`).join();
  return useLoaded(() => positionsOf(id), [id], { changes }).value ?? [];
}

async function positionsOf(account: string | null): Promise<readonly PositionBody[]> {
  if (account === null) return [];
  return (await call("GET /v1/accounts/{account}/positions", { path: { account } })).positions;
}

/** What the position is worth at the last price of this moment. */
function marked(position: PositionBody, quote: QuoteOut | undefined) {
  const mark = quote?.last ?? position.mark ?? null;
  if (mark === null) return { mark, value: null, profit: null };
  const value = rescale(multiply(position.qty, mark), places(position.cost), "down");
  return { mark, value, profit: subtract(value, position.cost) };
}

function useColumns(account: Account | undefined): Column<PositionBody>[] {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  useVersion(market.quotes, PACE_MS);
  const close = useClose(account);
  const currency = account?.currency ?? "";
  const now = (position: PositionBody) => marked(position, market.quotes.get(position.symbol));
  return [
    {
      name: "symbol",
      head: t("symbol"),
      card: "lead",
      cell: ({ symbol }) => <Link href={`/t/${encodeURIComponent(symbol)}`}>{symbol}</Link>,
    },
    { name: "qty", head: t("quantity"), end: true, cell: ({ qty }) => formats.decimal(qty) },
    {
      name: "cost",
      head: t("averageCost"),
      end: true,
      cell: ({ symbol, average_cost: cost }) =>
        formats.trimmed(cost, market.instruments.get(symbol)?.price_decimals ?? 2),
    },
    {
      name: "mark",
      head: t("mark"),
      end: true,
      cell: (position) => formats.decimal(now(position).mark),
    },
    {
      name: "value",
      head: t("value"),
      end: true,
      cell: (position) => formats.money(now(position).value, currency),
    },
    {
      name: "unrealised",
      head: t("unrealised"),
      end: true,
      cell: (position) => {
        const { profit } = now(position);
        return <Change value={profit} text={formats.signedMoney(profit, currency)} />;
      },
    },
    {
      name: "realised",
      head: t("realised"),
      end: true,
      cell: ({ realised_profit: profit }) => (
        <Change value={profit} text={formats.signedMoney(profit, currency)} />
      ),
    },
    {
      name: "actions",
      head: "",
      end: true,
      card: "whole",
      cell: ({ symbol, free }) => (
        <Button
          size="small"
          disabled={close.isOff || sign(free) <= 0}
          title={t("closePositionTitle", { symbol })}
          // The second click of a double one is no second order.
          onClick={(event: MouseEvent) => event.detail <= 1 && close.run(symbol)}
        >
          {t("closePosition")}
        </Button>
      ),
    },
  ];
}

/** Sells what is free of a position at the market, no further than the collar. */
function useClose(account: Account | undefined) {
  const t = useT();
  const { market } = useVenue();
  const { isOff, isSending, send } = useSending();
  const orderOf = (symbol: string): NewOrder | null => {
    const instrument = market.instruments.get(symbol);
    if (account === undefined || instrument === undefined) return null;
    const { free } = account.position(symbol);
    const bid = bestPrice("sell", market.quotes.get(symbol));
    if (bid === null) {
      toast({ look: "bad", title: t("closePositionTitle", { symbol }), text: t("bookEmpty") });
      return null;
    }
    if (sign(free) <= 0) return null;
    return {
      symbol,
      side: "sell",
      type: "market",
      qty: free,
      time_in_force: "ioc",
      collar: collarOf("sell", bid, instrument),
    };
  };
  return { isOff: isOff || isSending, run: (symbol: string) => void send(() => orderOf(symbol)) };
}
