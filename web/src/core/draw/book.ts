// Draws a book: asks above, bids below, the best of both in the middle.

import type { LevelOut, SideName } from "../../api/schema";
import { add, compare } from "../decimal";
import { type Area, Fades } from "./surface";

export const ROW = 20;
export const MIDDLE = 32;
/** How strong numbers are that may not be true any more. */
const OLD = 0.4;

export interface BookPicture {
  readonly bids: readonly LevelOut[];
  readonly asks: readonly LevelOut[];
  /** Own open quantity by price. */
  readonly own: ReadonlyMap<string, string>;
  readonly price: (price: string) => string;
  readonly qty: (qty: string) => string;
  /** The last price, and as it is shown. */
  readonly last: { readonly price: string; readonly text: string } | null;
  readonly spread: string;
  /** The price under the pointer. */
  readonly hovered: string | null;
  readonly isOld: boolean;
}

interface Row {
  readonly side: SideName;
  readonly level: LevelOut;
  /** All that stands at this price and better ones. */
  readonly total: string;
  readonly y: number;
}

export class BookPainter {
  #rows: readonly Row[] = [];
  readonly #fades = new Fades();
  #tick: { readonly price: string; readonly direction: number } | null = null;

  /** The price of the row at this height; `null` between the sides and below the last row. */
  priceAt(y: number): string | null {
    const row = this.#rows.find((each) => y >= each.y && y < each.y + ROW);
    return row?.level.price ?? null;
  }

  paint(area: Area, picture: BookPicture): boolean {
    const { height } = area;
    const count = Math.max(1, Math.floor((height - MIDDLE) / 2 / ROW));
    const middle = Math.round((height - MIDDLE) / 2);
    const asks = rows(picture.asks, "sell", count, (at) => middle - (at + 1) * ROW);
    const bids = rows(picture.bids, "buy", count, (at) => middle + MIDDLE + at * ROW);
    this.#rows = [...asks, ...bids];
    const most = Math.max(Number(asks.at(-1)?.total ?? 0), Number(bids.at(-1)?.total ?? 0), 1e-12);
    const alpha = picture.isOld ? OLD : 1;
    area.pen.alpha(alpha);
    let isFading = false;
    for (const row of this.#rows) {
      isFading = this.#ground(area, picture, row, Number(row.total) / most) || isFading;
    }
    area.pen.alpha(alpha);
    this.#numbers(area, picture);
    this.#middle(area, picture, middle);
    area.pen.alpha(1);
    return isFading;
  }

  /** What stands behind a row's numbers; true while a change of it fades. */
  #ground({ pen, width, now }: Area, picture: BookPicture, row: Row, depth: number): boolean {
    const { colours } = pen;
    const isBuy = row.side === "buy";
    const { price, qty } = row.level;
    const { strength } = this.#fades.see(row.side + price, qty, now);
    const bar = Math.round((width - 8) * depth);
    pen.fill(width - bar, row.y, bar, ROW - 1, isBuy ? colours["up-depth"] : colours["down-depth"]);
    const isChanged = strength > 0 && !picture.isOld;
    if (isChanged) {
      pen.alpha(strength * 0.7);
      pen.fill(0, row.y, width, ROW - 1, isBuy ? colours["up-soft"] : colours["down-soft"]);
      pen.alpha(1);
    }
    if (picture.hovered === price) pen.fill(0, row.y, width, ROW - 1, colours["accent-soft"]);
    if (picture.own.has(price)) {
      pen.fill(0, row.y, 2, ROW - 1, colours.accent);
      pen.dot(9, row.y + ROW / 2, 3, colours.accent);
    }
    return isChanged;
  }

  /** All prices, then all quantities: a font is set once for each. */
  #numbers({ pen, width }: Area, picture: BookPicture): void {
    const { colours } = pen;
    const ends = columns(width);
    pen.font(500, 12);
    for (const { side, level, y } of this.#rows) {
      const colour = side === "buy" ? colours.up : colours.down;
      pen.number(picture.price(level.price), ends.price, y + ROW / 2, colour);
    }
    pen.font(400, 12);
    for (const { level, total, y } of this.#rows) {
      pen.number(picture.qty(level.qty), ends.qty, y + ROW / 2, colours.text);
      pen.number(picture.qty(total), ends.total, y + ROW / 2, colours.faint);
    }
  }

  /** Which way the price went when it last moved, as the tape shows it: 1, -1, or 0 before. */
  #directionTo(price: string): number {
    if (this.#tick === null) this.#tick = { price, direction: 0 };
    else if (this.#tick.price !== price) {
      this.#tick = { price, direction: compare(price, this.#tick.price) };
    }
    return this.#tick.direction;
  }

  #middle({ pen, width }: Area, { last, spread }: BookPicture, y: number): void {
    const { colours } = pen;
    pen.fill(0, y, width, 1, colours.line);
    pen.fill(0, y + MIDDLE - 1, width, 1, colours.line);
    const centre = y + MIDDLE / 2;
    if (last !== null) {
      const direction = this.#directionTo(last.price);
      pen.font(600, 15);
      const colour = direction > 0 ? colours.up : direction < 0 ? colours.down : colours.text;
      pen.text(`${last.text} ${["↓", "", "↑"][direction + 1]}`, 12, centre, colour);
    }
    pen.font(400, 11);
    pen.text(spread, width - 12, centre, colours.faint, "right");
  }
}

/** Where the numbers of each column end. The heads of the panel stand at the same places. */
function columns(width: number): { price: number; qty: number; total: number } {
  return { price: Math.round(width * 0.33), qty: Math.round(width * 0.64), total: width - 12 };
}

function rows(
  levels: readonly LevelOut[],
  side: SideName,
  count: number,
  yOf: (at: number) => number,
): Row[] {
  let total = "0";
  return levels.slice(0, count).map((level, at) => {
    total = add(total, level.qty);
    return { side, level, total, y: yOf(at) };
  });
}
