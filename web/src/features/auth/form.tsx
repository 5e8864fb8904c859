import type { FormEvent, ReactNode } from "react";
import { useT } from "../../app/i18n";
import { useTry } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Input } from "../../app/ui/field";
import "./auth.css";

interface AuthFormProps {
  readonly title: string;
  readonly action: string;
  readonly onSubmit: () => Promise<void>;
  readonly children: ReactNode;
  readonly below: ReactNode;
}

/** The frame of logging in and registering: fields, one button, and why the venue said no. */
export function AuthForm({ title, action, onSubmit, children, below }: AuthFormProps) {
  const run = useTry();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.start(onSubmit);
  };
  return (
    <div className="auth-page">
      <form className="card auth-card" onSubmit={submit}>
        <h1>{title}</h1>
        {children}
        {run.refusal === null ? null : (
          <div className="notice bad" role="alert">
            {run.refusal}
          </div>
        )}
        <Button type="submit" look="primary" size="large" wide disabled={run.isBusy}>
          {action}
        </Button>
        <p className="dim auth-below">{below}</p>
      </form>
    </div>
  );
}

interface NameFieldProps {
  readonly name: string;
  readonly onChange: (name: string) => void;
}

/** The name that somebody logs in with. */
export function NameField({ name, onChange }: NameFieldProps) {
  const t = useT();
  return (
    <Input
      label={t("name")}
      name="username"
      autoComplete="username"
      required
      value={name}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
