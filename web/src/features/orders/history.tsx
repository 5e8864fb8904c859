import { useState } from "react";
import { call } from "../../api/client";
import { useFormats, useT } from "../../app/i18n";
import { usePaged } from "../../app/loaded";
import { EmptyState } from "../../app/ui/card";
import { More, WhenLoaded } from "../../app/ui/loaded";
import { Table } from "../../app/ui/table";
import type { Account } from "../../core/account/account";
import { useOrderColumns } from "./columns";
import { ALL, type Filter, Filters, queryOf } from "./filters";

const PAGE = 50;

/** All orders that there ever were, newest first. */
export function History({ account }: { account: Account }) {
  const t = useT();
  const formats = useFormats();
  const columns = useOrderColumns();
  const [filter, setFilter] = useState<Filter>(ALL);
  const paged = usePaged(
    async (cursor) => {
      const query = queryOf(filter, formats.timeZone);
      const page = await call("GET /v1/accounts/{account}/history/orders", {
        path: { account: account.id },
        query: { ...query, limit: PAGE, ...(cursor === null ? {} : { cursor }) },
      });
      return { rows: page.orders, next: page.next_cursor ?? null };
    },
    [account.id, filter, formats.timeZone],
    { changes: account.version, isBehind: true },
  );
  return (
    <>
      <Filters value={filter} onChange={setFilter} />
      <WhenLoaded of={paged} lines={6}>
        {(orders) => (
          <div className="scroll-x">
            <Table
              label={t("history")}
              columns={columns}
              rows={orders}
              keyOf={({ order_id: id }) => id}
              empty={<EmptyState title={t(filter === ALL ? "noHistory" : "noneFits")} />}
            />
          </div>
        )}
      </WhenLoaded>
      <More of={paged} />
    </>
  );
}
