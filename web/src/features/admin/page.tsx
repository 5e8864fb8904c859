import { type ComponentType } from "react";
import { useLocation, useParams } from "wouter";
import { useT } from "../../app/i18n";
import { Page } from "../../app/ui/page";
import { Tabs } from "../../app/ui/tabs";
import { Card } from "../../app/ui/card";
import { Accounts } from "./accounts";
import { Engine } from "./engine";
import { Instruments } from "./instruments";
import { KillSwitches } from "./kill";
import { Ledger } from "./ledger";
import { Payments } from "./payments";
import { People } from "./people";
import { Statistics } from "./statistics";
import "./admin.css";

const PARTS = [
  "instruments",
  "people",
  "accounts",
  "payments",
  "kill",
  "statistics",
  "ledger",
  "engine",
] as const;
type Part = (typeof PARTS)[number];

const VIEWS: Readonly<Record<Part, ComponentType>> = {
  instruments: Instruments,
  people: People,
  accounts: Accounts,
  payments: Payments,
  kill: KillSwitches,
  statistics: Statistics,
  ledger: Ledger,
  engine: Engine,
};

/** Running the venue: every act of it, each behind its own tab and address. */
export default function Admin() {
  const t = useT();
  const { part } = useParams<{ part?: string }>();
  const [, go] = useLocation();
  const active = PARTS.find((each) => each === part) ?? "instruments";
  const View = VIEWS[active];
  return (
    <Page title={t("admin")}>
      <Card flush>
        <Tabs
          label={t("admin")}
          items={PARTS.map((name) => ({ name, title: t(`admin_${name}`) }))}
          active={active}
          onChange={(name) => go(`/admin/${name}`)}
        >
          <View />
        </Tabs>
      </Card>
    </Page>
  );
}
