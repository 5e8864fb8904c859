// Draws the numbers of a list of instruments; their names and links are real, and stand above.

import { type Area, Fades } from "./surface";

export const ROW = 40;

export interface WatchRow {
  readonly symbol: string;
  readonly detail: string;
  /** As the venue wrote it: by it a change is seen. */
  readonly last: string;
  readonly shown: string;
  readonly percent: string;
  /** Above zero: up; below: down. */
  readonly direction: number;
}

export interface WatchPicture {
  readonly rows: readonly WatchRow[];
  readonly isOld: boolean;
}

export class WatchPainter {
  readonly #fades = new Fades();

  paint(area: Area, { rows, isOld }: WatchPicture): boolean {
    const { pen, width, now } = area;
    const { colours } = pen;
    let isFading = false;
    pen.alpha(isOld ? 0.4 : 1);
    for (const [at, row] of rows.entries()) {
      const y = at * ROW;
      const fade = this.#fades.see(row.symbol, row.last, now);
      if (fade.strength > 0 && !isOld) {
        isFading = true;
        pen.alpha(fade.strength);
        const colour = fade.isUp ? colours["up-soft"] : colours["down-soft"];
        pen.fill(width - 96, y + 3, 92, ROW - 6, colour);
        pen.alpha(1);
      }
      pen.font(600, 13);
      pen.text(row.symbol, 12, y + 14, colours.text);
      pen.font(400, 11);
      pen.text(row.detail, 12, y + 29, colours.faint);
      pen.font(500, 13);
      pen.number(row.shown, width - 12, y + 14, colours.text);
      pen.font(500, 11);
      const isFlat = row.direction === 0;
      const colour = isFlat ? colours.faint : row.direction > 0 ? colours.up : colours.down;
      const arrow = isFlat ? "" : row.direction > 0 ? "▲ " : "▼ ";
      pen.number(arrow + row.percent, width - 12, y + 29, colour);
    }
    pen.alpha(1);
    return isFading;
  }
}
