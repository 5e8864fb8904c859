import { Cell } from "../core/emitter";
import { useCell } from "./hooks";
import { useT } from "./i18n";
import { settings } from "./settings";
import { Button } from "./ui/button";
import { Dialog } from "./ui/dialog";

interface Question {
  readonly title: string;
  readonly text: string | undefined;
  readonly answer: (isYes: boolean) => void;
}

const question = new Cell<Question | null>(null);

/** Asks before something is done, where somebody wants to be asked; else the answer is yes. */
export function confirmed(title: string, text?: string): Promise<boolean> {
  return settings.value.confirms ? sure(title, text) : Promise.resolve(true);
}

/** Asks whether somebody means it, also where they do not want to be asked: it cannot be undone. */
export function sure(title: string, text?: string): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((answer) => question.set({ title, text, answer }));
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
    <Dialog title={asked.title} onClose={answer(false)}>
      {asked.text === undefined ? null : <p>{asked.text}</p>}
      <div className="answers">
        <Button onClick={answer(false)}>{t("cancel")}</Button>
        <Button look="primary" onClick={answer(true)}>
          {t("yes")}
        </Button>
      </div>
    </Dialog>
  );
}
