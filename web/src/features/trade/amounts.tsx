import type { MouseEvent } from "react";
import { useFormats, useT } from "../../app/i18n";
import { isZero, negate } from "../../core/decimal";
import { typed } from "../../core/parse";
import { type Reading, addTo, chipsOf, shareOf } from "./draft";
import { useTrade } from "./state";

/** Quick amounts: a click adds, a click with Shift takes away. */
export function Chips({ reading }: { reading: Reading }) {
  const t = useT();
  const formats = useFormats();
  const { change, instrument } = useTrade();
  const press = (size: string) => (event: MouseEvent) => {
    const qty = addTo(reading.qty, event.shiftKey ? negate(size) : size);
    change({ qty: isZero(qty) ? "" : typed(qty, formats.point) });
  };
  return (
    <div className="chips" role="group" aria-label={t("chips")} title={t("chips")}>
      {chipsOf(instrument).map((size) => (
        <button key={size} type="button" className="chip" onClick={press(size)}>
          +{formats.decimal(size)}
        </button>
      ))}
    </div>
  );
}

const PERCENTS = [25, 50, 75, 100] as const;

/** Shares of the free cash or of the holding, and how much that is. */
export function Shares({ reading }: { reading: Reading }) {
  const t = useT();
  const formats = useFormats();
  const { account, change, draft, instrument } = useTrade();
  if (account === undefined) return null;
  const { symbol, currency } = instrument;
  const position = account.position(symbol);
  const take = (percent: number) => {
    const { free } = account.cash;
    const qty = shareOf(percent, draft.side, reading.worst, instrument, free, position);
    if (qty !== null) change({ qty: isZero(qty) ? "" : typed(qty, formats.point) });
  };
  const isBuy = draft.side === "buy";
  return (
    <div className="shares">
      <div className="chips" role="group" aria-label={t("percent")} title={t("percent")}>
        {PERCENTS.map((percent) => (
          <button key={percent} type="button" className="chip" onClick={() => take(percent)}>
            {percent === 100 ? t("max") : `${percent}%`}
          </button>
        ))}
      </div>
      <div className="ticket-row">
        <span>{t(isBuy ? "cashFree" : "holding")}</span>
        <span>
          {isBuy ? formats.money(account.cash.free, currency) : formats.decimal(position.free)}
        </span>
      </div>
    </div>
  );
}
