import { useState } from "react";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { toast } from "../../app/toasts";
import { callSurely } from "../../app/try";
import { Input, Select } from "../../app/ui/field";
import { ActDialog } from "../../app/ui/act-dialog";
import { FIELDS, POLICIES, type Terms, listingOf, usualTerms } from "./listing";

/** Lists an instrument. The venue checks the terms and says which field does not pass. */
export function AddInstrument({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { point } = useFormats();
  const { desk } = useVenue();
  const [terms, setTerms] = useState<Terms>(() => usualTerms(point));
  const listing = listingOf(terms, point);
  const set = (name: keyof Terms, value: string) => setTerms({ ...terms, [name]: value });
  const add = async () => {
    if (listing === null) return;
    const body = { ...listing, client_request_id: desk.intents.newId() };
    await callSurely("POST /v1/instruments", { body });
    toast({ look: "good", title: t("instrumentAdded", { symbol: listing.symbol }) });
  };
  return (
    <ActDialog
      title={t("addInstrument")}
      action={t("addInstrument")}
      isReady={listing !== null}
      onClose={onClose}
      onAct={add}
    >
      <div className="form-pair">
        {FIELDS.map(({ name, label, isText }) => (
          <Input
            key={name}
            label={t(label)}
            inputMode={isText ? "text" : "decimal"}
            autoComplete="off"
            value={terms[name]}
            onChange={(event) => set(name, event.target.value)}
          />
        ))}
        <Select
          label={t("policy")}
          value={terms.policy}
          options={POLICIES.map((policy) => [policy, t(`policy_${policy}`)])}
          onChange={(policy) => setTerms({ ...terms, policy })}
        />
      </div>
      <p className="card-note">{t("addInstrumentNote")}</p>
    </ActDialog>
  );
}
