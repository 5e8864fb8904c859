import type { ReactNode } from "react";
import { useT } from "../i18n";
import type { Loaded, Paged } from "../loaded";
import { Button } from "./button";
import { EmptyState, Skeleton } from "./card";

interface WhenLoadedProps<T> {
  readonly of: Loaded<T>;
  /** Lines that stand there meanwhile. */
  readonly lines?: number;
  readonly children: (value: T) => ReactNode;
}

/** Shows what was loaded, the place of it before, or why it did not come or is old. */
export function WhenLoaded<T>({ of, lines = 4, children }: WhenLoadedProps<T>) {
  const t = useT();
  if (of.value !== undefined) {
    return (
      <>
        {of.failure === null ? null : (
          <p className="notice old-notice" role="status">
            {of.failure}
          </p>
        )}
        {children(of.value)}
      </>
    );
  }
  if (of.failure !== null) {
    return (
      <EmptyState title={of.failure}>
        <Button size="small" onClick={of.reload}>
          {t("retry")}
        </Button>
      </EmptyState>
    );
  }
  return (
    <div className="waiting" role="status" aria-label={t("loading")}>
      {Array.from({ length: lines }, (_, at) => (
        <Skeleton key={at} width={`${94 - ((at * 23) % 40)}%`} />
      ))}
    </div>
  );
}

/** The button that loads the next page of a list. */
export function More({ of }: { of: Paged<unknown> }) {
  const t = useT();
  if (of.more === null || of.value === undefined) return null;
  return (
    <div className="more">
      <Button size="small" onClick={of.more}>
        {t("loadMore")}
      </Button>
    </div>
  );
}
