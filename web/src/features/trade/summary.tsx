import type { PreviewOut } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { sign } from "../../core/decimal";
import { type NewOrder, type Reading, bestPrice, reaches, slippage } from "./draft";
import { Line } from "./line";
import type { Preview } from "./preview";
import { useTrade } from "./state";
import { sumsOf } from "./sums";
import { LABELS } from "./ticket-fields";

interface SummaryProps {
  readonly reading: Reading;
  readonly preview: Preview;
}

/** What the order would do to the book and to the account, by the venue's own word. */
export function Summary({ reading, preview }: SummaryProps) {
  const { order } = reading;
  if (order === null) return <Hint reading={reading} />;
  const { foreseen, cashFree } = preview;
  return (
    <div className="summary">
      <Reach order={order} />
      {foreseen === null ? null : (
        <>
          <Fate foreseen={foreseen} />
          <Figures order={order} foreseen={foreseen} cashFree={cashFree} />
        </>
      )}
    </div>
  );
}

/** Which field is in the way of an order. */
function Hint({ reading: { needs, faults } }: { reading: Reading }) {
  const t = useT();
  const isQty = needs === null || needs === "qty";
  const isWrong = needs !== null && needs !== "expires" && faults[needs] !== undefined;
  const field = needs === null ? "" : t(LABELS[needs]);
  return (
    <p className="ticket-hint">
      {isWrong ? t("correctFirst", { field }) : isQty ? t("noPreview") : t("enterFirst", { field })}
    </p>
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

/** How far an order without a limit goes, and whether a stop would wait at all. */
function Reach({ order }: { order: NewOrder }) {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  const { side, collar, stop_price: stop } = order;
  const isTriggered = reaches(side, market.quotes.get(order.symbol)?.last, stop);
  if (collar == null && !isTriggered) return null;
  return (
    <ul className="fate">
      {collar == null ? null : (
        <li data-fate="collar">{t(`collar_${side}`, { price: formats.decimal(collar) })}</li>
      )}
      {isTriggered ? <li data-fate="triggered">{t("triggersNow")}</li> : null}
    </ul>
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
