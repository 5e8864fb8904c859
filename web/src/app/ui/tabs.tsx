import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

export interface TabItem<Name extends string> {
  readonly name: Name;
  readonly title: ReactNode;
  readonly count?: number;
}

interface TabsProps<Name extends string> {
  readonly label: string;
  readonly items: readonly TabItem<Name>[];
  readonly active: Name;
  readonly onChange: (name: Name) => void;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A row of tabs and the panel of the active one. Arrow keys go from tab to tab. */
export function Tabs<Name extends string>(props: TabsProps<Name>) {
  const { label, items, active, onChange, children, className = "" } = props;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const at = items.findIndex((item) => item.name === active);
    const next = items[(at + step + items.length) % items.length];
    if (next === undefined) return;
    onChange(next.name);
    list.current?.querySelector<HTMLElement>(`[data-name="${next.name}"]`)?.focus();
  };
  return (
    <div className={`tab-view ${className}`}>
      <div
        className="tabs"
        role="tablist"
        aria-label={label}
        tabIndex={-1}
        ref={list}
        onKeyDown={move}
      >
        {items.map(({ name, title, count }) => (
          <button
            key={name}
            type="button"
            role="tab"
            className="tab"
            data-name={name}
            id={`${id}-${name}`}
            aria-selected={name === active}
            aria-controls={`${id}-panel`}
            tabIndex={name === active ? 0 : -1}
            onClick={() => onChange(name)}
          >
            {title}
            {count === undefined || count === 0 ? null : <span className="count">{count}</span>}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        className="tab-panel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${active}`}
        tabIndex={0}
      >
        {children}
      </div>
    </div>
  );
}

interface SegmentsProps<Name extends string> {
  readonly label: string;
  readonly items: readonly (readonly [Name, ReactNode])[];
  readonly active: Name;
  readonly onChange: (name: Name) => void;
}

/** A few choices side by side, of which one is made. */
export function Segments<Name extends string>(props: SegmentsProps<Name>) {
  const { label, items, active, onChange } = props;
  return (
    <div className="segments" role="group" aria-label={label}>
      {items.map(([name, title]) => (
        <button
          key={name}
          type="button"
          className="segment"
          aria-pressed={name === active}
          onClick={() => onChange(name)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
