import { Link } from "wouter";
import { useFormats, useT } from "../../app/i18n";
import { Change } from "../../app/ui/figures";
import type { Key } from "../../core/i18n/translate";
import type { MarketRow, Movers as Found } from "./rows";

const KINDS = [
  ["up", "gainers"],
  ["down", "losers"],
  ["busy", "busiest"],
] as const satisfies readonly (readonly [keyof Found, Key])[];

/** What went up most, down most, and what traded most. */
export function Movers({ movers }: { movers: Found }) {
  const t = useT();
  return (
    <div className="movers">
      {KINDS.map(([kind, title]) => (
        <section key={kind} className="card mover-card">
          <h2>{t(title)}</h2>
          {movers[kind].length === 0 ? (
            <p className="faint">{t("noneYet")}</p>
          ) : (
            <ul>
              {movers[kind].map((row) => (
                <Mover key={row.instrument.symbol} row={row} isBusy={kind === "busy"} />
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  );
}

function Mover({ row, isBusy }: { row: MarketRow; isBusy: boolean }) {
  const t = useT();
  const formats = useFormats();
  const { symbol } = row.instrument;
  const trades = row.quote?.day.trades ?? 0;
  return (
    <li>
      <Link href={`/t/${encodeURIComponent(symbol)}`}>{symbol}</Link>
      <span>{formats.decimal(row.quote?.last)}</span>
      {isBusy ? (
        <span className="dim">{t("trades", { n: trades, count: formats.integer(trades) })}</span>
      ) : (
        <Change value={row.percent} text={formats.percent(row.percent)} />
      )}
    </li>
  );
}
