import { Cell } from "../core/emitter";
import { useCell } from "./hooks";
import { useT } from "./i18n";
import { settings } from "./settings";
import { Button } from "./ui/button";
import { Dialog } from "./ui/dialog";

interface Question {
  readonly text: string;
  readonly answer: (isYes: boolean) => void;
}

const question = new Cell<Question | null>(null);

/** Asks before something is done, where somebody wants to be asked; else the answer is yes. */
export function confirmed(text: string): Promise<boolean> {
  if (!settings.value.confirms) return Promise.resolve(true);
  question.value?.answer(false);
  return new Promise((answer) => question.set({ text, answer }));
}

export function Confirm() {
  const t = useT();
  const asked = useCell(question);
  if (asked === null) return null;
  const answer = (isYes: boolean) => () => {
    question.set(null);
    asked.answer(isYes);
  };
  return (
    <Dialog title={asked.text} onClose={answer(false)}>
      <div className="answers">
        <Button onClick={answer(false)}>{t("cancel")}</Button>
        <Button look="primary" onClick={answer(true)}>
          {t("yes")}
        </Button>
      </div>
    </Dialog>
  );
}
