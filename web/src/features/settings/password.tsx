import { useState } from "react";
import { call } from "../../api/client";
import { useT } from "../../app/i18n";
import { toast } from "../../app/toasts";
import { useTry } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Card } from "../../app/ui/card";
import { Input } from "../../app/ui/field";

const PASSWORD_MIN = 10;

/** Changing the password ends all other logins; that of this browser goes on. */
export function PasswordCard({ name }: { name: string }) {
  const t = useT();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const { isBusy, refusal, start } = useTry();
  const change = async () => {
    await call("POST /v1/auth/password", { body: { old_password: old, new_password: fresh } });
    toast({ look: "good", title: t("passwordChanged") });
  };
  return (
    <Card title={t("password")}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          start(change);
        }}
      >
        <input type="text" hidden readOnly autoComplete="username" value={name} />
        <div className="form-pair">
          <Input
            type="password"
            label={t("oldPassword")}
            autoComplete="current-password"
            value={old}
            onChange={(event) => setOld(event.target.value)}
          />
          <Input
            type="password"
            label={t("newPassword")}
            note={t("passwordNote")}
            autoComplete="new-password"
            value={fresh}
            onChange={(event) => setFresh(event.target.value)}
          />
        </div>
        {refusal === null ? null : (
          <div className="notice bad" role="alert">
            {refusal}
          </div>
        )}
        <div className="form-actions">
          <Button type="submit" disabled={isBusy || old === "" || fresh.length < PASSWORD_MIN}>
            {t("changePassword")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
