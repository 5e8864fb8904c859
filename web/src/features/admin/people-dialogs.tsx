import { call } from "../../api/client";
import type { ResetToken, UserBody } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { ActDialog } from "../../app/ui/act-dialog";
import { Copyable } from "../../app/ui/copy";
import { Dialog } from "../../app/ui/dialog";

export const isOperator = ({ grants }: UserBody) => grants.includes("admin");

export interface OfUser {
  readonly user: UserBody;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Lets somebody run the venue, or no longer. */
export function GrantDialog({ user, onClose, onChanged }: OfUser) {
  const t = useT();
  const act = isOperator(user) ? "endAdmin" : "grantAdmin";
  return (
    <ActDialog
      look={isOperator(user) ? "danger" : "primary"}
      title={t(`${act}Title`, { name: user.name })}
      action={t(act)}
      onClose={onClose}
      onAct={async () => {
        const body = { grants: isOperator(user) ? [] : ["admin"] };
        await call("PUT /v1/admin/users/{user}/grants", { path: { user: user.user_id }, body });
        onChanged();
      }}
    >
      <p className="dim">{t(`${act}Note`)}</p>
    </ActDialog>
  );
}

/** Erases somebody, once their name has been typed. */
export function RemoveDialog({ user, onClose, onChanged }: OfUser) {
  const t = useT();
  return (
    <ActDialog
      look="danger"
      title={t("removeTitle", { name: user.name })}
      action={t("remove")}
      word={user.name}
      onClose={onClose}
      onAct={async () => {
        await call("DELETE /v1/admin/users/{user}", { path: { user: user.user_id } });
        onChanged();
      }}
    >
      <p className="dim">{t("removeNote")}</p>
    </ActDialog>
  );
}

/** Shows the token that lets somebody back in. */
export function ResetDialog({ reset, onClose }: { reset: ResetToken; onClose: () => void }) {
  const t = useT();
  const formats = useFormats();
  const request =
    `curl ${location.origin}/v1/auth/password-reset --json ` +
    `'{"token":"${reset.token}","new_password":"…"}'`;
  return (
    <Dialog title={t("resetPassword")} onClose={onClose}>
      <div className="form">
        <div className="notice">{t("resetNote", { time: formats.dateTime(reset.expires_at) })}</div>
        <Copyable label={t("resetToken")} text={reset.token} />
        <Copyable label={t("asCurl")} text={request} />
      </div>
    </Dialog>
  );
}
