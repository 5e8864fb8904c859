import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { toast } from "../../app/toasts";
import { useAct, useSurely } from "../../app/try";
import { Button } from "../../app/ui/button";
import type { Account } from "../../core/account/account";
import { add, isZero } from "../../core/decimal";
import { useTrade } from "./state";

/** An account settles in one currency: for another one it takes another account. */
export function OpenAccount({ currency }: { currency: string }) {
  const t = useT();
  const venue = useVenue();
  const surely = useSurely();
  const { isBusy, act } = useAct();
  const title = t("openAccountIn", { currency });
  const open = async () => {
    const { account } = await surely("POST /v1/accounts", { body: { currency } });
    venue.addAccount(account);
    toast({ look: "good", title: t("accountOpened", { currency }) });
  };
  return (
    <>
      <p className="ticket-hint">{t("noAccountIn", { currency })}</p>
      <Button look="primary" size="large" wide disabled={isBusy} onClick={() => act(title, open)}>
        {title}
      </Button>
    </>
  );
}

const FIRST_DEPOSIT = "10000.00";

/** For an account that has no money at all: some, by one click. */
export function FirstDeposit({ account }: { account: Account }) {
  const t = useT();
  const formats = useFormats();
  const { draft } = useTrade();
  const surely = useSurely();
  const amount = formats.money(FIRST_DEPOSIT, account.currency);
  const title = t("deposit", { amount });
  const { isBusy, act } = useAct();
  const pay = async () => {
    const { payment } = await surely("POST /v1/accounts/{account}/deposits", {
      path: { account: account.id },
      body: { amount: FIRST_DEPOSIT },
    });
    const isBooked = payment?.status === "booked";
    toast({ look: "good", title: t(isBooked ? "deposited" : "depositWaits", { amount }) });
  };
  const { free, held } = account.cash;
  if (!account.isReady || draft.side === "sell" || !isZero(add(free, held))) return null;
  return (
    <Button wide disabled={isBusy} onClick={() => act(title, pay)}>
      {title}
    </Button>
  );
}
