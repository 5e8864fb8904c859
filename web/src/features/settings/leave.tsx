import { useState } from "react";
import { call } from "../../api/client";
import type { Me } from "../../api/schema";
import { useT } from "../../app/i18n";
import { useSession } from "../../app/session";
import { Button } from "../../app/ui/button";
import { Card } from "../../app/ui/card";
import { ActDialog } from "../../app/ui/act-dialog";

/** Leaving for good: the venue lets only those go whose accounts are empty. */
export function LeaveCard({ me }: { me: Me }) {
  const t = useT();
  const { logOut } = useSession();
  const [isAsking, setAsking] = useState(false);
  const leave = async () => {
    await call("DELETE /v1/auth/me", {});
    await logOut();
  };
  return (
    <Card title={t("leave")}>
      <div className="leave">
        <p className="card-note">{t("leaveNote")}</p>
        <Button look="danger" onClick={() => setAsking(true)}>
          {t("leaveAction")}
        </Button>
      </div>
      {isAsking ? (
        <ActDialog
          look="danger"
          title={t("leaveTitle")}
          action={t("leaveAction")}
          word={me.name}
          onClose={() => setAsking(false)}
          onAct={leave}
        >
          <p className="dim">{t("leaveNote")}</p>
        </ActDialog>
      ) : null}
    </Card>
  );
}
