// Draws the last trades, the newest first.

import type { TradeOut } from "../../api/schema";
import type { Area } from "./surface";

const ROW = 18;
const FRESH_MS = 600;

export interface TapePicture {
  readonly trades: readonly TradeOut[];
  /** The trades that were this person's own. */
  readonly own: ReadonlySet<string>;
  readonly price: (price: string) => string;
  readonly qty: (qty: string) => string;
  readonly time: (instant: string) => string;
  readonly isOld: boolean;
}

export class TapePainter {
  #newest = "";
  #seenAt = new Map<string, number>();

  paint(area: Area, picture: TapePicture): boolean {
    const { pen, width, height, now } = area;
    const { colours } = pen;
    const shown = picture.trades.slice(0, Math.ceil(height / ROW));
    this.#note(shown, now);
    let isFading = false;
    pen.alpha(picture.isOld ? 0.4 : 1);
    pen.font(400, 12);
    for (const [at, trade] of shown.entries()) {
      const y = at * ROW;
      const middle = y + ROW / 2;
      const isBuy = trade.taker_side === "buy";
      const age = now - (this.#seenAt.get(trade.trade_id) ?? -FRESH_MS);
      if (age < FRESH_MS && !picture.isOld) {
        isFading = true;
        pen.alpha(1 - age / FRESH_MS);
        pen.fill(0, y, width, ROW, isBuy ? colours["up-soft"] : colours["down-soft"]);
        pen.alpha(1);
      }
      if (picture.own.has(trade.trade_id)) pen.fill(0, y, 2, ROW, colours.accent);
      const colour = isBuy ? colours.up : colours.down;
      pen.text(isBuy ? "▲" : "▼", 10, middle, colour);
      pen.number(picture.price(trade.price), Math.round(width * 0.33), middle, colour);
      pen.number(picture.qty(trade.qty), Math.round(width * 0.64), middle, colours.text);
      pen.number(picture.time(trade.time), width - 12, middle, colours.faint);
    }
    pen.alpha(1);
    return isFading;
  }

  /** Notes when trades were first seen; those of the first picture are not new. */
  #note(trades: readonly TradeOut[], now: number): void {
    const newest = trades[0]?.trade_id ?? "";
    if (newest === this.#newest) return;
    const seen = new Map<string, number>();
    for (const { trade_id: id } of trades) {
      seen.set(id, this.#seenAt.get(id) ?? (this.#newest === "" ? -FRESH_MS : now));
    }
    this.#seenAt = seen;
    this.#newest = newest;
  }
}
