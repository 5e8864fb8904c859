import { useEffect, useState } from "react";
import { call } from "../../../api/client";
import type { Account } from "../../../core/account/account";

const AGAIN_MS = 2_500;
/** Of so many open orders the place in the queue is asked for. */
const ORDERS_MAX = 12;

/** How much trades before each own resting order; `null` where the book does not show it. */
export function useQueues(account: Account | undefined): ReadonlyMap<string, string | null> {
  const [queues, setQueues] = useState<ReadonlyMap<string, string | null>>(new Map());
  const resting = (account?.openOrders ?? [])
    .filter((order) => order.status === "open")
    .slice(0, ORDERS_MAX);
  const ids = resting.map((order) => order.order_id).join(",");
  const id = account?.id;
  useEffect(() => {
    if (id === undefined || ids === "") return;
    let isWanted = true;
    const ask = async () => {
      const answers = await Promise.all(ids.split(",").map((order) => aheadOf(id, order)));
      if (isWanted) setQueues(new Map(answers));
    };
    void ask();
    const again = setInterval(() => void ask(), AGAIN_MS);
    return () => {
      isWanted = false;
      clearInterval(again);
    };
  }, [id, ids]);
  return queues;
}

async function aheadOf(account: string, order: string): Promise<[string, string | null]> {
  try {
    const path = { account, order };
    const answer = await call("GET /v1/accounts/{account}/orders/{order}/queue", { path });
    return [order, answer.queue?.qty_ahead ?? null];
  } catch {
    // It was filled meanwhile, or the venue is away: then there is no place to tell.
    return [order, null];
  }
}
