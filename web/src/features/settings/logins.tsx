import { call } from "../../api/client";
import type { LoginBody } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { useSession } from "../../app/session";
import { useAct } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Badge, Card, EmptyState } from "../../app/ui/card";
import { WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";

/** Where one is logged in, and a way to end each. */
export function Logins() {
  const t = useT();
  const formats = useFormats();
  const { logOut } = useSession();
  const { isBusy, act } = useAct();
  const loaded = useLoaded(async () => (await call("GET /v1/auth/logins", {})).logins, []);
  const end = ({ login_id: login, is_current: isCurrent }: LoginBody) => {
    act(t("endLogin"), async () => {
      if (isCurrent) return logOut();
      await call("DELETE /v1/auth/logins/{login}", { path: { login } });
      loaded.reload();
    });
  };
  const columns: Column<LoginBody>[] = [
    {
      name: "login",
      head: t("login"),
      card: "lead",
      cell: ({ login_id: id, is_current: isCurrent }) => (
        <span className="badges">
          <b>#{id}</b>
          {isCurrent ? <Badge look="accent">{t("thisBrowser")}</Badge> : null}
        </span>
      ),
    },
    { name: "made", head: t("since"), cell: ({ created_at: at }) => formats.dateTime(at) },
    { name: "seen", head: t("lastSeen"), cell: ({ seen_at: at }) => formats.dateTime(at) },
    { name: "expires", head: t("until"), cell: ({ expires_at: at }) => formats.dateTime(at) },
    {
      name: "actions",
      head: "",
      end: true,
      card: "whole",
      cell: (login) => (
        <Button size="small" disabled={isBusy} onClick={() => end(login)}>
          {t(login.is_current ? "logOut" : "endLogin")}
          <span className="heard"> #{login.login_id}</span>
        </Button>
      ),
    },
  ];
  return (
    <Card flush title={t("logins")}>
      <WhenLoaded of={loaded}>
        {(logins) => (
          <div className="scroll-x">
            <Table
              label={t("logins")}
              columns={columns}
              rows={logins}
              keyOf={({ login_id: id }) => id}
              empty={<EmptyState title={t("nothing")} />}
            />
          </div>
        )}
      </WhenLoaded>
    </Card>
  );
}
