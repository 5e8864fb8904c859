import { useState } from "react";
import { Link } from "wouter";
import { useTitle } from "../../app/hooks";
import { useT } from "../../app/i18n";
import { useSession } from "../../app/session";
import { Input } from "../../app/ui/field";
import { AuthForm, NameField } from "./form";

export default function LoginPage() {
  const t = useT();
  const { logIn } = useSession();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  useTitle(`${t("logIn")} · Rialto`);
  return (
    <AuthForm
      title={t("logIn")}
      action={t("logIn")}
      onSubmit={() => logIn({ name, password })}
      below={
        <>
          {t("noAccount")} <Link href="/register">{t("register")}</Link>
        </>
      }
    >
      <NameField name={name} onChange={setName} />
      <Input
        label={t("password")}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
    </AuthForm>
  );
}
