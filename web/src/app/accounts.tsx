// Which of their accounts somebody looks at: one choice for all pages.

import { Cell } from "../core/emitter";
import type { Account } from "../core/account/account";
import { useCell, useVersion } from "./hooks";
import { useT } from "./i18n";
import { useVenue } from "./session";
import { Select } from "./ui/field";

const chosen = new Cell<string | null>(null);

/** Own account events render no more often than that. */
const PACE_MS = 500;

/** `undefined` for whoever has no account. Renders when something happened to it. */
export function useChosenAccount(): Account | undefined {
  const venue = useVenue();
  const id = useCell(chosen);
  useVersion(venue);
  const account = venue.accounts.find((each) => each.id === id) ?? venue.accounts[0];
  useVersion(account, PACE_MS);
  return account;
}

/** The account that trades in a currency: the chosen one where it does. */
export function useAccountIn(currency: string): Account | undefined {
  const venue = useVenue();
  const id = useCell(chosen);
  useVersion(venue);
  return venue.accountIn(currency, id);
}

export function chooseAccount(id: string): void {
  chosen.set(id);
}

export function AccountSelect() {
  const { accounts } = useVenue();
  return <SelectOf accounts={accounts} account={useChosenAccount()} />;
}

/** The same among those that trade in one currency. */
export function AccountSelectIn({ currency }: { currency: string }) {
  const venue = useVenue();
  return <SelectOf accounts={venue.accountsIn(currency)} account={useAccountIn(currency)} />;
}

interface SelectOfProps {
  readonly accounts: readonly Account[];
  readonly account: Account | undefined;
}

/** Nothing where there is no choice. */
function SelectOf({ accounts, account }: SelectOfProps) {
  const t = useT();
  if (account === undefined || accounts.length < 2) return null;
  return (
    <div className="account-select">
      <Select
        label={<span className="heard">{t("accountMenu")}</span>}
        value={account.id}
        options={accounts.map(({ id, currency }) => [
          id,
          `${t("accountNumber", { id })} · ${currency}`,
        ])}
        onChange={chooseAccount}
      />
    </div>
  );
}
