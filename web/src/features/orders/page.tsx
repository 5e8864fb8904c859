import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { AccountSelect, useChosenAccount } from "../../app/accounts";
import { useT } from "../../app/i18n";
import { Card, EmptyState } from "../../app/ui/card";
import { Page } from "../../app/ui/page";
import { Tabs } from "../../app/ui/tabs";
import { Fills } from "./fills";
import { History } from "./history";
import { OpenOrders } from "./open";
import { OrderLife } from "./order-life";
import "./orders.css";

const NAMES = ["openOrders", "history", "fills"] as const;
type Name = (typeof NAMES)[number];

export default function Orders() {
  const t = useT();
  const account = useChosenAccount();
  const [active, setActive] = useState<Name>("openOrders");
  const { order } = useParams<{ order?: string }>();
  const [, go] = useLocation();
  if (account === undefined) {
    return (
      <Page title={t("orders")}>
        <Card>
          <EmptyState title={t("noAccountYet")} />
        </Card>
      </Page>
    );
  }
  const views: Readonly<Record<Name, () => React.ReactNode>> = {
    openOrders: () => <OpenOrders account={account} />,
    history: () => <History account={account} />,
    fills: () => <Fills account={account} />,
  };
  return (
    <Page title={t("orders")} aside={<AccountSelect />}>
      <Card flush>
        <Tabs
          label={t("orders")}
          items={NAMES.map((name) => ({
            name,
            title: t(name),
            count: name === "openOrders" ? account.openOrders.length : 0,
          }))}
          active={active}
          onChange={setActive}
        >
          {views[active]()}
        </Tabs>
      </Card>
      {order === undefined ? null : (
        <OrderLife account={account} order={order} onClose={() => go("/orders")} />
      )}
    </Page>
  );
}
