import { useMemo, useRef, useState } from "react";
import { call } from "../../api/client";
import type { EquityPoint, Summary } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { Card, EmptyState } from "../../app/ui/card";
import { WhenLoaded } from "../../app/ui/loaded";
import { Segments } from "../../app/ui/tabs";
import type { Account } from "../../core/account/account";
import { percentOf } from "../../core/decimal";
import { PERIODS, type Period, startOf } from "../../core/periods";
import { type Shown, curveOf, joined, since, withNow } from "./curve";
import { CurveChart } from "./curve-chart";

const EVERY_MS = 10_000;
const PAGE = 1_000;
/** At a time; with a point a minute these are two weeks, and what is missing comes next time. */
const PAGES_MAX = 20;
const HEARD_POINTS = 12;

const SHOWN = ["equity", "return", "profit"] as const;

interface EquityProps {
  readonly account: Account;
  /** What the account is worth now. */
  readonly summary: Summary | undefined;
}

/** How the account's worth went. */
export function Equity({ account, summary }: EquityProps) {
  const t = useT();
  const formats = useFormats();
  const [shown, setShown] = useState<Shown>("equity");
  const [period, setPeriod] = useState<Period>("today");
  const keys = [account.id, period, formats.timeZone] as const;
  const known = useRef<{ of: string; points: readonly EquityPoint[] }>(null);
  const loaded = useLoaded(
    async () => {
      const now = Date.now();
      const start = startOf(period, now, formats.timeZone);
      const of = keys.join();
      const before = known.current?.of === of ? known.current.points : [];
      // A period goes on: what was of today is of yesterday after midnight.
      const points = since(await loadPoints(account.id, start, since(before, start)), start);
      known.current = { of, points };
      return { points, now };
    },
    keys,
    { changes: account.version, everyMs: EVERY_MS },
  );
  return (
    <Card
      title={t("curve")}
      aside={
        <div className="page-tools">
          <Segments
            label={t("curve")}
            items={SHOWN.map((name) => [name, t(name)])}
            active={shown}
            onChange={setShown}
          />
          <Segments
            label={t("period")}
            items={PERIODS.map((name) => [name, t(`periodShort_${name}`)])}
            active={period}
            onChange={setPeriod}
          />
        </div>
      }
    >
      <div className="curve-box">
        <WhenLoaded of={loaded}>
          {({ points, now }) => (
            <Drawn
              points={withNow(points, summary, now)}
              shown={shown}
              currency={account.currency}
            />
          )}
        </WhenLoaded>
      </div>
    </Card>
  );
}

/** Asks again for no more than what follows the points that are here. */
async function loadPoints(
  account: string,
  start: string | undefined,
  known: readonly EquityPoint[],
): Promise<readonly EquityPoint[]> {
  let points = known;
  let from = known.at(-1)?.time ?? start;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await call("GET /v1/accounts/{account}/history/equity", {
      path: { account },
      query: { limit: PAGE, ...(from === undefined ? {} : { from }) },
    });
    points = joined(points, answer.equity);
    if (answer.next_from == null) break;
    from = answer.next_from;
  }
  return points;
}

interface DrawnProps {
  readonly points: readonly EquityPoint[];
  readonly shown: Shown;
  readonly currency: string;
}

function Drawn({ points, shown, currency }: DrawnProps) {
  const t = useT();
  const formats = useFormats();
  const curve = useMemo(() => curveOf(points, shown), [points, shown]);
  if (points.length === 0) {
    return <EmptyState title={t("curveEmpty")}>{t("curveEmptyHint")}</EmptyState>;
  }
  const written = (value: number) => {
    const text = value.toFixed(2);
    if (shown === "return") return formats.percent(text);
    return shown === "profit" ? formats.signedMoney(text, currency) : formats.money(text, currency);
  };
  return (
    <>
      <CurveChart curve={curve} write={written} isSigned={shown !== "equity"} />
      <table className="heard" aria-label={t("curve")}>
        <tbody>
          {points.slice(-HEARD_POINTS).map(({ time, equity, return: ratio }) => (
            <tr key={time}>
              <td>{formats.dateTime(time)}</td>
              <td>{formats.money(equity, currency)}</td>
              <td>{formats.percent(percentOf(ratio))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
