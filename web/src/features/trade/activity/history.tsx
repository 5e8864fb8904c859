import { useCallback, useEffect, useState } from "react";
import { call } from "../../../api/client";
import type { OrderBody } from "../../../api/schema";
import { useFormats, useT } from "../../../app/i18n";
import { Button } from "../../../app/ui/button";
import { Badge, EmptyState } from "../../../app/ui/card";
import { SideText } from "../../../app/ui/figures";
import { type Column, Table } from "../../../app/ui/table";
import { divide, isZero, places } from "../../../core/decimal";
import { useTrade } from "../state";

const PAGE = 50;

/** Orders that are closed, newest first. */
export function History() {
  const t = useT();
  const formats = useFormats();
  const { account } = useTrade();
  const { orders, more } = useClosedOrders(account?.id, account?.openOrders.length ?? 0);
  const columns: Column<OrderBody>[] = [
    { name: "time", head: t("time"), cell: (order) => formats.dateTime(order.created_at) },
    { name: "symbol", head: t("symbol"), card: "lead", cell: ({ symbol }) => <b>{symbol}</b> },
    { name: "side", head: t("side"), cell: ({ side }) => <SideText side={side} /> },
    { name: "type", head: t("type"), cell: ({ type }) => t(`type_${type}`) },
    { name: "qty", head: t("quantity"), end: true, cell: ({ qty }) => formats.decimal(qty) },
    {
      name: "filled",
      head: t("filled"),
      end: true,
      cell: (order) => formats.decimal(order.cum_qty),
    },
    {
      name: "price",
      head: t("price"),
      end: true,
      cell: (order) => formats.decimal(order.price ?? order.stop_price),
    },
    {
      name: "average",
      head: t("average"),
      end: true,
      cell: (order) => formats.decimal(averageOf(order)),
    },
    {
      name: "status",
      head: t("status"),
      end: true,
      cell: ({ status }) => (
        <Badge look={status === "filled" ? "good" : status === "rejected" ? "bad" : "plain"}>
          {t(`status_${status}`)}
        </Badge>
      ),
    },
  ];
  return (
    <>
      <Table
        label={t("history")}
        columns={columns}
        rows={orders}
        keyOf={(order) => order.order_id}
        empty={<EmptyState title={t("noHistory")} />}
      />
      {more === null ? null : (
        <div className="activity-foot">
          <Button size="small" onClick={more}>
            {t("loadMore")}
          </Button>
        </div>
      )}
    </>
  );
}

function averageOf({ cum_qty, cum_value, price }: OrderBody): string | null {
  return isZero(cum_qty) ? null : divide(cum_value, cum_qty, places(price ?? "0.00"), "half_up");
}

/** `changes` is something that is another number once an order was closed. */
function useClosedOrders(account: string | undefined, changes: number) {
  const [orders, setOrders] = useState<readonly OrderBody[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const load = useCallback(
    async (from: string | null) => {
      if (account === undefined) return;
      const page = await call("GET /v1/accounts/{account}/orders", {
        path: { account },
        query: { status: "closed", limit: PAGE, ...(from === null ? {} : { cursor: from }) },
      });
      setOrders((known) => (from === null ? page.orders : [...known, ...page.orders]));
      setCursor(page.next_cursor ?? null);
    },
    [account],
  );
  useEffect(() => {
    // Without an answer what was there stays.
    load(null).catch(() => {});
  }, [load, changes]);
  return { orders, more: cursor === null ? null : () => void load(cursor).catch(() => {}) };
}
