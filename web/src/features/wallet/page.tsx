import { AccountSelect, useChosenAccount } from "../../app/accounts";
import { useFormats, useT } from "../../app/i18n";
import { Badge, Card, EmptyState } from "../../app/ui/card";
import { Figure, Figures } from "../../app/ui/figures";
import { Page } from "../../app/ui/page";
import type { Account } from "../../core/account/account";
import { add } from "../../core/decimal";
import { MoveMoney } from "./move-money";
import { OpenAccount } from "./open-account";
import { Payments } from "./payments";
import { Statements } from "./statements";
import "./wallet.css";

export default function Wallet() {
  const t = useT();
  const account = useChosenAccount();
  return (
    <Page title={t("wallet")} aside={<AccountSelect />}>
      {account === undefined ? (
        <>
          <Card>
            <EmptyState title={t("noAccountYet")}>{t("openAccountHint")}</EmptyState>
          </Card>
          <OpenAccount />
        </>
      ) : (
        <Of account={account} />
      )}
    </Page>
  );
}

function Of({ account }: { account: Account }) {
  return (
    <>
      <Balances account={account} />
      <div className="split wallet-split">
        <div className="stack">
          <Payments key={account.id} account={account} />
          <Statements key={`s${account.id}`} account={account} />
        </div>
        <div className="stack">
          <MoveMoney key={account.id} account={account} />
          <OpenAccount />
        </div>
      </div>
    </>
  );
}

function Balances({ account }: { account: Account }) {
  const t = useT();
  const formats = useFormats();
  const { currency, cash, body } = account;
  const status = body?.status ?? "active";
  return (
    <Figures>
      <Figure
        isLarge
        label={t("free")}
        value={formats.money(cash.free, currency)}
        note={t("freeNote")}
      />
      <Figure label={t("held")} value={formats.money(cash.held, currency)} note={t("heldNote")} />
      <Figure label={t("total")} value={formats.money(add(cash.free, cash.held), currency)} />
      <Figure
        label={t("accountNumber", { id: account.id })}
        value={currency}
        note={
          <Badge look={status === "active" ? "good" : "bad"}>{t(`accountStatus_${status}`)}</Badge>
        }
      />
    </Figures>
  );
}
