// How the trade screen sends an order: one at a time, after the question, as it is by then.

import { type RefObject, useEffect, useRef, useState } from "react";
import { confirmed } from "../../app/confirm";
import { useOffReason } from "../../app/connection";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import type { Intent, Intents } from "../../core/account/intents";
import { type NewOrder, termsOf } from "./draft";
import { useTrade } from "./state";

/** Gives the order as it is now; `null` when there is none to send. */
type Make = () => NewOrder | null;

interface Sending {
  readonly isOff: boolean;
  readonly isSending: boolean;
  /** Gives what became of the order; `null` when it was not sent. */
  readonly send: (make: Make) => Promise<Intent["state"] | null>;
}

/** Sends orders for the trade screen's account. While one is under way no other one is sent. */
export function useSending(): Sending {
  const t = useT();
  const { desk } = useVenue();
  const { account } = useTrade();
  const isOff = useOffReason() !== null;
  const describe = useDescription();
  const [isSending, setSending] = useState(false);
  const busy = useRef(false);
  const newest = useNewest({ account, isOff });
  const isPossible = () => newest.current?.isOff === false && newest.current.account === account;
  /** The order that somebody said yes to. It is made anew after that: the market went on. */
  const agreed = async (make: Make): Promise<NewOrder | null> => {
    for (;;) {
      const asked = isPossible() ? make() : null;
      if (asked === null || !(await confirmed(t("confirmSend"), describe(asked)))) return null;
      const order = isPossible() ? make() : null;
      // The yes was for what was shown; another order is another question.
      if (order === null || termsOf(order) === termsOf(asked)) return order;
    }
  };
  const send = async (make: Make) => {
    if (busy.current || account === undefined) return null;
    busy.current = true;
    try {
      const order = await agreed(make);
      if (order === null) return null;
      setSending(true);
      const state = await placed(desk.intents, account.id, order);
      setSending(false);
      return state;
    } finally {
      busy.current = false;
    }
  };
  return { isOff, isSending, send };
}

/** A value for what goes on after an answer: that of the last rendering, `null` once it is gone. */
export function useNewest<T>(value: T): RefObject<T | null> {
  const newest = useRef<T>(null);
  useEffect(() => {
    newest.current = value;
    return () => {
      newest.current = null;
    };
  });
  return newest;
}

function useDescription(): (order: NewOrder) => string {
  const t = useT();
  const formats = useFormats();
  return ({ side, qty, symbol, type, price, stop_price: stop }) => {
    const prices = [stop, price]
      .filter((each) => each != null)
      .map((each) => formats.decimal(each));
    const what = t(`send_${side}`, { qty: formats.decimal(qty), symbol });
    return [what, t(`type_${type}`), ...prices].join(" · ");
  };
}

/**
 * Places an order and waits until it is known what became of it, or that its answer was lost: it is
 * looked for elsewhere then, and the next order may be sent.
 */
function placed(intents: Intents, accountId: string, order: NewOrder): Promise<Intent["state"]> {
  const id = intents.newId();
  return new Promise((settle) => {
    const stop = intents.subscribe(() => {
      const state = intents.list.find((intent) => intent.clientOrderId === id)?.state;
      if (state === undefined || state === "sending") return;
      stop();
      settle(state);
    });
    void intents.place(accountId, id, order);
  });
}
