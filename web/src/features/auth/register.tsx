import { useState } from "react";
import { Link } from "wouter";
import { useTitle } from "../../app/hooks";
import { useT } from "../../app/i18n";
import { useSession } from "../../app/session";
import { Input } from "../../app/ui/field";
import { AuthForm, NameField } from "./form";

const PASSWORD_MIN = 10;

export default function RegisterPage() {
  const t = useT();
  const { register } = useSession();
  const [name, setName] = useState("");
  const [shown, setShown] = useState("");
  const [password, setPassword] = useState("");
  useTitle(`${t("register")} · Rialto`);
  const submit = () =>
    register({ name, password, ...(shown === "" ? {} : { display_name: shown }) });
  return (
    <AuthForm
      title={t("register")}
      action={t("register")}
      onSubmit={submit}
      below={
        <>
          {t("haveAccount")} <Link href="/login">{t("logIn")}</Link>
        </>
      }
    >
      <NameField name={name} onChange={setName} />
      <Input
        label={t("displayName")}
        note={t("displayNameNote")}
        name="nickname"
        autoComplete="nickname"
        value={shown}
        onChange={(event) => setShown(event.target.value)}
      />
      <Input
        label={t("password")}
        note={t("passwordNote")}
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={PASSWORD_MIN}
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
    </AuthForm>
  );
}
