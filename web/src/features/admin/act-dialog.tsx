import type { ReactNode } from "react";
import { useT } from "../../app/i18n";
import { useTry } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Dialog } from "../../app/ui/dialog";

interface ActDialogProps {
  readonly title: string;
  readonly action: string;
  readonly isReady: boolean;
  readonly onClose: () => void;
  readonly onAct: () => Promise<void>;
  readonly children: ReactNode;
}

/** Fields in a dialog, and one act with them; it closes once the venue did it. */
export function ActDialog(props: ActDialogProps) {
  const { title, action, isReady, onClose, onAct, children } = props;
  const t = useT();
  const { isBusy, refusal, start } = useTry();
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) start(() => onAct().then(onClose));
        }}
      >
        {children}
        {refusal === null ? null : (
          <div className="notice bad" role="alert">
            {refusal}
          </div>
        )}
        <div className="form-actions">
          <Button onClick={onClose}>{t("back")}</Button>
          <Button type="submit" look="primary" disabled={isBusy || !isReady}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
