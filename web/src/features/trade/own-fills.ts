import { useMemo } from "react";
import { call } from "../../api/client";
import type { FillBody } from "../../api/schema";
import { useLoaded } from "../../app/loaded";
import type { Account, Fill } from "../../core/account/account";

const FILLS_SHOWN = 100;

/** A fill of history, or one that came while the page is open. */
export type OwnFill = Omit<FillBody, "cash" | "event_seq">;

const nameOf = ({ trade_id, order_id }: OwnFill) => `${trade_id}/${order_id}`;

/** Own fills, newest first: those that came while the page is open, and those of history. */
export function useOwnFills(account: Account | undefined): readonly OwnFill[] {
  const id = account?.id ?? null;
  const fresh = account?.fills;
  const { value: past } = useLoaded(() => pastFills(id), [id], {
    changes: account?.snapshots,
    isBehind: true,
  });
  return useMemo(() => {
    const rows = (fresh ?? []).map(fillOf);
    const known = new Set(rows.map(nameOf));
    const others = (past ?? []).filter((fill) => !known.has(nameOf(fill)));
    return [...rows, ...others].toSorted(newestFirst).slice(0, FILLS_SHOWN);
  }, [fresh, past]);
}

async function pastFills(account: string | null): Promise<readonly FillBody[]> {
  if (account === null) return [];
  const query = { limit: FILLS_SHOWN };
  return (await call("GET /v1/accounts/{account}/history/fills", { path: { account }, query }))
    .fills;
}

function newestFirst(one: OwnFill, other: OwnFill): number {
  return Date.parse(other.time) - Date.parse(one.time);
}

function fillOf(fill: Fill): OwnFill {
  return { ...fill, price: fill.last_price, qty: fill.last_qty };
}
