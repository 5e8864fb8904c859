import type { ReplaceOrder, SideName } from "../../api/schema";
import { confirmed } from "../../app/confirm";
import { useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { useTell } from "../../app/tell";
import { useTrade } from "./state";

/** What can be done with own orders; what the venue refuses is told in a message. */
export function useOrderActions() {
  const t = useT();
  const { desk } = useVenue();
  const { account } = useTrade();
  const tell = useTell();
  const cancel = (orderId: string): void => {
    if (account === undefined || desk.isCanceling(orderId)) return;
    void desk.cancel(account.id, orderId).then(tell("toast_cancelRefused"));
  };
  return {
    cancel,
    async replace(orderId: string, change: ReplaceOrder): Promise<boolean> {
      if (account === undefined) return false;
      const done = await desk.replace(account.id, orderId, change);
      tell("toast_replaceRefused")(done);
      return done.ok;
    },
    async cancelAll(side?: SideName): Promise<void> {
      if (account === undefined || !(await confirmed(t("confirmCancelAll")))) return;
      const which = side === undefined ? {} : { side };
      tell("toast_cancelRefused")(await desk.cancelAll(account.id, which));
    },
    cancelLast(): boolean {
      const last = account?.openOrders.find((order) => !desk.isCanceling(order.order_id));
      if (last === undefined) return false;
      cancel(last.order_id);
      return true;
    },
  };
}
