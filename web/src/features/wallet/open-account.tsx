import { useState } from "react";
import { chooseAccount } from "../../app/accounts";
import { useVersion } from "../../app/hooks";
import { useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { toast } from "../../app/toasts";
import { useSurely, useTry } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Card } from "../../app/ui/card";
import { Select } from "../../app/ui/field";

/** Opens an account in a currency in which something trades. */
export function OpenAccount() {
  const t = useT();
  const venue = useVenue();
  const surely = useSurely();
  useVersion(venue.market.instruments);
  useVersion(venue);
  const currencies = [...new Set(venue.market.instruments.list.map(({ currency }) => currency))];
  const first = currencies.find((each) => venue.accountIn(each) === undefined) ?? currencies[0];
  const [chosen, setChosen] = useState<string>();
  const currency = chosen ?? first ?? "";
  const { isBusy, refusal, start } = useTry();
  const open = async () => {
    const { account } = await surely("POST /v1/accounts", { body: { currency } });
    venue.addAccount(account);
    chooseAccount(account.account_id);
    setChosen(undefined);
    toast({ look: "good", title: t("accountOpened", { currency }) });
  };
  return (
    <Card title={t("anotherAccount")}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          start(open);
        }}
      >
        <p className="card-note">{t("anotherAccountNote")}</p>
        <Select
          label={t("currency")}
          value={currency}
          options={currencies.map((each) => [each, each])}
          onChange={setChosen}
        />
        {refusal === null ? null : (
          <div className="notice bad" role="alert">
            {refusal}
          </div>
        )}
        <Button type="submit" wide disabled={isBusy || currency === ""}>
          {t("openAccountIn", { currency })}
        </Button>
      </form>
    </Card>
  );
}
