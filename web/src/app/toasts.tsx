import { Cell } from "../core/emitter";
import { useCell } from "./hooks";
import { useT } from "./i18n";
import { Button } from "./ui/button";
import { CrossIcon } from "./ui/icons";

export interface Toast {
  readonly look: "good" | "bad" | "plain";
  readonly title: string;
  readonly text?: string;
}

interface Shown extends Toast {
  readonly id: number;
}

const SHOWN_MS = 5_500;
const REFUSALS_SHOWN_MS = 10_000;
const TOASTS_MAX = 4;

const toasts = new Cell<readonly Shown[]>([]);
let made = 0;

/** Says something at the edge of the page for some seconds. */
export function toast(message: Toast): void {
  const shown = { ...message, id: ++made };
  toasts.set([...toasts.value, shown].slice(-TOASTS_MAX));
  setTimeout(() => dismiss(shown.id), message.look === "bad" ? REFUSALS_SHOWN_MS : SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.set(toasts.value.filter((each) => each.id !== id));
}

export function Toasts() {
  const t = useT();
  const shown = useCell(toasts);
  return (
    <section className="toasts" aria-label={t("notifications")} aria-live="polite">
      {shown.map(({ id, look, title, text }) => (
        <div key={id} className={`toast ${look}`}>
          <span className="toast-mark" aria-hidden="true" />
          <div>
            <strong>{title}</strong>
            {text === undefined ? null : <p>{text}</p>}
          </div>
          <Button
            look="quiet"
            size="small"
            icon
            aria-label={t("close")}
            onClick={() => dismiss(id)}
          >
            <CrossIcon />
          </Button>
        </div>
      ))}
    </section>
  );
}
