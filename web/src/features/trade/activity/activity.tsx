import { useCell, useVersion } from "../../../app/hooks";
import { useT } from "../../../app/i18n";
import { useHotkeys } from "../../../app/keyboard";
import { useVenue } from "../../../app/session";
import { Tabs } from "../../../app/ui/tabs";
import { useOrderActions } from "../orders-actions";
import { ACTIVITIES, type ActivityName, preferences } from "../preferences";
import { useTrade } from "../state";
import { Balances } from "./balances";
import { Fills } from "./fills";
import { History } from "./history";
import { OpenOrders } from "./open-orders";
import { Positions } from "./positions";

/** What is one's own, below the chart. */
export function Activity() {
  const t = useT();
  const venue = useVenue();
  const { account } = useTrade();
  const { activity: active } = useCell(preferences);
  const actions = useOrderActions();
  useVersion(venue.desk.intents);
  useHotkeys({
    // A key that is held is pressed once: each press cancels one order.
    cancelLast: (event) => (event?.repeat === true ? true : actions.cancelLast()),
    cancelAll: (event) => {
      if (event?.repeat !== true) void actions.cancelAll();
    },
  });
  const counts: Partial<Record<ActivityName, number>> = {
    openOrders: account?.openOrders.length ?? 0,
    positions: account?.positions.length ?? 0,
  };
  const views: Readonly<Record<ActivityName, () => React.ReactNode>> = {
    positions: () => <Positions />,
    openOrders: () => <OpenOrders key={account?.id} />,
    fills: () => <Fills />,
    history: () => <History />,
    balances: () => <Balances />,
  };
  return (
    <section className="panel activity" aria-label={t("activity")}>
      <Tabs
        label={t("activity")}
        items={ACTIVITIES.map((name) => {
          const count = counts[name];
          return { name, title: t(name), ...(count === undefined ? {} : { count }) };
        })}
        active={active}
        onChange={(activity) => preferences.change({ activity })}
      >
        {views[active]()}
      </Tabs>
    </section>
  );
}
