import { useState } from "react";
import { call } from "../../api/client";
import type { OneKey } from "../../api/schema";
import { useT } from "../../app/i18n";
import { useSession } from "../../app/session";
import { ActDialog } from "../../app/ui/act-dialog";
import { Button } from "../../app/ui/button";
import { Copyable } from "../../app/ui/copy";
import { Dialog } from "../../app/ui/dialog";
import { Check, Input } from "../../app/ui/field";

const SCOPES = ["read", "trade", "funds", "admin"] as const;
type Scope = (typeof SCOPES)[number];

const LABEL_MAX = 64;

interface MakeKeyProps {
  readonly onClose: () => void;
  readonly onMade: (key: OneKey) => void;
}

/** A key may do no more than whoever makes it. */
export function MakeKey({ onClose, onMade }: MakeKeyProps) {
  const t = useT();
  const { session } = useSession();
  const own = session.state === "in" ? session.me.scopes : [];
  const [label, setLabel] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const choose = (scope: Scope, isWanted: boolean) => {
    setScopes(SCOPES.filter((each) => (each === scope ? isWanted : scopes.includes(each))));
  };
  return (
    <ActDialog
      title={t("makeKey")}
      action={t("makeKey")}
      isReady={label.trim() !== "" && scopes.length > 0}
      onClose={onClose}
      onAct={async () => {
        onMade(await call("POST /v1/keys", { body: { label: label.trim(), scopes } }));
      }}
    >
      <Input
        label={t("keyLabel")}
        note={t("keyLabelNote")}
        maxLength={LABEL_MAX}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
      />
      <fieldset className="scopes">
        <legend>{t("scopes")}</legend>
        {SCOPES.filter((scope) => own.includes(scope)).map((scope) => (
          <Check
            key={scope}
            checked={scopes.includes(scope)}
            onChange={(checked) => choose(scope, checked)}
          >
            <b>{scope}</b> {t(`scope_${scope}`)}
          </Check>
        ))}
      </fieldset>
    </ActDialog>
  );
}

/** The secret is shown now and never again; only this page has it. */
export function SecretDialog({ made, onClose }: { made: OneKey; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog title={t("keyMade", { label: made.label })} onClose={onClose}>
      <div className="form">
        <div className="notice">{t("secretOnce")}</div>
        <Copyable label={t("secret")} text={made.secret} />
        <div className="form-actions">
          <Button look="primary" onClick={onClose}>
            {t("secretKept")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
