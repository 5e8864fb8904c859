// Acts that the venue may refuse: once at a time, and whoever asked is told why.

import { useState } from "react";
import { type AnswerOf, type CallOf, Refused, Unanswered, call } from "../api/client";
import type { Routes } from "../api/routes";
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

/**
 * Calls again while no answer comes. Only for what carries a request id of its own, by which the
 * venue does it once, or for what is the same when done twice. @throws Refused, Unanswered
 */
export async function callSurely<R extends keyof Routes>(
  route: R,
  parts: CallOf<R>,
): Promise<AnswerOf<R>> {
  for (let sends = 1; ; sends += 1) {
    try {
      return await call(route, parts);
    } catch (error) {
      if (!(error instanceof Unanswered) || sends === SENDS_MAX) throw error;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}
