// Acts that the venue may refuse: once at a time, and whoever asked is told why.

import { useCallback, useRef, useState } from "react";
import { type AnswerOf, type CallOf, Refused, Unanswered, call } from "../api/client";
import type { Routes } from "../api/routes";
import { newId } from "../core/account/desk";
import type { Formats } from "../core/format";
import type { Translate } from "../core/i18n/translate";
import { problemText } from "../core/problems";
import { useFormats, useT } from "./i18n";
import { toast } from "./toasts";

const SENDS_MAX = 4;
const AGAIN_MS = 700;

/** Why something did not happen, in the reader's words. */
export function failureText(error: unknown, t: Translate, formats: Formats): string {
  if (error instanceof Refused) return problemText(error.problem, t, formats);
  return t("p_no_answer");
}

/** Runs something that the venue may refuse; the refusal stands beside the button. */
export function useTry() {
  const t = useT();
  const formats = useFormats();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const start = (action: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    setRefusal(null);
    action()
      .catch((error: unknown) => setRefusal(failureText(error, t, formats)))
      .finally(() => setBusy(false));
  };
  return { isBusy, refusal, start };
}

/** The same where nothing stands beside the button: a message tells the refusal. */
export function useAct() {
  const t = useT();
  const formats = useFormats();
  const [isBusy, setBusy] = useState(false);
  const act = (title: string, action: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    action()
      .catch((error: unknown) => {
        toast({ look: "bad", title, text: failureText(error, t, formats) });
      })
      .finally(() => setBusy(false));
  };
  return { isBusy, act };
}

/** The routes whose requests have an id, by which the venue does each once. */
type Named = {
  [R in keyof Routes]: Routes[R] extends { body: infer Body }
    ? "client_request_id" extends keyof Body
      ? R
      : never
    : never;
}[keyof Routes];

/**
 * Gives a call that is done once, however often it must be asked for an answer. The same call again
 * has the same request id until it is known what became of it: else a second click after a lost
 * answer would pay twice.
 */
export function useSurely(): <R extends Named>(route: R, parts: CallOf<R>) => Promise<AnswerOf<R>> {
  const open = useRef<{ readonly what: string; readonly id: string }>(null);
  return useCallback(async (route, parts) => {
    const what = JSON.stringify([route, parts]);
    if (open.current?.what !== what) open.current = { what, id: newId() };
    const { id } = open.current;
    const settled = () => {
      if (open.current?.id === id) open.current = null;
    };
    try {
      const answer = await callSurely(route, named(parts, id));
      settled();
      return answer;
    } catch (error) {
      if (error instanceof Refused && error.problem.applied === false) settled();
      throw error;
    }
  }, []);
}

/** The call with its id, which every `Named` route takes in its body. */
function named<R extends Named>(parts: CallOf<R>, id: string): CallOf<R> {
  const { body } = parts as unknown as { readonly body: object };
  return { ...parts, body: { ...body, client_request_id: id } };
}

/** Calls again while no answer comes. @throws Refused, Unanswered */
async function callSurely<R extends Named>(route: R, parts: CallOf<R>): Promise<AnswerOf<R>> {
  for (let sends = 1; ; sends += 1) {
    try {
      return await call(route, parts);
    } catch (error) {
      if (!(error instanceof Unanswered) || sends === SENDS_MAX) throw error;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}
