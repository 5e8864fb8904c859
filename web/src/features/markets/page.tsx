import { useState } from "react";
import { useCell, useVersion } from "../../app/hooks";
import { useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { settings } from "../../app/settings";
import { Card, EmptyState } from "../../app/ui/card";
import { SearchIcon } from "../../app/ui/icons";
import { WhenLoaded } from "../../app/ui/loaded";
import { Page } from "../../app/ui/page";
import { Segments } from "../../app/ui/tabs";
import { Table } from "../../app/ui/table";
import { useMarketColumns } from "./columns";
import { Movers } from "./movers";
import { type Order, fits, moversOf, ordered, rowOf } from "./rows";
import "./markets.css";

/** Quick enough to watch, slow enough to read. */
const PACE_MS = 250;

export default function Markets() {
  const t = useT();
  const { market } = useVenue();
  const { starred } = useCell(settings);
  useVersion(market.instruments);
  useVersion(market.quotes, PACE_MS);
  const [wanted, setWanted] = useState("");
  const [shown, setShown] = useState<"all" | "starred">("all");
  const [order, setOrder] = useState<Order>({ by: "symbol", isDown: false });
  const columns = useMarketColumns(order, setOrder);
  const rows = market.instruments.list.map((each) => rowOf(each, market.quotes.get(each.symbol)));
  const seen = rows.filter(
    (row) => fits(row, wanted) && (shown === "all" || starred.includes(row.instrument.symbol)),
  );
  const value = market.instruments.isReady ? ordered(seen, order) : undefined;
  const none =
    shown === "starred" && wanted === "" ? (
      <EmptyState title={t("noStars")}>{t("noStarsHint")}</EmptyState>
    ) : (
      <EmptyState title={t("noneFits")} />
    );
  return (
    <Page title={t("markets")}>
      <Movers movers={moversOf(rows)} />
      <Card
        flush
        title={
          <Segments
            label={t("markets")}
            items={[
              ["all", t("all")],
              ["starred", `★ ${t("watchlist")}`],
            ]}
            active={shown}
            onChange={setShown}
          />
        }
        aside={
          <div className="input market-search">
            <SearchIcon />
            <input
              type="search"
              aria-label={t("searchInstruments")}
              placeholder={t("searchInstruments")}
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
            />
          </div>
        }
      >
        <WhenLoaded of={{ value, failure: null, reload: () => {} }} lines={8}>
          {(found) => (
            <div className="scroll-x">
              <Table
                label={t("watchlistTable")}
                columns={columns}
                rows={found}
                keyOf={({ instrument }) => instrument.symbol}
                empty={none}
              />
            </div>
          )}
        </WhenLoaded>
      </Card>
    </Page>
  );
}
