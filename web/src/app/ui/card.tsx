import type { ReactNode } from "react";

interface CardProps {
  readonly title?: ReactNode;
  /** Stands at the right end of the head. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Without space around: for tables, which have their own. */
  readonly flush?: boolean;
}

export function Card({ title, aside, children, flush }: CardProps) {
  return (
    <section className="card">
      {title === undefined ? null : (
        <div className="card-head">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      {flush ? children : <div className="card-body">{children}</div>}
    </section>
  );
}

interface BadgeProps {
  readonly look?: "plain" | "good" | "bad" | "warn" | "accent";
  readonly children: ReactNode;
}

export function Badge({ look = "plain", children }: BadgeProps) {
  return <span className={`badge ${look}`}>{children}</span>;
}

/** What stands where nothing is yet, and what would bring something. */
export function EmptyState({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** The place of something that comes in a moment; sizes are lengths of CSS. */
export function Skeleton({ width = "100%", height = "14px" }: { width?: string; height?: string }) {
  return <span className="skeleton" style={{ width, height }} aria-hidden="true" />;
}
