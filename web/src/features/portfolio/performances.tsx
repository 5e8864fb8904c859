import { useState } from "react";
import { call } from "../../api/client";
import type { Performance } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { Card } from "../../app/ui/card";
import { Change } from "../../app/ui/figures";
import { DateRange } from "../../app/ui/field";
import { WhenLoaded } from "../../app/ui/loaded";
import type { Account } from "../../core/account/account";
import { percentOf } from "../../core/decimal";
import { PERIODS, rangeOf, startOf } from "../../core/periods";

const EVERY_MS = 10_000;

/** What the account won over the usual periods, and over one that is chosen. */
export function Performances({ account }: { account: Account }) {
  const t = useT();
  const formats = useFormats();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const isChosen = from !== "" || to !== "";
  const loaded = useLoaded(
    () => {
      const now = Date.now();
      const ask = async (
        label: string,
        range: { readonly from?: string; readonly to?: string },
      ) => {
        const path = { account: account.id };
        const query = range;
        const route = "GET /v1/accounts/{account}/reports/performance";
        return { label, ...(await call(route, { path, query })).performance };
      };
      const usual = PERIODS.map((period) => {
        const start = startOf(period, now, formats.timeZone);
        return ask(t(`period_${period}`), start === undefined ? {} : { from: start });
      });
      const chosen = isChosen ? [ask(t("period_chosen"), rangeOf(from, to, formats.timeZone))] : [];
      return Promise.all([...usual, ...chosen]);
    },
    [account.id, from, to, formats.locale, formats.timeZone],
    { changes: account.version, everyMs: EVERY_MS },
  );
  return (
    <Card title={t("performance")} flush>
      <WhenLoaded of={loaded}>{(rows) => <Rows rows={rows} />}</WhenLoaded>
      <div className="performance-range">
        <DateRange from={from} to={to} onFrom={setFrom} onTo={setTo} />
      </div>
    </Card>
  );
}

interface Row extends Performance {
  readonly label: string;
}

function Rows({ rows }: { rows: readonly Row[] }) {
  const t = useT();
  const formats = useFormats();
  return (
    <table className="table" aria-label={t("performance")}>
      <thead>
        <tr>
          <th scope="col">{t("period")}</th>
          <th scope="col" className="end">
            {t("profit")}
          </th>
          <th scope="col" className="end">
            {t("return")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ label, profit, return: ratio, currency }) => (
          <tr key={label}>
            <td>{label}</td>
            <td className="end">
              <Change value={profit} text={formats.signedMoney(profit, currency)} />
            </td>
            <td className="end">
              <Change value={ratio} text={formats.percent(percentOf(ratio))} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
