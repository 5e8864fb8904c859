// Draws a price's way as a line without axes.

import type { Area } from "./surface";

const PAD = 3;

export interface SparkPicture {
  /** Oldest first, at equal distances. */
  readonly values: readonly number[];
  readonly isOld: boolean;
}

/** The points of a line through `values` that fills a box, `x` and `y` one after the other. */
export function sparkPoints(values: readonly number[], width: number, height: number): number[] {
  if (values.length < 2) return [];
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  const step = (width - 2 * PAD) / (values.length - 1);
  return values.flatMap((value, at) => {
    const share = range === 0 ? 0.5 : (value - low) / range;
    return [PAD + at * step, height - PAD - share * (height - 2 * PAD)];
  });
}

export function paintSpark(area: Area, { values, isOld }: SparkPicture): boolean {
  const { pen, width, height } = area;
  const points = sparkPoints(values, width, height);
  if (points.length === 0) return false;
  const isUp = (values.at(-1) ?? 0) >= (values[0] ?? 0);
  const { colours } = pen;
  pen.alpha(isOld ? 0.4 : 1);
  pen.area(points, height, isUp ? colours["up-soft"] : colours["down-soft"]);
  const colour = isUp ? colours.up : colours.down;
  pen.line(points, 1.5, colour);
  pen.dot(points.at(-2) ?? 0, points.at(-1) ?? 0, 2, colour);
  pen.alpha(1);
  return false;
}
