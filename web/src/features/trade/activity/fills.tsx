import { useFormats, useT } from "../../../app/i18n";
import { EmptyState } from "../../../app/ui/card";
import { SideText } from "../../../app/ui/figures";
import { type Column, Table } from "../../../app/ui/table";
import type { OwnFill } from "../own-fills";
import { useTrade } from "../state";

/** Those that came while the page is open, and before them those of history. */
export function Fills() {
  const t = useT();
  const formats = useFormats();
  const { account, fills } = useTrade();
  const currency = account?.currency ?? "";
  const columns: Column<OwnFill>[] = [
    { name: "time", head: t("time"), cell: ({ time }) => formats.dateTime(time) },
    { name: "symbol", head: t("symbol"), card: "lead", cell: ({ symbol }) => <b>{symbol}</b> },
    { name: "side", head: t("side"), cell: ({ side }) => <SideText side={side} /> },
    { name: "qty", head: t("quantity"), end: true, cell: ({ qty }) => formats.decimal(qty) },
    { name: "price", head: t("price"), end: true, cell: ({ price }) => formats.decimal(price) },
    { name: "fee", head: t("fee"), end: true, cell: ({ fee }) => formats.money(fee, currency) },
    { name: "role", head: t("role"), end: true, cell: ({ role }) => t(`role_${role}`) },
  ];
  return (
    <Table
      label={t("fills")}
      columns={columns}
      rows={fills}
      keyOf={(fill) => `${fill.trade_id}/${fill.order_id}`}
      empty={<EmptyState title={t("noFills")} />}
    />
  );
}
