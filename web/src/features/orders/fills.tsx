import { useState } from "react";
import { Link } from "wouter";
import { addressOf, call } from "../../api/client";
import type { FillBody } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { usePaged } from "../../app/loaded";
import { EmptyState } from "../../app/ui/card";
import { Change, SideText } from "../../app/ui/figures";
import { More, WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";
import type { Account } from "../../core/account/account";
import { negate } from "../../core/decimal";
import { ALL, type Filter, Filters, queryOf } from "./filters";

const PAGE = 50;

/** All fills that there ever were, newest first; the file has those of the filter. */
export function Fills({ account }: { account: Account }) {
  const t = useT();
  const formats = useFormats();
  const columns = useColumns(account);
  const [filter, setFilter] = useState<Filter>(ALL);
  const query = queryOf(filter, formats.timeZone);
  const path = { account: account.id };
  const paged = usePaged(
    async (cursor) => {
      const page = await call("GET /v1/accounts/{account}/history/fills", {
        path,
        query: { ...query, limit: PAGE, ...(cursor === null ? {} : { cursor }) },
      });
      return { rows: page.fills, next: page.next_cursor ?? null };
    },
    [account.id, filter, formats.timeZone],
    { changes: account.version, isBehind: true },
  );
  return (
    <>
      <Filters value={filter} onChange={setFilter}>
        <a
          className="button"
          href={addressOf("/v1/accounts/{account}/reports/fills.csv", path, query)}
          download={`fills-${account.id}.csv`}
        >
          {t("csv")}
        </a>
      </Filters>
      <WhenLoaded of={paged} lines={6}>
        {(fills) => (
          <div className="scroll-x">
            <Table
              label={t("fills")}
              columns={columns}
              rows={fills}
              keyOf={({ trade_id: trade, order_id: order }) => `${trade}-${order}`}
              empty={<EmptyState title={t(filter === ALL ? "noFills" : "noneFits")} />}
            />
          </div>
        )}
      </WhenLoaded>
      <More of={paged} />
    </>
  );
}

/** The venue tells how much cash went; the side tells which way. */
function cashOf({ side, cash }: FillBody): string {
  return side === "buy" ? negate(cash) : cash;
}

function useColumns({ currency }: Account): Column<FillBody>[] {
  const t = useT();
  const formats = useFormats();
  return [
    {
      name: "symbol",
      head: t("symbol"),
      card: "lead",
      cell: ({ symbol, order_id: id }) => (
        <Link className="order-link" href={`/orders/${id}`} title={t("orderDetails")}>
          <b>{symbol}</b> <span className="faint">#{id}</span>
        </Link>
      ),
    },
    { name: "time", head: t("time"), card: "aside", cell: ({ time }) => formats.dateTime(time) },
    { name: "side", head: t("side"), cell: ({ side }) => <SideText side={side} /> },
    { name: "role", head: t("role"), cell: ({ role }) => t(`role_${role}`) },
    { name: "qty", head: t("quantity"), end: true, cell: ({ qty }) => formats.decimal(qty) },
    { name: "price", head: t("price"), end: true, cell: ({ price }) => formats.decimal(price) },
    { name: "fee", head: t("fee"), end: true, cell: ({ fee }) => formats.money(fee, currency) },
    {
      name: "cash",
      head: t("cash"),
      end: true,
      cell: (fill) => {
        const cash = cashOf(fill);
        return <Change value={cash} text={formats.signedMoney(cash, currency)} />;
      },
    },
    {
      name: "seq",
      head: t("seqHead"),
      end: true,
      cell: ({ event_seq: seq }) => <span className="dim">{formats.integer(seq)}</span>,
    },
  ];
}
