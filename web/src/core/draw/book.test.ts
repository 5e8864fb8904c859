import { describe, expect, test } from "vitest";
import type { LevelOut } from "../../api/schema";
import { BookPainter, type BookPicture, MIDDLE, ROW } from "./book";
import { type Area, Fades, type Pen } from "./surface";

/** Notes what is written, and draws nothing. */
function paper(height: number) {
  const written: string[] = [];
  const note = (text: string) => void written.push(text);
  const pen = {
    colours: {},
    font() {},
    alpha() {},
    fill() {},
    dot: () => note("dot"),
    text: note,
    number: note,
  };
  const area: Area = { pen: pen as unknown as Pen, width: 280, height, now: 0 };
  return { area, written };
}

const level = (price: string, qty: string): LevelOut => ({ price, qty, orders: 1 });

function picture(members: Partial<BookPicture>): BookPicture {
  return {
    bids: [level("9", "1"), level("8", "2"), level("7", "3")],
    asks: [level("10", "4"), level("11", "5")],
    own: new Map(),
    price: (text) => text,
    qty: (text) => text,
    last: null,
    spread: "",
    hovered: null,
    isOld: false,
    ...members,
  };
}

describe("the drawn book", () => {
  const height = 2 * 2 * ROW + MIDDLE;

  test("shows as many levels as there is room for, with sums from the best on", () => {
    const { area, written } = paper(height);
    new BookPainter().paint(area, picture({}));
    expect(written.join(" ").trim()).toBe("10 11 9 8 4 4 5 9 1 1 2 3");
  });

  test("knows which price is where: asks above the middle, bids below", () => {
    const { area } = paper(height);
    const painter = new BookPainter();
    painter.paint(area, picture({}));
    const rows = [0, ROW, 2 * ROW, 2 * ROW + MIDDLE, 3 * ROW + MIDDLE, height + 1];
    expect(rows.map((y) => painter.priceAt(y + 1))).toEqual(["11", "10", null, "9", "8", null]);
  });

  test("marks the prices at which own orders stand", () => {
    const { area, written } = paper(height);
    new BookPainter().paint(area, picture({ own: new Map([["8", "2"]]) }));
    expect(written.filter((text) => text === "dot")).toHaveLength(1);
  });

  test("is drawn again as long as a change fades", () => {
    const { area } = paper(height);
    const painter = new BookPainter();
    expect(painter.paint(area, picture({}))).toBe(false);
    const changed = picture({ bids: [level("9", "7")] });
    expect(painter.paint(area, changed)).toBe(true);
    expect(painter.paint({ ...area, now: 5_000 }, changed)).toBe(false);
  });
});

test("a change fades within half a second and knows its direction", () => {
  const fades = new Fades();
  expect(fades.see("A", "1.00", 0).strength).toBe(0);
  expect(fades.see("A", "0.90", 100)).toEqual({ strength: 1, isUp: false });
  expect(fades.see("A", "0.90", 325).strength).toBeCloseTo(0.5);
  expect(fades.see("A", "0.90", 700).strength).toBe(0);
});
