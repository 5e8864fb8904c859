import { call } from "../../../api/client";
import type { OrderBody } from "../../../api/schema";
import { useFormats, useT } from "../../../app/i18n";
import { usePaged } from "../../../app/loaded";
import { useVenue } from "../../../app/session";
import { Badge, EmptyState } from "../../../app/ui/card";
import { SideText } from "../../../app/ui/figures";
import { More, WhenLoaded } from "../../../app/ui/loaded";
import { type Column, Table } from "../../../app/ui/table";
import type { Account } from "../../../core/account/account";
import { averageOf } from "../../../core/orders";
import { useTrade } from "../state";
import { Prices } from "./prices";

const PAGE = 50;

export function History() {
  const t = useT();
  const { account } = useTrade();
  if (account === undefined) return <EmptyState title={t("noHistory")} />;
  return <ClosedOrders account={account} />;
}

/** Orders that are closed, newest first. */
function ClosedOrders({ account }: { account: Account }) {
  const t = useT();
  const columns = useColumns();
  const paged = usePaged(
    async (cursor) => {
      const page = await call("GET /v1/accounts/{account}/orders", {
        path: { account: account.id },
        query: { status: "closed", limit: PAGE, ...(cursor === null ? {} : { cursor }) },
      });
      return { rows: page.orders, next: page.next_cursor ?? null };
    },
    [account.id],
    { changes: account.version },
  );
  return (
    <>
      <WhenLoaded of={paged}>
        {(orders) => (
          <Table
            label={t("history")}
            columns={columns}
            rows={orders}
            keyOf={(order) => order.order_id}
            empty={<EmptyState title={t("noHistory")} />}
          />
        )}
      </WhenLoaded>
      <More of={paged} />
    </>
  );
}

function useColumns(): Column<OrderBody>[] {
  const t = useT();
  const formats = useFormats();
  const { instruments } = useVenue().market;
  return [
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
      cell: (order) => <Prices order={order} />,
    },
    {
      name: "average",
      head: t("average"),
      end: true,
      cell: (order) => formats.decimal(averageOf(order, instruments.get(order.symbol))),
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
}
