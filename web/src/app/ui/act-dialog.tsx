import { type ReactNode, useState } from "react";
import { useT } from "../i18n";
import { useTry } from "../try";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Input } from "./field";

interface ActDialogProps {
  readonly title: string;
  readonly action: string;
  readonly onClose: () => void;
  /** A refusal of it stands in the dialog; else the dialog closes. */
  readonly onAct: () => Promise<void>;
  /** Whether what is in the fields may be sent. */
  readonly isReady?: boolean;
  readonly look?: "primary" | "danger";
  /** What must be typed before it goes, for what is not easily undone. */
  readonly word?: string;
  readonly children?: ReactNode;
}

/** What is to be known or filled in before something is done, and the button that does it. */
export function ActDialog(props: ActDialogProps) {
  const { title, action, onClose, onAct, isReady = true, look = "primary", word, children } = props;
  const t = useT();
  const [typed, setTyped] = useState("");
  const { isBusy, refusal, start } = useTry();
  const isOff = isBusy || !isReady || (word !== undefined && typed.trim() !== word);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isOff) start(() => onAct().then(onClose));
        }}
      >
        {children}
        {word === undefined ? null : (
          <Input
            label={t("typeToConfirm", { word })}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {refusal === null ? null : (
          <div className="notice bad" role="alert">
            {refusal}
          </div>
        )}
        <div className="form-actions">
          <Button onClick={onClose}>{t("back")}</Button>
          <Button type="submit" look={look} disabled={isOff}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
