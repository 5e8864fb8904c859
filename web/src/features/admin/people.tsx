import { type ComponentType, useState } from "react";
import { call } from "../../api/client";
import type { ResetToken, UserBody } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { usePaged } from "../../app/loaded";
import { useAct } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Badge, EmptyState } from "../../app/ui/card";
import { Input } from "../../app/ui/field";
import { More, WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";
import { GrantDialog, type OfUser, RemoveDialog, ResetDialog, isOperator } from "./people-dialogs";

const PAGE = 50;

/** Those whose name has `wanted` in it, page by page. */
function usePeople(wanted: string) {
  return usePaged(
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
}

/** Who is registered: found, let back in, given the venue to run, or removed. */
export function People() {
  const t = useT();
  const [wanted, setWanted] = useState("");
  const [asked, setAsked] = useState<Asked>();
  const [reset, setReset] = useState<ResetToken>();
  const { isBusy, act } = useAct();
  const paged = usePeople(wanted);
  const resetPassword = ({ user_id: user }: UserBody) => {
    act(t("resetPassword"), async () => {
      const path = { user };
      setReset(await call("POST /v1/admin/users/{user}/password-reset", { path }));
    });
  };
  const columns = useColumns({ isBusy, resetPassword, ask: setAsked });
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
      {asked === undefined ? null : (
        <asked.Dialog
          user={asked.user}
          onClose={() => setAsked(undefined)}
          onChanged={() => paged.reload()}
        />
      )}
    </>
  );
}

/** What is about to be done to somebody. */
interface Asked {
  readonly user: UserBody;
  readonly Dialog: ComponentType<OfUser>;
}

interface Acts {
  readonly isBusy: boolean;
  readonly resetPassword: (user: UserBody) => void;
  readonly ask: (asked: Asked) => void;
}

function useColumns({ isBusy, resetPassword, ask }: Acts): Column<UserBody>[] {
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
          <Button
            size="small"
            disabled={isBusy || user.is_guest}
            onClick={() => resetPassword(user)}
          >
            {t("resetPassword")}
            <span className="heard"> {user.name}</span>
          </Button>
          <Button
            size="small"
            disabled={user.is_guest}
            onClick={() => ask({ user, Dialog: GrantDialog })}
          >
            {t(isOperator(user) ? "endAdmin" : "grantAdmin")}
            <span className="heard"> {user.name}</span>
          </Button>
          <Button size="small" look="danger" onClick={() => ask({ user, Dialog: RemoveDialog })}>
            {t("remove")}
            <span className="heard"> {user.name}</span>
          </Button>
        </span>
      ),
    },
  ];
}
