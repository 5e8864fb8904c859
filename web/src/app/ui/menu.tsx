import { type ReactNode, useEffect, useId, useRef, useState } from "react";

interface MenuProps {
  /** What the button shows; whoever hears the page hears `label` behind it. */
  readonly button: ReactNode;
  readonly label: string;
  readonly children: (close: () => void) => ReactNode;
}

/** A button that opens a panel below it. Escape and a click elsewhere close it. */
export function Menu({ button, label, children }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      setOpen(false);
      box.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    // Before the page's own keys, for which Escape cancels an order.
    document.addEventListener("keydown", escape, true);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
      document.removeEventListener("keydown", escape, true);
    };
  }, [isOpen]);
  return (
    <div className="menu" ref={box}>
      <button
        type="button"
        className="button quiet"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {button}
        <span className="heard">{label}</span>
      </button>
      {isOpen ? (
        <div className="menu-panel" id={id}>
          {children(() => setOpen(false))}
        </div>
      ) : null}
    </div>
  );
}
