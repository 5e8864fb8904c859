import type { ReactNode } from "react";

/** A name and its value, side by side. */
export function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="ticket-row">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
