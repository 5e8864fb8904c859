import { useEffect, useState } from "react";
import { call } from "../../../api/client";
import type { FillBody } from "../../../api/schema";
import { useFormats, useT } from "../../../app/i18n";
import { EmptyState } from "../../../app/ui/card";
import { type Column, Table } from "../../../app/ui/table";
import type { Account, Fill } from "../../../core/account/account";
import { useTrade } from "../state";
import { SideCell } from "./side-cell";

const FILLS_SHOWN = 50;

type Row = Pick<FillBody, "order_id" | "trade_id" | "time" | "symbol" | "side" | "fee" | "role"> & {
  readonly price: string;
  readonly qty: string;
};

/** Those that came while the page is open, and before them those of history. */
export function Fills() {
  const t = useT();
  const formats = useFormats();
  const { account } = useTrade();
  const rows = useFills(account);
  const currency = account?.currency ?? "";
  const columns: Column<Row>[] = [
    { name: "time", head: t("time"), cell: ({ time }) => formats.dateTime(time) },
    { name: "symbol", head: t("symbol"), card: "lead", cell: ({ symbol }) => <b>{symbol}</b> },
    { name: "side", head: t("side"), cell: ({ side }) => <SideCell side={side} /> },
    { name: "qty", head: t("quantity"), end: true, cell: ({ qty }) => formats.decimal(qty) },
    { name: "price", head: t("price"), end: true, cell: ({ price }) => formats.decimal(price) },
    { name: "fee", head: t("fee"), end: true, cell: ({ fee }) => formats.money(fee, currency) },
    { name: "role", head: t("status"), end: true, cell: ({ role }) => t(`role_${role}`) },
  ];
  return (
    <Table
      label={t("fills")}
      columns={columns}
      rows={rows}
      keyOf={(fill) => `${fill.trade_id}/${fill.order_id}`}
      empty={<EmptyState title={t("noFills")} />}
    />
  );
}

function useFills(account: Account | undefined): readonly Row[] {
  const [past, setPast] = useState<readonly Row[]>([]);
  const id = account?.id;
  useEffect(() => {
    if (id === undefined) return;
    let isWanted = true;
    const query = { limit: FILLS_SHOWN };
    call("GET /v1/accounts/{account}/history/fills", { path: { account: id }, query }).then(
      ({ fills }) => isWanted && setPast(fills),
      // History may be a moment behind, or switched off: then only new ones are shown.
      () => {},
    );
    return () => {
      isWanted = false;
    };
  }, [id]);
  const fresh = (account?.fills ?? []).map(rowOf);
  const known = new Set(fresh.map(({ trade_id, order_id }) => `${trade_id}/${order_id}`));
  const older = past.filter(({ trade_id, order_id }) => !known.has(`${trade_id}/${order_id}`));
  return [...fresh, ...older].slice(0, FILLS_SHOWN);
}

function rowOf(fill: Fill): Row {
  return { ...fill, price: fill.last_price, qty: fill.last_qty };
}
