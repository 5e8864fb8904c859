import { useEffect, useRef, useState } from "react";
import { Refused, call } from "../../api/client";
import type { PlaceOrder, PreviewOut, Problem } from "../../api/schema";

/** A pause in typing, after which the venue is asked. */
const PAUSE_MS = 120;
/** The book moves on below the same order. */
const AGAIN_MS = 1_500;

export interface Preview {
  readonly foreseen: PreviewOut | null;
  readonly refusal: Problem | null;
}

const NONE: Preview = { foreseen: null, refusal: null };

/** What placing the order would do now, by the venue's own checks and its real book. */
export function usePreview(
  accountId: string | undefined,
  order: PlaceOrder | null,
  isOn: boolean,
): Preview {
  const [preview, setPreview] = useState<Preview>(NONE);
  const asked = useRef(0);
  const wanted = order === null || accountId === undefined ? null : JSON.stringify(order);
  useEffect(() => {
    if (wanted === null || accountId === undefined || !isOn) {
      setPreview(NONE);
      return;
    }
    const body = JSON.parse(wanted) as PlaceOrder;
    const foresee = async () => {
      asked.current += 1;
      const mine = asked.current;
      const answer = await previewOf(accountId, body);
      if (mine === asked.current && answer !== null) setPreview(answer);
    };
    const pause = setTimeout(() => void foresee(), PAUSE_MS);
    const again = setInterval(() => void foresee(), AGAIN_MS);
    return () => {
      asked.current += 1;
      clearTimeout(pause);
      clearInterval(again);
    };
  }, [accountId, wanted, isOn]);
  return wanted === null ? NONE : preview;
}

async function previewOf(account: string, body: PlaceOrder): Promise<Preview | null> {
  try {
    const answer = await call("POST /v1/accounts/{account}/orders/preview", {
      path: { account },
      body,
    });
    return { foreseen: answer.preview ?? null, refusal: answer.refusal ?? null };
  } catch (error) {
    // Without an answer what was foreseen last stays; the connection's badge says why.
    return error instanceof Refused ? { foreseen: null, refusal: error.problem } : null;
  }
}
