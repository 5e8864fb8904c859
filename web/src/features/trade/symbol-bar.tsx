import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { useTitle, useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { Badge } from "../../app/ui/card";
import { ChevronIcon } from "../../app/ui/icons";
import { Menu } from "../../app/ui/menu";
import { sign } from "../../core/decimal";
import { arrow } from "../../core/format";
import { changeOf, changePercent } from "../../core/market/quotes";
import { useTrade } from "./state";

/** Fast enough to be live, slow enough to be read. */
const PACE_MS = 100;

export function SymbolBar() {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  const { instrument } = useTrade();
  const { symbol, phase, currency } = instrument;
  useVersion(market.quotes, PACE_MS);
  const quote = market.quotes.get(symbol);
  const change = quote === undefined ? null : changeOf(quote).change;
  const percent = quote === undefined ? null : changePercent(quote);
  const look = change === null || sign(change) === 0 ? "" : sign(change) > 0 ? "up" : "down";
  const last = formats.decimal(quote?.last);
  useTitle(`${last} ${symbol} ${percent === null ? "" : formats.percent(percent)} · Rialto`);
  const day = quote?.day;
  return (
    <div className="symbol-bar">
      <SymbolMenu />
      {phase === "continuous" ? null : <Badge look="warn">{t(`phase_${phase}`)}</Badge>}
      <div className="symbol-last">
        <span className={`symbol-price ${look}`}>{last}</span>
        <span className={`symbol-change ${look}`}>
          {arrow(change)} {formats.signed(change)} ({formats.percent(percent)})
        </span>
      </div>
      <dl className="symbol-facts">
        <Fact name={t("bid")}>{formats.decimal(quote?.bid)}</Fact>
        <Fact name={t("ask")}>{formats.decimal(quote?.ask)}</Fact>
        <Fact name={t("high")}>{formats.decimal(day?.high)}</Fact>
        <Fact name={t("low")}>{formats.decimal(day?.low)}</Fact>
        <Fact name={t("volume")}>{formats.compact(day?.volume)}</Fact>
        <Fact name={`${t("turnover")} ${currency}`}>{formats.compact(day?.value)}</Fact>
      </dl>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function SymbolMenu() {
  const t = useT();
  const [, go] = useLocation();
  const { market } = useVenue();
  const { symbol, currency, isin } = useTrade().instrument;
  const title = (
    <span className="symbol-title">
      <span>
        <strong>{symbol}</strong>
        <small>{isin ?? currency}</small>
      </span>
      <ChevronIcon />
    </span>
  );
  return (
    <Menu label={t("instrument")} button={title}>
      {(close) => (
        <ul className="symbol-list">
          {market.instruments.list.map((each) => (
            <li key={each.symbol}>
              <button
                type="button"
                aria-current={each.symbol === symbol}
                onClick={() => {
                  close();
                  go(`/t/${encodeURIComponent(each.symbol)}`);
                }}
              >
                <strong>{each.symbol}</strong>
                <span className="faint">{each.currency}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Menu>
  );
}
