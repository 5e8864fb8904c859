import { type PointerEvent, useMemo, useState } from "react";
import type { OrderBody } from "../../api/schema";
import { useOffReason } from "../../app/connection";
import { useLease, useReady, useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { Canvas } from "../../app/surface";
import { EmptyState } from "../../app/ui/card";
import { add, subtract } from "../../core/decimal";
import { BookPainter } from "../../core/draw/book";
import type { Book, Levels } from "../../core/market/book";
import { useTrade } from "./state";

/** Often enough for somebody who listens. */
const HEARD_MS = 2_000;
const HEARD_LEVELS = 10;

export function BookPanel() {
  const t = useT();
  const { market } = useVenue();
  const { instrument } = useTrade();
  const { symbol } = instrument;
  const book = useLease(() => market.book(symbol), [market, symbol]);
  const isReady = useReady(book);
  return (
    <section className="panel book-panel" aria-label={t("book")} data-ready={isReady}>
      <div className="panel-head">
        <h2>{t("book")}</h2>
      </div>
      <div className="columns3" aria-hidden="true">
        <span>{t("price")}</span>
        <span>{t("quantity")}</span>
        <span>{t("total")}</span>
      </div>
      {book === undefined ? <div className="fill" /> : <Ladder book={book} />}
    </section>
  );
}

function Ladder({ book }: { book: Book }) {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  const { instrument, account, takePrice } = useTrade();
  const isOld = useOffReason() !== null;
  const painter = useMemo(() => new BookPainter(), []);
  const [hovered, setHovered] = useState<string | null>(null);
  const { symbol } = instrument;
  const point = (event: PointerEvent) => painter.priceAt(event.nativeEvent.offsetY);
  const orders = account?.openOrders;
  const own = useMemo(() => ownByPrice(orders ?? [], symbol), [orders, symbol]);
  const isEmpty = book.isReady && book.bids.length === 0 && book.asks.length === 0;
  return (
    <div className="fill">
      <Canvas
        className="book-canvas"
        stores={[book, market.quotes]}
        paint={(area) => {
          const quote = market.quotes.get(symbol);
          const [bid, ask] = [book.bids[0]?.price, book.asks[0]?.price];
          const last = quote?.last ?? null;
          const spread = bid === undefined || ask === undefined ? "" : subtract(ask, bid);
          return painter.paint(area, {
            bids: book.bids,
            asks: book.asks,
            own,
            price: (price) => formats.decimal(price),
            qty: (qty) => formats.decimal(qty),
            last: last === null ? null : { price: last, text: formats.decimal(last) },
            spread: spread === "" ? "" : `${t("spread")} ${formats.decimal(spread)}`,
            hovered,
            isOld,
          });
        }}
        onPointerMove={(event) => setHovered(point(event))}
        onPointerLeave={() => setHovered(null)}
        onClick={(event) => {
          const price = painter.priceAt(event.nativeEvent.offsetY);
          if (price !== null) takePrice(price);
        }}
      />
      {isEmpty ? (
        <div className="over">
          <EmptyState title={t("bookEmpty")}>{t("bookEmptyHint")}</EmptyState>
        </div>
      ) : null}
      <HeardBook book={book} own={own} />
    </div>
  );
}

function ownByPrice(orders: readonly OrderBody[], symbol: string): ReadonlyMap<string, string> {
  const own = new Map<string, string>();
  for (const { symbol: of, price, status, leaves_qty: qty } of orders) {
    if (of !== symbol || price == null || status !== "open") continue;
    own.set(price, add(own.get(price) ?? "0", qty));
  }
  return own;
}

function HeardBook({ book, own }: { book: Book; own: ReadonlyMap<string, string> }) {
  const t = useT();
  const formats = useFormats();
  const { instrument } = useTrade();
  useVersion(book, HEARD_MS);
  const rows = (side: string, levels: Levels) =>
    levels.slice(0, HEARD_LEVELS).map(({ price, qty }) => (
      <tr key={side + price}>
        <td>{side}</td>
        <td>{formats.decimal(price)}</td>
        <td>{formats.decimal(qty)}</td>
        <td>{own.has(price) ? t("ownOrder") : ""}</td>
      </tr>
    ));
  return (
    <table className="heard">
      <caption>{t("bookTable", { symbol: instrument.symbol })}</caption>
      <thead>
        <tr>
          <th scope="col">{t("side")}</th>
          <th scope="col">{t("price")}</th>
          <th scope="col">{t("quantity")}</th>
          <th scope="col">{t("ownOrder")}</th>
        </tr>
      </thead>
      <tbody>
        {rows(t("ask"), book.asks)}
        {rows(t("bid"), book.bids)}
      </tbody>
    </table>
  );
}
