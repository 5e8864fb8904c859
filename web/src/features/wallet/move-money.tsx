import { useState } from "react";
import type { PaidAccount } from "../../api/schema";
import { useFormats, useRetyping, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { toast } from "../../app/toasts";
import { useSurely, useTry } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Card } from "../../app/ui/card";
import { Input } from "../../app/ui/field";
import { Segments } from "../../app/ui/tabs";
import type { Account } from "../../core/account/account";
import { compare, places, sign } from "../../core/decimal";
import { parseDecimal, retyped, typed } from "../../core/parse";

const KINDS = ["deposit", "withdraw", "transfer"] as const;
type Kind = (typeof KINDS)[number];

/** Round amounts in the account's currency. */
const CHIPS = ["100", "1000", "10000"];

/** Brings money, takes it away, or sends it to another account. */
export function MoveMoney({ account }: { account: Account }) {
  const t = useT();
  const formats = useFormats();
  const [kind, setKind] = useState<Kind>("deposit");
  const [text, setText] = useState("");
  useRetyping(() => setText(retyped));
  const [to, setTo] = useState("");
  const { isBusy, refusal, start } = useTry();
  const pay = usePay(account);
  const scale = places(account.cash.free);
  const amount = parseDecimal(text, formats.point, scale);
  const isPaid = amount !== null && sign(amount) > 0;
  const isShort = isPaid && kind !== "deposit" && compare(amount, account.cash.free) > 0;
  const isTo = kind !== "transfer" || (/^\d+$/.test(to) && to !== account.id);
  const error = amountError(text, isPaid, isShort);
  const isReady = isPaid && !isShort && isTo;
  return (
    <Card
      title={t("moveMoney")}
      aside={
        <Segments
          label={t("moveMoney")}
          items={KINDS.map((name) => [name, t(`kind_${name}`)])}
          active={kind}
          onChange={setKind}
        />
      }
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) start(() => pay(kind, amount, to).then(() => setText("")));
        }}
      >
        <Input
          label={t("amount")}
          inputMode="decimal"
          autoComplete="off"
          value={text}
          suffix={account.currency}
          error={error === null ? undefined : t(error, { places: scale })}
          onChange={(event) => setText(event.target.value)}
        />
        <Chips account={account} kind={kind} onChoose={setText} />
        {kind === "transfer" ? <ToAccount from={account} to={to} onTo={setTo} /> : null}
        {refusal === null ? null : (
          <div className="notice bad" role="alert">
            {refusal}
          </div>
        )}
        <Button type="submit" look="primary" wide disabled={isBusy || !isReady}>
          {t(`do_${kind}`)}
        </Button>
      </form>
    </Card>
  );
}

interface ToAccountProps {
  readonly from: Account;
  readonly to: string;
  readonly onTo: (to: string) => void;
}

/** Whom to send to: any account by its number, own ones by a click. */
function ToAccount({ from, to, onTo }: ToAccountProps) {
  const t = useT();
  const own = useVenue()
    .accountsIn(from.currency)
    .filter((account) => account.id !== from.id);
  return (
    <>
      <Input
        label={t("toAccount")}
        note={to === from.id ? t("bad_toAccount", { id: from.id }) : t("toAccountNote")}
        inputMode="numeric"
        autoComplete="off"
        value={to}
        // One's own number may be the beginning of another: that is no fault yet.
        error={/\D/.test(to) ? t("bad_toAccount", { id: from.id }) : undefined}
        onChange={(event) => onTo(event.target.value.trim())}
      />
      {own.length === 0 ? null : (
        <div className="chips" role="group" aria-label={t("toAccount")}>
          {own.map(({ id }) => (
            <Button key={id} size="small" onClick={() => onTo(id)}>
              {t("accountNumber", { id })}
            </Button>
          ))}
        </div>
      )}
    </>
  );
}

interface ChipsProps {
  readonly account: Account;
  readonly kind: Kind;
  readonly onChoose: (text: string) => void;
}

/** Amounts that are often wanted: round ones to bring, all that is free to take away. */
function Chips({ account, kind, onChoose }: ChipsProps) {
  const t = useT();
  const formats = useFormats();
  const { cash, currency } = account;
  return (
    <div className="chips" role="group" aria-label={t("amount")}>
      {kind === "deposit" ? (
        CHIPS.map((chip) => (
          <Button key={chip} size="small" onClick={() => onChoose(chip)}>
            {formats.money(chip, currency)}
          </Button>
        ))
      ) : (
        <Button size="small" onClick={() => onChoose(typed(cash.free, formats.point))}>
          {t("allFree", { amount: formats.money(cash.free, currency) })}
        </Button>
      )}
    </div>
  );
}

function amountError(text: string, isPaid: boolean, isShort: boolean) {
  if (text === "") return null;
  if (!isPaid) return "bad_amount";
  return isShort ? "p_insufficient_funds" : null;
}

/** Pays once, however often it must be asked for an answer. */
function usePay(account: Account) {
  const t = useT();
  const formats = useFormats();
  const surely = useSurely();
  const asked = (kind: Kind, amount: string, to: string): Promise<PaidAccount> => {
    const path = { account: account.id };
    switch (kind) {
      case "deposit":
        return surely("POST /v1/accounts/{account}/deposits", { path, body: { amount } });
      case "withdraw":
        return surely("POST /v1/accounts/{account}/withdrawals", { path, body: { amount } });
      case "transfer":
        return surely("POST /v1/accounts/{account}/transfers", { path, body: { amount, to } });
    }
  };
  return async (kind: Kind, amount: string, to: string) => {
    const { payment } = await asked(kind, amount, to);
    const isBooked = payment?.status !== "pending";
    toast({
      look: isBooked ? "good" : "plain",
      title: t(isBooked ? `done_${kind}` : "paymentWaits", {
        amount: formats.money(amount, account.currency),
      }),
    });
  };
}
