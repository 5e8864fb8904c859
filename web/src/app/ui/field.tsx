import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";
import { useT } from "../i18n";

interface FieldProps {
  readonly label: ReactNode;
  /** Stands at the right end of the label. */
  readonly aside?: ReactNode;
  readonly note?: ReactNode;
  readonly error?: ReactNode;
}

function Field(props: FieldProps & { readonly id: string; readonly children: ReactNode }) {
  const { id, label, aside, note, error, children } = props;
  return (
    <div className="field">
      <div className="field-label">
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      {children}
      {error ? (
        <div className="field-error" id={`${id}-error`} role="alert">
          {error}
        </div>
      ) : null}
      {note && !error ? <div className="field-note">{note}</div> : null}
    </div>
  );
}

export interface InputProps
  extends FieldProps, Omit<InputHTMLAttributes<HTMLInputElement>, "id" | "prefix"> {
  readonly suffix?: ReactNode;
}

/** A field of one line, with its label, a note below it and what is wrong with it. */
export function Input({ label, aside, note, error, suffix, ...rest }: InputProps) {
  const id = useId();
  const isInvalid = Boolean(error);
  return (
    <Field id={id} label={label} aside={aside} note={note} error={error}>
      <div className="input" data-invalid={isInvalid}>
        <input
          {...rest}
          id={id}
          aria-invalid={isInvalid}
          aria-describedby={isInvalid ? `${id}-error` : undefined}
        />
        {suffix ? <span className="affix">{suffix}</span> : null}
      </div>
    </Field>
  );
}

interface DateRangeProps {
  readonly from: string;
  readonly to: string;
  readonly onFrom: (date: string) => void;
  readonly onTo: (date: string) => void;
}

/** From which date to which; empty where it is left open. */
export function DateRange({ from, to, onFrom, onTo }: DateRangeProps) {
  const t = useT();
  return (
    <>
      <Input
        type="date"
        label={t("from")}
        value={from}
        onChange={(event) => onFrom(event.target.value)}
      />
      <Input
        type="date"
        label={t("to")}
        value={to}
        onChange={(event) => onTo(event.target.value)}
      />
    </>
  );
}

export interface SelectProps<Value extends string>
  extends FieldProps, Omit<SelectHTMLAttributes<HTMLSelectElement>, "id" | "onChange" | "value"> {
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly onChange: (value: Value) => void;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, aside, note, error, value, options, onChange, ...rest } = props;
  const id = useId();
  return (
    <Field id={id} label={label} aside={aside} note={note} error={error}>
      <div className="input select">
        <select
          {...rest}
          id={id}
          value={value}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {options.map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </select>
      </div>
    </Field>
  );
}

interface CheckProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "type"> {
  readonly onChange: (checked: boolean) => void;
}

export function Check({ children, onChange, ...rest }: CheckProps) {
  return (
    <label className="check">
      <input {...rest} type="checkbox" onChange={(event) => onChange(event.target.checked)} />
      <span>{children}</span>
    </label>
  );
}
