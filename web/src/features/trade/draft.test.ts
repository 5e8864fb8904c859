import { describe, expect, test } from "vitest";
import type { InstrumentBody, QuoteOut } from "../../api/schema";
import { add, compare, divide, multiply, rescale } from "../../core/decimal";
import { INSTRUMENT as TERMS } from "../../test/venue";
import {
  type Draft,
  EMPTY_DRAFT,
  addTo,
  changed,
  chipsOf,
  collarOf,
  read,
  shareOf,
  slippage,
  stepped,
} from "./draft";

const INSTRUMENT: InstrumentBody = {
  ...TERMS,
  tick_size: "0.05",
  lot_size: "10",
  fees: { maker_ppm: 0, taker_ppm: 1000 },
};
const QUOTE: QuoteOut = {
  symbol: "A",
  phase: "continuous",
  bid: "36.90",
  ask: "37.00",
  day: { volume: "0", value: "0", trades: 0 },
};
const order = (draft: Partial<Draft>, point = ".", timeZone = "UTC") =>
  read({ ...EMPTY_DRAFT, ...draft }, INSTRUMENT, QUOTE, { point, timeZone });

describe("a draft", () => {
  test("is an order once all it needs is there", () => {
    expect(order({ qty: "100", price: "36.95" }).order).toEqual({
      symbol: "A",
      side: "buy",
      type: "limit",
      qty: "100",
      price: "36.95",
      time_in_force: "day",
    });
    expect(order({ qty: "100" }).order).toBeNull();
    expect(order({ qty: "0", price: "36.95" }).order).toBeNull();
  });

  test("is read by the reader's language", () => {
    expect(order({ qty: "1.000", price: "36,95" }, ",").order).toMatchObject({
      qty: "1000",
      price: "36.95",
    });
  });

  test("tells what does not fit before anything is sent", () => {
    expect(order({ qty: "15", price: "36.96" }).faults).toEqual({
      qty: "off_step",
      price: "off_step",
    });
    expect(order({ qty: "many", price: "36.955" }).faults).toEqual({
      qty: "unreadable",
      price: "unreadable",
    });
  });

  test("of a market order reaches no further than its collar", () => {
    const market = changed(EMPTY_DRAFT, { type: "market", qty: "10" });
    expect(order(market).order).toEqual({
      symbol: "A",
      side: "buy",
      type: "market",
      qty: "10",
      time_in_force: "ioc",
      collar: "38.85",
    });
  });

  test("of a stop-limit order has trigger and limit, and no collar", () => {
    const stop = changed(EMPTY_DRAFT, {
      type: "stop_limit",
      side: "sell",
      qty: "10",
      stop: "30.00",
      price: "29.00",
    });
    expect(order(stop).order).toMatchObject({ stop_price: "30.00", price: "29.00" });
    expect(order(stop).order).not.toHaveProperty("collar");
  });

  test("loses what does not go with its type any more", () => {
    const hidden = { ...EMPTY_DRAFT, isPostOnly: true, isIceberg: true };
    expect(changed(hidden, { type: "market" })).toMatchObject({
      tif: "ioc",
      isPostOnly: false,
      isIceberg: false,
    });
    expect(changed(hidden, { tif: "fok" })).toMatchObject({ isPostOnly: false, isIceberg: false });
    expect(changed(hidden, { type: "stop_limit" })).toMatchObject({
      tif: "day",
      isPostOnly: false,
      isIceberg: true,
    });
  });

  test("is for the day again after it was one for a market order", () => {
    const market = changed(EMPTY_DRAFT, { type: "market" });
    expect(market.tif).toBe("ioc");
    expect(changed(market, { type: "limit" }).tif).toBe("day");
    expect(changed({ ...EMPTY_DRAFT, tif: "fok" }, { side: "sell" }).tif).toBe("fok");
  });

  test("of an iceberg is no order before it says what it shows", () => {
    const iceberg = { qty: "100", price: "36.95", isIceberg: true };
    expect(order(iceberg).order).toBeNull();
    expect(order({ ...iceberg, display: "10" }).order).toMatchObject({ display_qty: "10" });
  });

  test("until a date lives to the end of that day where the reader is", () => {
    const dated = { qty: "10", price: "36.95", tif: "gtd", expires: "2026-12-24" } as const;
    expect(order(dated, ".", "America/Sao_Paulo").order).toMatchObject({
      expire_at: "2026-12-25T02:59:59.000Z",
    });
    expect(order(dated, ".", "Asia/Tokyo").order).toMatchObject({
      expire_at: "2026-12-24T14:59:59.000Z",
    });
  });

  test("until a date is no order while the year is being typed", () => {
    const dated = { qty: "10", price: "36.95", tif: "gtd" } as const;
    for (const expires of ["", "12026-12-24"]) {
      expect(order({ ...dated, expires }).order).toBeNull();
    }
    expect(order({ ...dated, expires: "0002-12-24" }).order).not.toBeNull();
  });
});

describe("the collar", () => {
  test("is five percent beyond the price, on the tick, inside the band", () => {
    expect(collarOf("buy", "37.00", INSTRUMENT)).toBe("38.85");
    expect(collarOf("sell", "36.90", INSTRUMENT)).toBe("35.05");
    expect(collarOf("buy", "39.00", INSTRUMENT)).toBe("40.00");
    expect(collarOf("sell", "5.00", INSTRUMENT)).toBe("5.00");
  });
});

/** The venue's own sum: cost and fee at the higher rate, each rounded up to cents. */
const holdOf = (price: string, qty: string, ppm: number) => {
  const cost = multiply(price, qty);
  const fee = multiply(multiply(cost, String(ppm)), "0.000001");
  return add(rescale(cost, 2, "up"), rescale(fee, 2, "up"));
};

const cents = (units: number) => divide(String(units), "100", 2, "down") ?? "";

const worstOf = (draft: Partial<Draft>) => order(changed(EMPTY_DRAFT, draft), ".").worst;

describe("quick amounts", () => {
  const flat = { free: "0", held: "0", total: "0" };

  test("a share of cash leaves room for the fee, in whole lots", () => {
    expect(shareOf(100, "buy", "10.00", INSTRUMENT, "1000.00", flat)).toBe("90");
    expect(shareOf(50, "buy", "10.00", INSTRUMENT, "1000.00", flat)).toBe("40");
    expect(shareOf(100, "buy", null, INSTRUMENT, "1000.00", flat)).toBeNull();
  });

  const FINE: InstrumentBody = {
    ...TERMS,
    qty_decimals: 8,
    lot_size: "0.00000001",
    order_qty_max: "1000000.00000000",
    fees: { maker_ppm: 1000, taker_ppm: 2000 },
  };

  test("all of the cash passes where lots are finer than cents", () => {
    for (const [price, most] of [
      ["100.00", "99.80030000"],
      ["50000.00", "0.19960060"],
    ] as const) {
      const qty = shareOf(100, "buy", price, FINE, "10000.00", flat) ?? "";
      expect(qty).toBe(most);
      expect(holdOf(price, qty, 2000)).toBe("10000.00");
    }
  });

  test("a share of cash is the most that the venue takes, whatever price and cash", () => {
    // A generator with a fixed beginning: the same cases each time.
    let state = 20_261_130;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let at = 0; at < 3_000; at += 1) {
      const isFine = random(2) === 0;
      const ppm = [0, 1, 50, 1000, 2000, 1_000_000][random(6)] ?? 0;
      const instrument = { ...(isFine ? FINE : TERMS), fees: { maker_ppm: ppm, taker_ppm: 0 } };
      const lot = instrument.lot_size;
      const price = cents(1 + random(10 ** (1 + random(8))));
      const cash = cents(random(10 ** (1 + random(8))));
      const percent = [25, 50, 75, 100][random(4)] ?? 100;
      const qty = shareOf(percent, "buy", price, instrument, cash, flat) ?? "";
      const most = multiply(cash, cents(percent));
      const told = `${percent}% of ${cash} at ${price}, ${ppm} ppm: ${qty}`;
      expect(compare(holdOf(price, qty, ppm), most), told).toBeLessThanOrEqual(0);
      if (compare(qty, instrument.order_qty_max) === 0) continue;
      expect(compare(holdOf(price, add(qty, lot), ppm), most), told).toBeGreaterThan(0);
    }
  });

  test("a share for an order without a limit is reckoned at its collar", () => {
    expect(worstOf({ type: "limit", price: "36.00" })).toBe("36.00");
    expect(worstOf({ type: "limit" })).toBe("37.00");
    expect(worstOf({ type: "market" })).toBe("38.85");
    expect(worstOf({ type: "stop", stop: "30.00" })).toBe("31.50");
    expect(worstOf({ type: "stop_limit", stop: "30.00", price: "30.50" })).toBe("30.50");
  });

  test("a share of a holding is whole lots of what is free", () => {
    const held = { free: "75", held: "25", total: "100" };
    expect(shareOf(50, "sell", null, INSTRUMENT, "0", held)).toBe("30");
  });

  test("chips add and take away, not below zero", () => {
    expect(addTo("50", "100")).toBe("150");
    expect(addTo("50", "-100")).toBe("0");
    expect(chipsOf(INSTRUMENT)).toEqual(["10", "50", "100", "500"]);
  });

  test("steps begin at what is there, else at the best price, and stay above zero", () => {
    expect(stepped("36.95", null, "0.05", 1)).toBe("37.00");
    expect(stepped(null, "37.00", "0.05", -1)).toBe("36.95");
    expect(stepped("0.05", null, "0.05", -1)).toBe("0.05");
  });
});

test("slippage is above zero when the average is worse than the best price", () => {
  expect(slippage("buy", "37.37", "37.00")).toBe("1.00");
  expect(slippage("sell", "36.531", "36.90")).toBe("1.00");
  expect(slippage("buy", "36.99", "37.00")).toBe("0.00");
});
