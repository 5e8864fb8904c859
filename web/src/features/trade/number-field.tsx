import type { KeyboardEvent, ReactNode, Ref } from "react";
import { useId } from "react";

interface NumberFieldProps {
  readonly label: string;
  readonly aside?: ReactNode;
  readonly value: string;
  readonly error?: string | undefined;
  readonly field?: Ref<HTMLInputElement>;
  readonly minus: string;
  readonly plus: string;
  readonly onType: (text: string) => void;
  /** One step down or up, ten with Shift. */
  readonly onStep: (steps: number) => void;
}

const FAST = 10;

/** A number between a minus and a plus. The arrow keys step as well. */
export function NumberField(props: NumberFieldProps) {
  const { label, aside, value, error, field, minus, plus, onType, onStep } = props;
  const id = useId();
  const keys = (event: KeyboardEvent) => {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    onStep(direction * (event.shiftKey ? FAST : 1));
  };
  return (
    <div className="field">
      <div className="field-label">
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      <div className="input stepper" data-invalid={error !== undefined}>
        <button type="button" tabIndex={-1} aria-label={minus} onClick={() => onStep(-1)}>
          −
        </button>
        <input
          ref={field}
          id={id}
          inputMode="decimal"
          autoComplete="off"
          value={value}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          onChange={(event) => onType(event.target.value)}
          onFocus={(event) => event.target.select()}
          onKeyDown={keys}
        />
        <button type="button" tabIndex={-1} aria-label={plus} onClick={() => onStep(1)}>
          +
        </button>
      </div>
      {error === undefined ? null : (
        <div className="field-error" id={`${id}-error`}>
          {error}
        </div>
      )}
    </div>
  );
}
