import { useMemo } from "react";
import { Link } from "wouter";
import { useOffReason } from "../../app/connection";
import { useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { Canvas } from "../../app/surface";
import { ROW, WatchPainter, type WatchRow } from "../../core/draw/watchlist";
import { NOTHING } from "../../core/format";
import { changeOf, changePercent } from "../../core/market/quotes";
import { AccountCard } from "./account-card";
import { useWatched } from "./starred";
import { useTrade } from "./state";

const HEARD_MS = 2_000;

/** All instruments. What changes is drawn; the table above it is real. */
export function Watchlist() {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  const { list, isStarred } = useWatched();
  const isOld = useOffReason() !== null;
  const painter = useMemo(() => new WatchPainter(), []);
  useVersion(market.quotes, HEARD_MS);
  const rows = (): WatchRow[] =>
    list.map(({ symbol, phase, currency }) => {
      const quote = market.quotes.get(symbol);
      const change = quote === undefined ? null : changeOf(quote).change;
      const percent = quote === undefined ? null : changePercent(quote);
      const place = phase === "continuous" ? currency : t(`phase_${phase}`);
      return {
        symbol,
        detail: `${isStarred(symbol) ? "★ " : ""}${place}`,
        last: quote?.last ?? "",
        shown: formats.decimal(quote?.last),
        percent: percent === null ? NOTHING : formats.percent(percent),
        direction: Number(change ?? 0),
      };
    });
  return (
    <section className="panel watch-panel" aria-label={t("watchlist")}>
      <div className="panel-head">
        <h2>{t("watchlist")}</h2>
      </div>
      <div className="watch-scroll">
        <div className="watch-rows" style={{ height: list.length * ROW }}>
          <Canvas
            stores={[market.quotes, market.instruments]}
            paint={(area) => painter.paint(area, { rows: rows(), isOld })}
          />
          <HeardRows rows={rows()} />
        </div>
      </div>
      <AccountCard />
    </section>
  );
}

/** What is heard lies over what is drawn, so that its links are there for mouse and eyes as well. */
function HeardRows({ rows }: { rows: readonly WatchRow[] }) {
  const t = useT();
  const heads = ["symbol", "last", "change"] as const;
  return (
    <table className="watch-table">
      <caption className="heard">{t("watchlistTable")}</caption>
      <thead>
        <tr>
          {heads.map((key) => (
            <th key={key} scope="col">
              <span className="heard">{t(key)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ symbol, shown, percent }) => (
          <tr key={symbol}>
            <th scope="row">
              <WatchLink symbol={symbol} />
            </th>
            {[shown, percent].map((text, at) => (
              <td key={heads[at + 1]}>
                <span className="heard">{text}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function WatchLink({ symbol }: { symbol: string }) {
  const isShown = useTrade().instrument.symbol === symbol;
  return (
    <Link
      href={`/t/${encodeURIComponent(symbol)}`}
      className="watch-link"
      aria-current={isShown ? "page" : undefined}
    >
      <span className="heard">{symbol}</span>
    </Link>
  );
}
