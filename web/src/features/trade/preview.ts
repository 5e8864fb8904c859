import { useEffect, useState } from "react";
import { Refused, call } from "../../api/client";
import type { PreviewOut, Problem } from "../../api/schema";
import type { Account } from "../../core/account/account";
import { type NewOrder, termsOf } from "./draft";
import { useNewest } from "./sending";

/** A pause in typing, after which the venue is asked. */
const PAUSE_MS = 120;
/** The book moves on below the same order. */
const AGAIN_MS = 1_500;

export interface Preview {
  readonly foreseen: PreviewOut | null;
  readonly refusal: Problem | null;
  /** The cash that was free when the venue was asked. */
  readonly cashFree: string;
}

const NONE: Preview = { foreseen: null, refusal: null, cashFree: "0" };

/** Whose order it is. Its cash is read anew for each question. */
type Asker = Pick<Account, "id" | "cash">;

/**
 * What placing the order would do now, by the venue's own checks and its real book. An answer is
 * shown for the order that it is about, and for no other; its collar alone makes no other one.
 */
export function usePreview(
  account: Asker | undefined,
  order: NewOrder | null,
  isOn: boolean,
): Preview {
  const [answered, setAnswered] = useState<{ readonly of: string; readonly preview: Preview }>();
  const newest = useNewest({ account, order });
  const isWanted = isOn && order !== null && account !== undefined;
  const of = isWanted ? `${account.id} ${termsOf(order)}` : null;
  useEffect(() => {
    // What was foreseen before an outage says nothing of the book after it.
    setAnswered(undefined);
    if (of === null) return;
    let isCurrent = true;
    let isAsking = false;
    // One question at a time, so that a slow line brings answers as well.
    const foresee = async () => {
      const asker = newest.current?.account;
      const body = newest.current?.order ?? null;
      if (isAsking || body === null || asker === undefined) return;
      isAsking = true;
      const preview = await previewOf(asker, body);
      isAsking = false;
      if (isCurrent && preview !== null) setAnswered({ of, preview });
    };
    const pause = setTimeout(() => void foresee(), PAUSE_MS);
    const again = setInterval(() => void foresee(), AGAIN_MS);
    return () => {
      isCurrent = false;
      clearTimeout(pause);
      clearInterval(again);
    };
  }, [of, newest]);
  return answered !== undefined && answered.of === of ? answered.preview : NONE;
}

async function previewOf({ id, cash }: Asker, body: NewOrder): Promise<Preview | null> {
  const cashFree = cash.free;
  try {
    const answer = await call("POST /v1/accounts/{account}/orders/preview", {
      path: { account: id },
      body,
    });
    return { foreseen: answer.preview ?? null, refusal: answer.refusal ?? null, cashFree };
  } catch (error) {
    // Without an answer what was foreseen last stays; the connection's badge says why.
    return error instanceof Refused ? { foreseen: null, refusal: error.problem, cashFree } : null;
  }
}
