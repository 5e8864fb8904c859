import { useEffect, useMemo, useState } from "react";
import { call } from "../../api/client";
import type { FillBody } from "../../api/schema";
import type { Account, Fill } from "../../core/account/account";

const FILLS_SHOWN = 100;

/** A fill of history, or one that came while the page is open. */
export type OwnFill = Omit<FillBody, "cash" | "event_seq">;

const nameOf = ({ trade_id, order_id }: OwnFill) => `${trade_id}/${order_id}`;

/** Own fills, newest first: those that came while the page is open, then those of history. */
export function useOwnFills(account: Account | undefined): readonly OwnFill[] {
  const [past, setPast] = useState<readonly OwnFill[]>([]);
  const id = account?.id;
  const fresh = account?.fills;
  useEffect(() => {
    if (id === undefined) return;
    let isWanted = true;
    const query = { limit: FILLS_SHOWN };
    call("GET /v1/accounts/{account}/history/fills", { path: { account: id }, query }).then(
      ({ fills }) => isWanted && setPast(fills),
      // History may be a moment behind, or switched off: then only new ones are shown.
      () => {},
    );
    return () => {
      isWanted = false;
    };
  }, [id]);
  return useMemo(() => {
    const rows = (fresh ?? []).map(fillOf);
    const known = new Set(rows.map(nameOf));
    return [...rows, ...past.filter((fill) => !known.has(nameOf(fill)))].slice(0, FILLS_SHOWN);
  }, [fresh, past]);
}

function fillOf(fill: Fill): OwnFill {
  return { ...fill, price: fill.last_price, qty: fill.last_qty };
}
