import { useState } from "react";
import type { OrderBody } from "../../api/schema";
import { confirmed } from "../../app/confirm";
import { useOffReason } from "../../app/connection";
import { useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { useTell } from "../../app/tell";
import { Button } from "../../app/ui/button";
import { EmptyState } from "../../app/ui/card";
import { Table } from "../../app/ui/table";
import type { Account } from "../../core/account/account";
import { useOrderColumns } from "./columns";
import { ALL, type Filter, Filters } from "./filters";

/** Orders that wait in the book, live. */
export function OpenOrders({ account }: { account: Account }) {
  const t = useT();
  const columns = useOrderColumns();
  const [filter, setFilter] = useState<Filter>(ALL);
  const { cancel, cancelAll, isOff } = useCancels(account);
  const rows = account.openOrders.filter(
    ({ symbol, side }) =>
      (filter.symbol === "" || filter.symbol === symbol) &&
      (filter.side === "" || filter.side === side),
  );
  const action = {
    name: "actions",
    head: "",
    end: true,
    card: "whole" as const,
    cell: (order: OrderBody) => (
      <Button size="small" disabled={isOff} onClick={() => cancel(order)}>
        {t("cancel")}
        <span className="heard">
          {order.symbol} {order.order_id}
        </span>
      </Button>
    ),
  };
  return (
    <>
      <Filters value={filter} onChange={setFilter} hasDates={false}>
        <Button
          look="danger"
          disabled={isOff || rows.length === 0}
          onClick={() => void cancelAll(filter)}
        >
          {t("cancelAll")}
        </Button>
      </Filters>
      <div className="scroll-x">
        <Table
          label={t("openOrders")}
          columns={[...columns, action]}
          rows={rows}
          keyOf={({ order_id: id }) => id}
          empty={<EmptyState title={t("noOpenOrders")}>{t("noOpenOrdersHint")}</EmptyState>}
        />
      </div>
    </>
  );
}

/** Cancels are tried again by the desk; what is refused is told. */
function useCancels(account: Account) {
  const t = useT();
  const { desk } = useVenue();
  const isOff = useOffReason() !== null;
  const tell = useTell()("toast_cancelRefused");
  return {
    isOff,
    cancel: (order: OrderBody) => void desk.cancel(account.id, order.order_id).then(tell),
    cancelAll: async ({ symbol, side }: Filter) => {
      if (!(await confirmed(t("confirmCancelAll")))) return;
      const which = {
        ...(symbol === "" ? {} : { symbol }),
        ...(side === "" ? {} : { side }),
      };
      tell(await desk.cancelAll(account.id, which));
    },
  };
}
