import { useState } from "react";
import { useVersion } from "../../../app/hooks";
import { useT } from "../../../app/i18n";
import { useHotkeys } from "../../../app/keyboard";
import { useVenue } from "../../../app/session";
import { Tabs } from "../../../app/ui/tabs";
import { useOrderActions } from "../orders-actions";
import { useTrade } from "../state";
import { Balances } from "./balances";
import { Fills } from "./fills";
import { History } from "./history";
import { OpenOrders } from "./open-orders";
import { Positions } from "./positions";

const NAMES = ["positions", "openOrders", "fills", "history", "balances"] as const;
type Name = (typeof NAMES)[number];

/** What is one's own, below the chart. */
export function Activity() {
  const t = useT();
  const venue = useVenue();
  const { account } = useTrade();
  const [active, setActive] = useState<Name>("openOrders");
  const actions = useOrderActions();
  useVersion(venue.desk.intents);
  useHotkeys({
    cancelLast: () => actions.cancelLast(),
    cancelAll: () => void actions.cancelAll(),
  });
  const counts: Partial<Record<Name, number>> = {
    openOrders: account?.openOrders.length ?? 0,
    positions: account?.positions.length ?? 0,
  };
  const views: Readonly<Record<Name, () => React.ReactNode>> = {
    positions: () => <Positions />,
    openOrders: () => <OpenOrders />,
    fills: () => <Fills />,
    history: () => <History />,
    balances: () => <Balances />,
  };
  return (
    <section className="panel activity" aria-label={t("activity")}>
      <Tabs
        label={t("activity")}
        items={NAMES.map((name) => {
          const count = counts[name];
          return { name, title: t(name), ...(count === undefined ? {} : { count }) };
        })}
        active={active}
        onChange={setActive}
      >
        {views[active]()}
      </Tabs>
    </section>
  );
}
