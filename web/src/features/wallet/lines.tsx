import { Link } from "wouter";
import type { EntryBody } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { Change } from "../../app/ui/figures";
import type { Column } from "../../app/ui/table";
import { entryReason } from "../../core/ledger";

/** Lines of one account; of cash where `symbol` is empty. A line of shares says so by itself. */
export function useLineColumns(currency: string, symbol: string): Column<EntryBody>[] {
  const t = useT();
  const formats = useFormats();
  const asset = (line: EntryBody) => line.symbol ?? symbol;
  const amount = (line: EntryBody) =>
    asset(line) === ""
      ? formats.signedMoney(line.amount, currency)
      : `${formats.signed(line.amount)} ${asset(line)}`;
  const balance = (line: EntryBody) =>
    asset(line) === ""
      ? formats.money(line.balance, currency)
      : `${formats.decimal(line.balance)} ${asset(line)}`;
  return [
    {
      name: "reason",
      head: t("reason"),
      card: "lead",
      cell: ({ reason }) => entryReason(reason, t),
    },
    { name: "time", head: t("time"), card: "aside", cell: ({ time }) => formats.dateTime(time) },
    {
      name: "order",
      head: t("order"),
      cell: ({ order_id: id }) =>
        id == null ? <span className="faint">–</span> : <Link href={`/orders/${id}`}>#{id}</Link>,
    },
    {
      name: "seq",
      head: t("seqHead"),
      end: true,
      cell: ({ event_seq: seq }) => <span className="dim">{formats.integer(seq)}</span>,
    },
    {
      name: "amount",
      head: t("amount"),
      end: true,
      cell: (line) => <Change value={line.amount} text={amount(line)} />,
    },
    { name: "balance", head: t("balanceAfter"), end: true, cell: balance },
  ];
}
