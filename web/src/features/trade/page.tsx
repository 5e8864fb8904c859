import { useEffect, useState } from "react";
import { Link, Redirect, useLocation, useParams } from "wouter";
import type { SideName } from "../../api/schema";
import { useOffReason } from "../../app/connection";
import { useIsPhone, useReady, useVersion } from "../../app/hooks";
import { useT } from "../../app/i18n";
import { useHotkeys } from "../../app/keyboard";
import { late } from "../../app/late";
import { useVenue } from "../../app/session";
import { Button } from "../../app/ui/button";
import { EmptyState } from "../../app/ui/card";
import { Sheet } from "../../app/ui/dialog";
import { Tabs } from "../../app/ui/tabs";
import { Activity } from "./activity/activity";
import { BookPanel } from "./book-panel";
import { useWatched } from "./starred";
import { TradeProvider, useTrade } from "./state";
import { SymbolBar } from "./symbol-bar";
import { TapePanel } from "./tape-panel";
import { Ticket } from "./ticket";
import { Watchlist } from "./watchlist";
import "./trade.css";

/** The chart is a file of its own; it comes while the page connects. */
const chart = late(
  () => import("./chart/chart-panel"),
  <section className="panel chart-panel" aria-busy="true" />,
);
// A failure is told where the chart is shown.
chart.load().catch(() => {});

/** Kept by the tab, for another one may look at something else. */
const LAST_KEY = "rialto.symbol";

function keepLast(symbol: string): void {
  try {
    sessionStorage.setItem(LAST_KEY, symbol);
  } catch {
    // Without storage the trade page begins with the first instrument.
  }
}

function keptLast(): string | null {
  try {
    return sessionStorage.getItem(LAST_KEY);
  } catch {
    return null;
  }
}

export default function TradePage() {
  const t = useT();
  const { symbol } = useParams<{ symbol?: string }>();
  const { market } = useVenue();
  useVersion(market.instruments);
  // The ticket begins with the last price, which comes in a message of its own.
  const hasQuotes = useReady(market.quotes);
  if (!market.instruments.isReady || !hasQuotes)
    return <div className="page-loading" aria-busy="true" />;
  if (symbol === undefined) return <First />;
  const instrument = market.instruments.get(symbol);
  if (instrument === undefined) {
    return (
      <EmptyState title={t("unknownInstrument", { symbol })}>
        <Link className="button primary medium" href="/markets">
          {t("markets")}
        </Link>
      </EmptyState>
    );
  }
  return (
    <TradeProvider key={symbol} instrument={instrument}>
      <Screen />
    </TradeProvider>
  );
}

/** Without a symbol: the one looked at last, else the first that there is money for. */
function First() {
  const t = useT();
  const venue = useVenue();
  const { instruments } = venue.market;
  const instrument =
    instruments.get(keptLast() ?? "") ??
    instruments.list.find(({ currency }) => venue.accountIn(currency) !== undefined) ??
    instruments.list[0];
  if (instrument === undefined) return <EmptyState title={t("nothing")} />;
  return <Redirect to={`/t/${encodeURIComponent(instrument.symbol)}`} replace />;
}

function Screen() {
  const { symbol } = useTrade().instrument;
  useEffect(() => keepLast(symbol), [symbol]);
  useNeighbours(symbol);
  return useIsPhone() ? <PhoneScreen /> : <WideScreen />;
}

function useNeighbours(symbol: string): void {
  const [, go] = useLocation();
  const { list } = useWatched();
  const move = (step: number) => () => {
    const at = list.findIndex((each) => each.symbol === symbol);
    const next = list[(at + step + list.length) % list.length];
    if (next !== undefined) go(`/t/${encodeURIComponent(next.symbol)}`);
  };
  useHotkeys({ nextInstrument: move(1), previousInstrument: move(-1) });
}

function WideScreen() {
  const isOld = useOffReason() !== null;
  return (
    <div className="trade" data-old={isOld}>
      <SymbolBar />
      <Watchlist />
      <chart.View />
      <BookPanel />
      <TapePanel />
      <Ticket />
      <Activity />
    </div>
  );
}

const PHONE_TABS = ["book", "tape", "activity", "watchlist"] as const;
type PhoneTab = (typeof PHONE_TABS)[number];

function PhoneScreen() {
  const t = useT();
  const { change } = useTrade();
  const [tab, setTab] = useState<PhoneTab>("book");
  const [isOpen, setOpen] = useState(false);
  const isOld = useOffReason() !== null;
  const open = (side: SideName) => () => {
    change({ side });
    setOpen(true);
  };
  const titles = {
    book: t("book"),
    tape: t("tape"),
    activity: t("orders"),
    watchlist: t("watchlist"),
  };
  return (
    <div className="trade-phone" data-old={isOld}>
      <SymbolBar />
      <chart.View />
      <Tabs
        label={t("trade")}
        items={PHONE_TABS.map((name) => ({ name, title: titles[name] }))}
        active={tab}
        onChange={setTab}
      >
        {tab === "book" ? <BookPanel /> : null}
        {tab === "tape" ? <TapePanel /> : null}
        {tab === "activity" ? <Activity /> : null}
        {tab === "watchlist" ? <Watchlist /> : null}
      </Tabs>
      <div className="phone-actions">
        <Button look="buy" size="large" wide onClick={open("buy")}>
          {t("buy")}
        </Button>
        <Button look="sell" size="large" wide onClick={open("sell")}>
          {t("sell")}
        </Button>
      </div>
      {isOpen ? (
        <Sheet title={t("ticket")} onClose={() => setOpen(false)}>
          <Ticket onSent={() => setOpen(false)} />
        </Sheet>
      ) : null}
    </div>
  );
}
