import { type ReactNode, useEffect, useId, useRef } from "react";
import { useT } from "../i18n";
import { Button } from "./button";
import { CrossIcon } from "./icons";

interface DialogProps {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** A sheet comes from the lower edge of a phone. */
  readonly look?: "plain" | "wide" | "sheet";
}

/** A dialog over the page. The browser keeps the focus in it and closes it by Escape. */
export function Dialog({ title, onClose, children, look = "plain" }: DialogProps) {
  const t = useT();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element !== null && !element.open) {
      element.showModal();
      // On a phone a field would bring the keyboard up.
      if (look !== "sheet") wantedOf(element)?.focus();
    }
    return () => element?.close();
  }, [look]);
  return (
    // A click on what is around the dialog has the dialog itself as its target.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className={`dialog ${look}`}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        <Button look="quiet" size="small" icon aria-label={t("close")} onClick={onClose}>
          <CrossIcon />
        </Button>
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}

/**
 * What somebody wants of a dialog: to type, or else to say yes. The browser would give the focus to
 * the cross in the corner.
 */
function wantedOf(dialog: HTMLDialogElement): HTMLElement | null {
  return dialog.querySelector<HTMLElement>(
    ".dialog-body :is(input, select, textarea), .dialog-body .button.primary",
  );
}

/** A dialog that comes from the lower edge: for phones. */
export function Sheet(props: Omit<DialogProps, "look">) {
  return <Dialog {...props} look="sheet" />;
}
