import { type ReactNode, useEffect, useState } from "react";
import { call } from "../../api/client";
import type { Summary } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { Skeleton } from "../../app/ui/card";
import { Change } from "../../app/ui/figures";
import { useTrade } from "./state";

/** Equity moves with the market, so it is asked for again without any event of the account. */
const AGAIN_MS = 3_000;

/** What the account is worth and how its day went. */
export function AccountCard() {
  const t = useT();
  const formats = useFormats();
  const { account, fills } = useTrade();
  const summary = useSummary(account?.id, fills.length + (account?.openOrders.length ?? 0));
  if (account === undefined) return null;
  const { currency } = account;
  const money = (value: string | undefined) =>
    value === undefined ? <Skeleton width="72px" /> : formats.money(value, currency);
  const profit = (value: string | undefined) =>
    value === undefined ? (
      <Skeleton width="72px" />
    ) : (
      <Change value={value} text={formats.signedMoney(value, currency)} />
    );
  return (
    <section className="account-card" aria-label={t("accountNumber", { id: account.id })}>
      <h2>{t("equity")}</h2>
      <div className="account-equity">{money(summary?.equity)}</div>
      <dl>
        <Line name={t("dayChange")}>{profit(summary?.day_change)}</Line>
        <Line name={t("unrealised")}>{profit(summary?.unrealised_profit)}</Line>
        <Line name={t("buyingPower")}>{money(summary?.buying_power)}</Line>
      </dl>
    </section>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="ticket-row">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** `changes` is another number once something happened to the account. */
function useSummary(account: string | undefined, changes: number): Summary | undefined {
  const [summary, setSummary] = useState<Summary>();
  useEffect(() => {
    if (account === undefined) return;
    let isWanted = true;
    const ask = () => {
      call("GET /v1/accounts/{account}/summary", { path: { account } }).then(
        (answer) => isWanted && setSummary(answer.summary),
        // What was known stays; the connection's badge says that nothing new comes.
        () => {},
      );
    };
    ask();
    const again = setInterval(ask, AGAIN_MS);
    return () => {
      isWanted = false;
      clearInterval(again);
    };
  }, [account, changes]);
  return summary;
}
