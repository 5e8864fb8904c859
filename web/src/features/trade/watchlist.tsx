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
import { useTrade } from "./state";

const HEARD_MS = 2_000;

/** All instruments. What changes is drawn; the links above it are real. */
export function Watchlist() {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  const { symbol: current } = useTrade().instrument;
  const isOld = useOffReason() !== null;
  const painter = useMemo(() => new WatchPainter(), []);
  useVersion(market.instruments);
  useVersion(market.quotes, HEARD_MS);
  const { list } = market.instruments;
  const rows = (): WatchRow[] =>
    list.map(({ symbol, phase, currency }) => {
      const quote = market.quotes.get(symbol);
      const change = quote === undefined ? null : changeOf(quote).change;
      const percent = quote === undefined ? null : changePercent(quote);
      return {
        symbol,
        detail: phase === "continuous" ? currency : t(`phase_${phase}`),
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
          <nav aria-label={t("watchlistTable")}>
            {rows().map(({ symbol, shown, percent }) => (
              <Link
                key={symbol}
                href={`/t/${encodeURIComponent(symbol)}`}
                className="watch-link"
                aria-current={symbol === current ? "page" : undefined}
              >
                <span className="heard">
                  {symbol} {t("last")} {shown} {percent}
                </span>
              </Link>
            ))}
          </nav>
        </div>
      </div>
      <AccountCard />
    </section>
  );
}
