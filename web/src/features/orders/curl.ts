// The command that would place an order as it is now, for a shell.

import type { OrderBody, PlaceOrder } from "../../api/schema";

/** The terms of an order, as the API takes them: those of its last replacement, where it had one. */
export function termsOf(order: OrderBody): PlaceOrder {
  const { symbol, side, type, qty, time_in_force: tif } = order;
  return {
    symbol,
    side,
    type,
    qty,
    time_in_force: tif,
    ...(order.price == null ? {} : { price: order.price }),
    ...(order.stop_price == null ? {} : { stop_price: order.stop_price }),
    ...(order.display_qty == null ? {} : { display_qty: order.display_qty }),
    ...(order.collar == null ? {} : { collar: order.collar }),
    ...(order.expire_at == null ? {} : { expire_at: order.expire_at }),
    ...(order.post_only ? { post_only: true } : {}),
  };
}

/** The same request for curl; the key is in the variable `TOKEN`, not in the text. */
export function curlOf(origin: string, order: OrderBody): string {
  const address = `${origin}/v1/accounts/${order.account_id}/orders`;
  const body = JSON.stringify(termsOf(order));
  return `curl ${quoted(address)} --oauth2-bearer "$TOKEN" --json ${quoted(body)}`;
}

/** One word of a POSIX shell, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
