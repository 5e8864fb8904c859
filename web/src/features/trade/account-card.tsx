import { call } from "../../api/client";
import type { Summary } from "../../api/schema";
import { AccountSelectIn } from "../../app/accounts";
import { useFormats, useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { Skeleton } from "../../app/ui/card";
import { Change } from "../../app/ui/figures";
import { Line } from "./line";
import { useTrade } from "./state";

/** Equity moves with the market, so it is asked for again without any event of the account. */
const AGAIN_MS = 3_000;

/** What the account is worth and how its day went. */
export function AccountCard() {
  const t = useT();
  const formats = useFormats();
  const { account, fills } = useTrade();
  const id = account?.id ?? null;
  const { value: summary } = useLoaded(() => summaryOf(id), [id], {
    changes: fills.length + (account?.openOrders.length ?? 0),
    everyMs: AGAIN_MS,
  });
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
      <AccountSelectIn currency={currency} />
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

async function summaryOf(account: string | null): Promise<Summary | undefined> {
  if (account === null) return undefined;
  return (await call("GET /v1/accounts/{account}/summary", { path: { account } })).summary;
}
