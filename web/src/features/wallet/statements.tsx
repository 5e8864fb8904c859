import { useState } from "react";
import { useT } from "../../app/i18n";
import { Card } from "../../app/ui/card";
import { Tabs } from "../../app/ui/tabs";
import type { Account } from "../../core/account/account";
import { DayStatement } from "./day-statement";
import { Statement } from "./statement";

const NAMES = ["statement", "dayStatement"] as const;
type Name = (typeof NAMES)[number];

/** What changed the balance, over a range of time or in one business date. */
export function Statements({ account }: { account: Account }) {
  const t = useT();
  const [active, setActive] = useState<Name>("statement");
  return (
    <Card flush>
      <Tabs
        label={t("statement")}
        items={NAMES.map((name) => ({ name, title: t(name) }))}
        active={active}
        onChange={setActive}
      >
        {active === "statement" ? (
          <Statement account={account} />
        ) : (
          <DayStatement account={account} />
        )}
      </Tabs>
    </Card>
  );
}
