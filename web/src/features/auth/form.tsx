import { type FormEvent, type ReactNode, useState } from "react";
import { Refused } from "../../api/client";
import { useFormats, useT } from "../../app/i18n";
import { Button } from "../../app/ui/button";
import { problemText } from "../../core/problems";
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

/** Runs something that the venue may refuse, once at a time. */
export function useTry() {
  const t = useT();
  const formats = useFormats();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const start = (action: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    setRefusal(null);
    action()
      .catch((error: unknown) => {
        const isTold = error instanceof Refused;
        setRefusal(isTold ? problemText(error.problem, t, formats) : t("p_no_answer"));
      })
      .finally(() => setBusy(false));
  };
  return { isBusy, refusal, start };
}
