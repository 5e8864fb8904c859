import type { ReactNode } from "react";
import { useOffReason } from "../connection";
import { useTitle } from "../hooks";
import { useT } from "../i18n";
import "../styles/pages.css";

interface PageProps {
  readonly title: string;
  /** Stands at the right end of the head. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A page that is read: its head, and what is below it. */
export function PageFrame({ title, aside, children }: PageProps) {
  useTitle(`${title} · Rialto`);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{title}</h1>
        {aside}
      </div>
      {children}
    </div>
  );
}

/** A page of whoever is logged in: it says when its numbers are old, and greys them out. */
export function Page({ children, ...rest }: PageProps) {
  const t = useT();
  const reason = useOffReason();
  const isOld = reason !== null && reason !== "connectingReason";
  return (
    <PageFrame {...rest}>
      {isOld ? (
        <div className="notice" role="status">
          {t(reason)}
        </div>
      ) : null}
      <div className="page-body" data-old={isOld}>
        {children}
      </div>
    </PageFrame>
  );
}
