import { Link } from "wouter";
import { call } from "../../api/client";
import { AccountSelect, useChosenAccount } from "../../app/accounts";
import { useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { Card, EmptyState } from "../../app/ui/card";
import { WhenLoaded } from "../../app/ui/loaded";
import { Page } from "../../app/ui/page";
import type { Account } from "../../core/account/account";
import { Allocation } from "./allocation";
import { Equity } from "./equity";
import { Performances } from "./performances";
import { Positions } from "./positions";
import { Summary } from "./summary";
import "./portfolio.css";

/** Prices move all the time; the venue reckons anew so often. */
const EVERY_MS = 3_000;

export default function Portfolio() {
  const t = useT();
  const account = useChosenAccount();
  return (
    <Page title={t("portfolio")} aside={<AccountSelect />}>
      {account === undefined ? (
        <Card>
          <EmptyState title={t("noAccountYet")}>
            <Link href="/wallet">{t("openAccount")}</Link>
          </EmptyState>
        </Card>
      ) : (
        <Of account={account} />
      )}
    </Page>
  );
}

function Of({ account }: { account: Account }) {
  const t = useT();
  const { id } = account;
  const loaded = useLoaded(
    async () => {
      const path = { account: id };
      const [{ summary }, { positions }] = await Promise.all([
        call("GET /v1/accounts/{account}/summary", { path }),
        call("GET /v1/accounts/{account}/positions", { path }),
      ]);
      return { summary, positions };
    },
    [id],
    { changes: account.version, everyMs: EVERY_MS },
  );
  return (
    <>
      <WhenLoaded of={loaded}>{({ summary }) => <Summary summary={summary} />}</WhenLoaded>
      <div className="split portfolio-split">
        <Equity account={account} summary={loaded.value?.summary} />
        <div className="stack">
          <Performances account={account} />
          <Card title={t("allocation")}>
            <WhenLoaded of={loaded}>
              {({ summary, positions }) => <Allocation summary={summary} positions={positions} />}
            </WhenLoaded>
          </Card>
        </div>
      </div>
      <Card title={t("positions")} flush>
        <WhenLoaded of={loaded}>
          {({ positions }) => <Positions positions={positions} currency={account.currency} />}
        </WhenLoaded>
      </Card>
    </>
  );
}
