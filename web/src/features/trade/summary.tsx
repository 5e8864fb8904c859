import type { ReactNode } from "react";
import type { PlaceOrder, PreviewOut } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { add, isZero, multiply, places, rescale, sign } from "../../core/decimal";
import { bestPrice, slippage } from "./draft";
import { useTrade } from "./state";

interface SummaryProps {
  readonly order: PlaceOrder | null;
  readonly foreseen: PreviewOut | null;
}

/** What the order would do to the book and to the account, by the venue's own word. */
export function Summary({ order, foreseen }: SummaryProps) {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  const { instrument } = useTrade();
  if (order === null || foreseen === null) {
    return <p className="ticket-hint">{order === null ? t("noPreview") : null}</p>;
  }
  const { currency, symbol } = instrument;
  const { average_price: average, worst_price: worst, fee } = foreseen;
  const best = bestPrice(order.side, market.quotes.get(symbol));
  const slip = average == null || best === null ? null : slippage(order.side, average, best);
  const isBuy = order.side === "buy";
  return (
    <div className="summary">
      <Fate foreseen={foreseen} />
      <dl>
        {average == null ? null : (
          <>
            <Line name={t("average")}>{formats.trimmed(average, instrument.price_decimals)}</Line>
            <Line name={t("worst")}>
              {formats.decimal(worst)}
              {slip === null ? null : <small> {formats.percent(slip)}</small>}
            </Line>
          </>
        )}
        <Line name={t(isBuy ? "cost" : "proceeds")}>
          {formats.money(worth(order, foreseen), currency)}
        </Line>
        <Line name={t("fee")}>{formats.money(fee, currency)}</Line>
        <Line name={t("cashAfter")}>{formats.money(foreseen.cash_after.free, currency)}</Line>
      </dl>
    </div>
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

/** What trades at once is worth what it costs; what rests is worth its price. */
function worth(order: PlaceOrder, { amount, resting_qty, waiting_qty }: PreviewOut): string {
  const left = add(resting_qty, waiting_qty);
  const price = order.price ?? order.collar;
  if (isZero(left) || price == null) return amount;
  return add(amount, rescale(multiply(left, price), places(amount), "up"));
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
