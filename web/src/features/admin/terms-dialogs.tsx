import { useState } from "react";
import type { InstrumentBody } from "../../api/schema";
import { useFormats, useRetyping, useT } from "../../app/i18n";
import { useSurely } from "../../app/try";
import { Input } from "../../app/ui/field";
import { compare } from "../../core/decimal";
import { parseDecimal, retyped, typed } from "../../core/parse";
import { ActDialog } from "../../app/ui/act-dialog";

interface TermsDialogProps {
  readonly instrument: InstrumentBody;
  readonly onClose: () => void;
}

/** The lowest and the highest price that is accepted. */
export function BandDialog({ instrument, onClose }: TermsDialogProps) {
  const t = useT();
  const { point } = useFormats();
  const surely = useSurely();
  const { symbol, band, price_decimals: scale } = instrument;
  const [low, setLow] = useState(typed(band.low, point));
  const [high, setHigh] = useState(typed(band.high, point));
  useRetyping(() => {
    setLow(retyped);
    setHigh(retyped);
  });
  const lowest = parseDecimal(low, point, scale);
  const highest = parseDecimal(high, point, scale);
  const isReady = lowest !== null && highest !== null && compare(lowest, highest) <= 0;
  const set = async () => {
    if (lowest === null || highest === null) return;
    const body = { band: { low: lowest, high: highest } };
    await surely("PUT /v1/instruments/{symbol}/band", { path: { symbol }, body });
  };
  return (
    <ActDialog
      title={t("bandOf", { symbol })}
      action={t("save")}
      isReady={isReady}
      onClose={onClose}
      onAct={set}
    >
      <div className="form-pair">
        <Input
          label={t("bandLow")}
          inputMode="decimal"
          value={low}
          onChange={(event) => setLow(event.target.value)}
        />
        <Input
          label={t("bandHigh")}
          inputMode="decimal"
          value={high}
          onChange={(event) => setHigh(event.target.value)}
        />
      </div>
    </ActDialog>
  );
}

/** Fees in millionths of what is traded, for orders to come. */
export function FeesDialog({ instrument, onClose }: TermsDialogProps) {
  const t = useT();
  const surely = useSurely();
  const { symbol, fees } = instrument;
  const [maker, setMaker] = useState(String(fees.maker_ppm));
  const [taker, setTaker] = useState(String(fees.taker_ppm));
  const isReady = [maker, taker].every((text) => /^-?\d{1,7}$/.test(text));
  const set = async () => {
    const body = { fees: { maker_ppm: Number(maker), taker_ppm: Number(taker) } };
    await surely("PUT /v1/instruments/{symbol}/fees", { path: { symbol }, body });
  };
  return (
    <ActDialog
      title={t("feesOf", { symbol })}
      action={t("save")}
      isReady={isReady}
      onClose={onClose}
      onAct={set}
    >
      <div className="form-pair">
        <Input
          label={t("makerFee")}
          inputMode="numeric"
          suffix="ppm"
          value={maker}
          onChange={(event) => setMaker(event.target.value)}
        />
        <Input
          label={t("takerFee")}
          inputMode="numeric"
          suffix="ppm"
          value={taker}
          onChange={(event) => setTaker(event.target.value)}
        />
      </div>
      <p className="card-note">{t("feesNote")}</p>
    </ActDialog>
  );
}
