import { useVersion } from "../../../app/hooks";
import { useFormats, useT } from "../../../app/i18n";
import { useVenue } from "../../../app/session";
import { EmptyState } from "../../../app/ui/card";
import { type Column, Table } from "../../../app/ui/table";
import type { Account } from "../../../core/account/account";
import { add } from "../../../core/decimal";

/** The cash of all own accounts. */
export function Balances() {
  const t = useT();
  const formats = useFormats();
  const venue = useVenue();
  useVersion(venue);
  useVersion(venue.feed, 500);
  const columns: Column<Account>[] = [
    {
      name: "account",
      head: t("accountMenu"),
      card: "lead",
      cell: ({ id }) => t("accountNumber", { id }),
    },
    { name: "currency", head: t("currency"), cell: ({ currency }) => currency },
    {
      name: "free",
      head: t("free"),
      end: true,
      cell: ({ cash, currency }) => formats.money(cash.free, currency),
    },
    {
      name: "held",
      head: t("held"),
      end: true,
      cell: ({ cash, currency }) => formats.money(cash.held, currency),
    },
    {
      name: "total",
      head: t("total"),
      end: true,
      cell: ({ cash, currency }) => formats.money(add(cash.free, cash.held), currency),
    },
  ];
  return (
    <Table
      label={t("balances")}
      columns={columns}
      rows={venue.accounts}
      keyOf={(account) => account.id}
      empty={<EmptyState title={t("nothing")} />}
    />
  );
}
