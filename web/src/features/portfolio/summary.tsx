import type { Summary as SummaryBody } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { Change, Figure, Figures } from "../../app/ui/figures";
import { percentOf } from "../../core/decimal";

/** What the account is worth, and what it won. */
export function Summary({ summary }: { summary: SummaryBody }) {
  const t = useT();
  const formats = useFormats();
  const { currency, unmarked } = summary;
  const money = (text: string) => formats.money(text, currency);
  const change = (text: string) => (
    <Change value={text} text={formats.signedMoney(text, currency)} />
  );
  const percent = (ratio: string) => {
    const text = percentOf(ratio);
    return <Change value={text} text={formats.percent(text)} />;
  };
  return (
    <>
      <Figures>
        <Figure
          isLarge
          label={t("equity")}
          value={money(summary.equity)}
          note={t("openOrdersCount", { n: summary.open_orders })}
        />
        <Figure
          label={t("changeOfDay")}
          value={change(summary.day_change)}
          note={percent(summary.day_return)}
        />
        <Figure
          label={t("profitAll")}
          value={change(summary.profit)}
          note={percent(summary.return)}
        />
        <Figure label={t("unrealised")} value={change(summary.unrealised_profit)} />
        <Figure label={t("realised")} value={change(summary.realised_profit)} />
        <Figure
          label={t("buyingPower")}
          value={money(summary.buying_power)}
          note={t("feesPaid", { amount: money(summary.fees) })}
        />
      </Figures>
      {unmarked.length === 0 ? null : (
        <p className="card-note">{t("unmarked", { symbols: unmarked.join(", ") })}</p>
      )}
    </>
  );
}
