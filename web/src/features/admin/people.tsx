import { useState } from "react";
import { call } from "../../api/client";
import type { ResetToken, UserBody } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { usePaged } from "../../app/loaded";
import { useAct } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Badge, EmptyState } from "../../app/ui/card";
import { ActDialog } from "../../app/ui/act-dialog";
import { Copyable } from "../../app/ui/copy";
import { Dialog } from "../../app/ui/dialog";
import { Input } from "../../app/ui/field";
import { More, WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";

const PAGE = 50;

/** Who is registered: found, let back in, or removed. */
export function People() {
  const t = useT();
  const [wanted, setWanted] = useState("");
  const [removed, setRemoved] = useState<UserBody>();
  const [reset, setReset] = useState<ResetToken>();
  const { isBusy, act } = useAct();
  const paged = usePaged(
    async (cursor) => {
      const page = await call("GET /v1/admin/users", {
        query: {
          limit: PAGE,
          ...(wanted === "" ? {} : { query: wanted }),
          ...(cursor === null ? {} : { cursor }),
        },
      });
      return { rows: page.users, next: page.next_cursor ?? null };
    },
    [wanted],
  );
  const columns = useColumns(isBusy, setRemoved, ({ user_id: user }) => {
    act(t("resetPassword"), async () => {
      const path = { user };
      setReset(await call("POST /v1/admin/users/{user}/password-reset", { path }));
    });
  });
  return (
    <>
      <div className="filters">
        <Input
          type="search"
          label={t("searchPeople")}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      </div>
      <WhenLoaded of={paged} lines={6}>
        {(people) => (
          <div className="scroll-x">
            <Table
              label={t("admin_people")}
              columns={columns}
              rows={people}
              keyOf={({ user_id: id }) => id}
              empty={<EmptyState title={t("noneFits")} />}
            />
          </div>
        )}
      </WhenLoaded>
      <More of={paged} />
      {reset === undefined ? null : (
        <ResetDialog reset={reset} onClose={() => setReset(undefined)} />
      )}
      {removed === undefined ? null : (
        <ActDialog
          look="danger"
          title={t("removeTitle", { name: removed.name })}
          action={t("remove")}
          word={removed.name}
          onClose={() => setRemoved(undefined)}
          onAct={async () => {
            await call("DELETE /v1/admin/users/{user}", { path: { user: removed.user_id } });
            paged.reload();
          }}
        >
          <p className="dim">{t("removeNote")}</p>
        </ActDialog>
      )}
    </>
  );
}

function useColumns(
  isBusy: boolean,
  onRemove: (user: UserBody) => void,
  onReset: (user: UserBody) => void,
): Column<UserBody>[] {
  const t = useT();
  const formats = useFormats();
  return [
    { name: "id", head: t("number"), cell: ({ user_id: id }) => id },
    {
      name: "name",
      head: t("name"),
      card: "lead",
      cell: ({ name, is_guest: isGuest }) => (
        <span className="badges">
          <b>{name}</b>
          {isGuest ? <Badge>{t("guest")}</Badge> : null}
        </span>
      ),
    },
    { name: "shown", head: t("displayName"), cell: ({ display_name: name }) => name },
    {
      name: "grants",
      head: t("grants"),
      cell: ({ grants }) => (
        <span className="badges">
          {grants.map((grant) => (
            <Badge key={grant} look={grant === "admin" ? "warn" : "plain"}>
              {grant}
            </Badge>
          ))}
        </span>
      ),
    },
    { name: "since", head: t("since"), cell: ({ created_at: at }) => formats.dateTime(at) },
    {
      name: "actions",
      head: "",
      end: true,
      card: "whole",
      cell: (user) => (
        <span className="actions">
          <Button size="small" disabled={isBusy || user.is_guest} onClick={() => onReset(user)}>
            {t("resetPassword")}
            <span className="heard"> {user.name}</span>
          </Button>
          <Button size="small" look="danger" onClick={() => onRemove(user)}>
            {t("remove")}
            <span className="heard"> {user.name}</span>
          </Button>
        </span>
      ),
    },
  ];
}

function ResetDialog({ reset, onClose }: { reset: ResetToken; onClose: () => void }) {
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
