import { type ReactNode, useState } from "react";
import { useT } from "../i18n";
import { useTry } from "../try";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Input } from "./field";

interface ConfirmProps {
  readonly title: string;
  readonly action: string;
  readonly onClose: () => void;
  /** A refusal stands in the dialog; else it closes. */
  readonly onConfirm: () => Promise<void>;
  readonly children?: ReactNode;
  /** What must be typed before it goes, for what is not easily undone. */
  readonly word?: string;
}

/** Asks before something is done. */
export function Confirm(props: ConfirmProps) {
  const { title, action, onClose, onConfirm, children, word } = props;
  const t = useT();
  const [typed, setTyped] = useState("");
  const { isBusy, refusal, start } = useTry();
  const isOff = isBusy || (word !== undefined && typed.trim() !== word);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isOff) start(() => onConfirm().then(onClose));
        }}
      >
        {children === undefined ? null : <div className="dim">{children}</div>}
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
          <Button type="submit" look="danger" disabled={isOff}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
