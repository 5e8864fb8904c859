import type { ReactNode } from "react";
import type { PreviewOut } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { sign } from "../../core/decimal";
import { type NewOrder, bestPrice, slippage } from "./draft";
import type { Preview } from "./preview";
import { useTrade } from "./state";
import { sumsOf } from "./sums";

interface SummaryProps {
  readonly order: NewOrder | null;
  readonly preview: Preview;
}

/** What the order would do to the book and to the account, by the venue's own word. */
export function Summary({ order, preview }: SummaryProps) {
  const t = useT();
  if (order === null || preview.foreseen === null) {
    return <p className="ticket-hint">{order === null ? t("noPreview") : null}</p>;
  }
  return (
    <div className="summary">
      <Fate foreseen={preview.foreseen} />
      <Figures order={order} foreseen={preview.foreseen} cashFree={preview.cashFree} />
    </div>
  );
}

interface FiguresProps {
  readonly order: NewOrder;
  readonly foreseen: PreviewOut;
  readonly cashFree: string;
}

function Figures({ order, foreseen, cashFree }: FiguresProps) {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  const { currency, price_decimals, symbol } = useTrade().instrument;
  const { average_price: average, worst_price: worst } = foreseen;
  const best = bestPrice(order.side, market.quotes.get(symbol));
  const slip = average == null || best === null ? null : slippage(order.side, average, best);
  const sums = sumsOf(order, foreseen, cashFree);
  const money = (amount: string) => formats.money(amount, currency);
  return (
    <dl>
      {average == null ? null : (
        <>
          <Line name={t("average")}>{formats.trimmed(average, price_decimals)}</Line>
          <Line name={t("worst")}>
            {formats.decimal(worst)}
            {slip === null ? null : <small> {formats.percent(slip)}</small>}
          </Line>
        </>
      )}
      <Line name={t(order.side === "buy" ? "cost" : "proceeds")}>{money(sums.worth)}</Line>
      <Line name={t(sums.isFeeHeld ? "feeAtMost" : "fee")}>{money(sums.fee)}</Line>
      <Line name={t("cashAfter")}>{money(foreseen.cash_after.free)}</Line>
      {sums.later === null ? null : <Line name={t("laterProceeds")}>{money(sums.later)}</Line>}
    </dl>
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

function Fate({ foreseen }: { foreseen: PreviewOut }) {
  const t = useT();
  const formats = useFormats();
  const parts = [
    ["fillsNow", foreseen.filled_qty],
    ["rests", foreseen.resting_qty],
    ["waits", foreseen.waiting_qty],
    ["withdrawn", foreseen.canceled_qty],
  ] as const;
  return (
    <ul className="fate">
      {parts
        .filter(([, qty]) => sign(qty) > 0)
        .map(([key, qty]) => (
          <li key={key} data-fate={key}>
            {t(key, { qty: formats.decimal(qty) })}
          </li>
        ))}
    </ul>
  );
}
