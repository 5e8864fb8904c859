import { useState } from "react";
import { call } from "../../api/client";
import type { AccountBody, AccountStatus } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { type Loaded, useLoaded, usePaged } from "../../app/loaded";
import { useAct, useSurely } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Badge, EmptyState } from "../../app/ui/card";
import { Input, Select } from "../../app/ui/field";
import { More, WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";

const PAGE = 50;
const EVERY_MS = 5_000;
const STATUSES = ["active", "suspended", "closed"] as const satisfies readonly AccountStatus[];

/** All accounts: found by owner and status, suspended, or stopped by their kill switch. */
export function Accounts() {
  const t = useT();
  const [owner, setOwner] = useState("");
  const [status, setStatus] = useState<AccountStatus | "">("");
  const killed = useLoaded(async () => (await call("GET /v1/admin/kill-switch", {})).accounts, []);
  const paged = usePaged(
    async (cursor) => {
      const page = await call("GET /v1/admin/accounts", {
        query: {
          limit: PAGE,
          ...(owner === "" ? {} : { owner }),
          ...(status === "" ? {} : { status }),
          ...(cursor === null ? {} : { cursor }),
        },
      });
      return { rows: page.accounts, next: page.next_cursor ?? null };
    },
    [owner, status],
    { everyMs: EVERY_MS },
  );
  const columns = useColumns(paged, killed);
  return (
    <>
      <div className="filters">
        <Input
          label={t("ownerNumber")}
          inputMode="numeric"
          value={owner}
          onChange={(event) => setOwner(event.target.value.replaceAll(/\D/g, ""))}
        />
        <Select
          label={t("status")}
          value={status}
          options={[
            ["", t("all")],
            ...STATUSES.map((each) => [each, t(`accountStatus_${each}`)] as const),
          ]}
          onChange={setStatus}
        />
      </div>
      <WhenLoaded of={paged} lines={6}>
        {(accounts) => (
          <div className="scroll-x">
            <Table
              label={t("admin_accounts")}
              columns={columns}
              rows={accounts}
              keyOf={({ account_id: id }) => id}
              lookOf={(account) => (account.status === "closed" ? "off" : undefined)}
              empty={<EmptyState title={t("noneFits")} />}
            />
          </div>
        )}
      </WhenLoaded>
      <More of={paged} />
    </>
  );
}

function useColumns(
  accounts: Loaded<unknown>,
  killed: Loaded<readonly string[]>,
): Column<AccountBody>[] {
  const t = useT();
  const formats = useFormats();
  const isKilled = ({ account_id: id }: AccountBody) => killed.value?.includes(id) ?? false;
  return [
    {
      name: "id",
      head: t("accountMenu"),
      card: "lead",
      cell: ({ account_id: id }) => <b>{t("accountNumber", { id })}</b>,
    },
    { name: "owner", head: t("ledgerOwner"), end: true, cell: ({ owner }) => owner },
    { name: "currency", head: t("currency"), cell: ({ currency }) => currency },
    {
      name: "status",
      head: t("status"),
      cell: (account) => (
        <span className="badges">
          <Badge look={account.status === "active" ? "good" : "bad"}>
            {t(`accountStatus_${account.status}`)}
          </Badge>
          {isKilled(account) ? <Badge look="bad">{t("admin_kill")}</Badge> : null}
        </span>
      ),
    },
    {
      name: "free",
      head: t("free"),
      end: true,
      cell: ({ cash, currency }) => formats.money(cash.free, currency),
    },
    {
      name: "held",
      head: t("held"),
      end: true,
      cell: ({ cash, currency }) => formats.money(cash.held, currency),
    },
    {
      name: "orders",
      head: t("openOrders"),
      end: true,
      cell: ({ open_orders: orders }) => formats.integer(orders),
    },
    {
      name: "actions",
      head: "",
      end: true,
      card: "whole",
      cell: (account) =>
        account.status === "closed" ? null : (
          <Acts
            account={account}
            isKilled={isKilled(account)}
            onDone={() => {
              accounts.reload();
              killed.reload();
            }}
          />
        ),
    },
  ];
}

interface ActsProps {
  readonly account: AccountBody;
  readonly isKilled: boolean;
  readonly onDone: () => void;
}

function Acts({ account, isKilled, onDone }: ActsProps) {
  const t = useT();
  const surely = useSurely();
  const { isBusy, act } = useAct();
  const path = { account: account.account_id };
  const isSuspended = account.status === "suspended";
  const named = <span className="heard"> {t("accountNumber", { id: account.account_id })}</span>;
  const suspend = async () => {
    const body = { suspended: !isSuspended };
    await surely("PUT /v1/accounts/{account}/status", { path, body });
    onDone();
  };
  const kill = async () => {
    const body = { engaged: !isKilled };
    await surely("PUT /v1/admin/kill-switch/accounts/{account}", { path, body });
    onDone();
  };
  return (
    <span className="actions">
      <Button
        size="small"
        disabled={isBusy}
        onClick={() => act(t(isSuspended ? "resume" : "suspend"), suspend)}
      >
        {t(isSuspended ? "resume" : "suspend")}
        {named}
      </Button>
      <Button
        size="small"
        look={isKilled ? "plain" : "danger"}
        disabled={isBusy}
        onClick={() => act(t(isKilled ? "release" : "killAct"), kill)}
      >
        {t(isKilled ? "release" : "killAct")}
        {named}
      </Button>
    </span>
  );
}
