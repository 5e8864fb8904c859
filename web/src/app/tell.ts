// Tells what the venue refused of what was asked of own orders.

import type { Done } from "../core/account/desk";
import type { Key } from "../core/i18n/translate";
import { problemText } from "../core/problems";
import { useFormats, useT } from "./i18n";
import { toast } from "./toasts";

/** `refused` is the title of a refusal; where no answer came, that is told instead. */
export function useTell(): (refused: Key) => (done: Done) => void {
  const t = useT();
  const formats = useFormats();
  return (refused) => (done) => {
    if (done.ok) return;
    const { problem } = done;
    const title = t(problem === null ? "toast_lost" : refused);
    const text = problem === null ? t("toast_lostText") : problemText(problem, t, formats);
    toast({ look: "bad", title, text });
  };
}
