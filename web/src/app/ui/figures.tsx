import type { ReactNode } from "react";
import type { SideName } from "../../api/schema";
import { sign } from "../../core/decimal";
import { arrow } from "../../core/format";
import { useT } from "../i18n";

/** A change or a profit: its colour, its sign and an arrow say the same. */
export function Change({ value, text }: { value: string | null | undefined; text: string }) {
  const direction = value == null ? 0 : sign(value);
  const look = direction === 0 ? "" : direction > 0 ? "up" : "down";
  const mark = arrow(value);
  return (
    <span className={`change ${look}`}>
      {mark === "" ? null : (
        <span className="change-mark" aria-hidden="true">
          {mark}
        </span>
      )}
      {text}
    </span>
  );
}

export function SideText({ side }: { side: SideName }) {
  const t = useT();
  return <span className={side === "buy" ? "up" : "down"}>{t(side)}</span>;
}

interface FigureProps {
  readonly label: string;
  readonly value: ReactNode;
  /** A smaller line below. */
  readonly note?: ReactNode;
  readonly isLarge?: boolean;
}

/** One number that a page leads with. */
export function Figure({ label, value, note, isLarge }: FigureProps) {
  return (
    <div className={isLarge ? "figure large" : "figure"}>
      <dt>{label}</dt>
      <dd className="figure-value">{value}</dd>
      {note === undefined ? null : <dd className="figure-note">{note}</dd>}
    </div>
  );
}

export function Figures({ children }: { children: ReactNode }) {
  return <dl className="figures">{children}</dl>;
}
