import { useMemo } from "react";
import { useOffReason } from "../../app/connection";
import { useLease, useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { Canvas } from "../../app/surface";
import { EmptyState } from "../../app/ui/card";
import { TapePainter } from "../../core/draw/tape";
import type { Tape } from "../../core/market/tape";
import { useTrade } from "./state";

const HEARD_MS = 2_000;
const HEARD_TRADES = 10;

export function TapePanel() {
  const t = useT();
  const { market } = useVenue();
  const { symbol } = useTrade().instrument;
  const tape = useLease(() => market.tape(symbol), [market, symbol]);
  return (
    <section className="panel tape-panel" aria-label={t("tape")}>
      <div className="panel-head">
        <h2>{t("tape")}</h2>
      </div>
      <div className="columns3" aria-hidden="true">
        <span>{t("price")}</span>
        <span>{t("quantity")}</span>
        <span>{t("time")}</span>
      </div>
      {tape === undefined ? <div className="fill" /> : <Prints tape={tape} />}
    </section>
  );
}

function Prints({ tape }: { tape: Tape }) {
  const t = useT();
  const formats = useFormats();
  const { fills, instrument } = useTrade();
  const isOld = useOffReason() !== null;
  const painter = useMemo(() => new TapePainter(), []);
  const own = useMemo(() => new Set(fills.map((fill) => fill.trade_id)), [fills]);
  useVersion(tape, HEARD_MS);
  return (
    <div className="fill">
      <Canvas
        stores={[tape]}
        paint={(area) =>
          painter.paint(area, {
            trades: tape.trades,
            own,
            price: (price) => formats.decimal(price),
            qty: (qty) => formats.decimal(qty),
            time: (instant) => formats.time(instant),
            isOld,
          })
        }
      />
      {tape.isReady && tape.trades.length === 0 ? (
        <div className="over">
          <EmptyState title={t("tapeEmpty")} />
        </div>
      ) : null}
      <table className="heard">
        <caption>{t("tapeTable", { symbol: instrument.symbol })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("time")}</th>
            <th scope="col">{t("side")}</th>
            <th scope="col">{t("price")}</th>
            <th scope="col">{t("quantity")}</th>
          </tr>
        </thead>
        <tbody>
          {tape.trades.slice(0, HEARD_TRADES).map((trade) => (
            <tr key={trade.trade_id}>
              <td>{formats.time(trade.time)}</td>
              <td>{t(trade.taker_side)}</td>
              <td>{formats.decimal(trade.price)}</td>
              <td>{formats.decimal(trade.qty)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
