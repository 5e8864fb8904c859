import { Link } from "wouter";
import type { OrderBody, OrderStatus } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { Badge } from "../../app/ui/card";
import { SideText } from "../../app/ui/figures";
import type { Column } from "../../app/ui/table";
import { averageOf } from "../../core/orders";

export function StatusBadge({ status }: { status: OrderStatus }) {
  const t = useT();
  const looks: Readonly<Record<OrderStatus, "good" | "accent" | "bad" | "plain">> = {
    filled: "good",
    open: "accent",
    waiting: "accent",
    pending: "accent",
    rejected: "bad",
    canceled: "plain",
    expired: "plain",
  };
  return <Badge look={looks[status]}>{t(`status_${status}`)}</Badge>;
}

/** What all lists of orders have. */
export function useOrderColumns(): Column<OrderBody>[] {
  const t = useT();
  const formats = useFormats();
  const { instruments } = useVenue().market;
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
    {
      name: "time",
      head: t("time"),
      card: "aside",
      cell: (order) => formats.dateTime(order.created_at),
    },
    { name: "side", head: t("side"), cell: ({ side }) => <SideText side={side} /> },
    { name: "type", head: t("type"), cell: ({ type }) => t(`type_${type}`) },
    { name: "tif", head: t("tif"), cell: ({ time_in_force: tif }) => t(`tif_${tif}`) },
    { name: "qty", head: t("quantity"), end: true, cell: ({ qty }) => formats.decimal(qty) },
    {
      name: "price",
      head: t("price"),
      end: true,
      cell: (order) => formats.decimal(order.price ?? order.stop_price),
    },
    {
      name: "filled",
      head: t("filled"),
      end: true,
      cell: (order) => formats.decimal(order.cum_qty),
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
      cell: ({ status }) => <StatusBadge status={status} />,
    },
  ];
}
