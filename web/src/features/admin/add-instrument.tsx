import { useState } from "react";
import { useFormats, useRetyping, useT } from "../../app/i18n";
import { toast } from "../../app/toasts";
import { useSurely } from "../../app/try";
import { Input, Select } from "../../app/ui/field";
import { ActDialog } from "../../app/ui/act-dialog";
import { FIELDS, POLICIES, type Terms, listingOf, retypedTerms, usualTerms } from "./listing";

/** Lists an instrument. The venue checks the terms and says which field does not pass. */
export function AddInstrument({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { point } = useFormats();
  const surely = useSurely();
  const [terms, setTerms] = useState<Terms>(() => usualTerms(point));
  useRetyping(() => setTerms(retypedTerms));
  const listing = listingOf(terms, point);
  const set = (name: keyof Terms, value: string) => setTerms({ ...terms, [name]: value });
  const add = async () => {
    if (listing === null) return;
    await surely("POST /v1/instruments", { body: listing });
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
