import { expect, test } from "vitest";
import type { OrderBody } from "../../api/schema";
import { curlOf, quoted, termsOf } from "./curl";

const ORDER = {
  account_id: "7",
  order_id: "12",
  symbol: "PETR4",
  side: "buy",
  type: "limit",
  qty: "100",
  price: "36.95",
  time_in_force: "day",
  post_only: false,
  status: "open",
  cum_qty: "0",
} as unknown as OrderBody;

test("an order's terms are what was asked for, not what became of it", () => {
  expect(termsOf(ORDER)).toEqual({
    symbol: "PETR4",
    side: "buy",
    type: "limit",
    qty: "100",
    price: "36.95",
    time_in_force: "day",
  });
});

test("the command has the address, the body and no secret", () => {
  expect(curlOf("http://localhost:8080", ORDER)).toBe(
    `curl 'http://localhost:8080/v1/accounts/7/orders' --oauth2-bearer "$TOKEN" --json ` +
      `'{"symbol":"PETR4","side":"buy","type":"limit","qty":"100","time_in_force":"day","price":"36.95"}'`,
  );
});

test("a quote in a word does not end it", () => {
  expect(quoted("it's $(rm)")).toBe(String.raw`'it'\''s $(rm)'`);
});
