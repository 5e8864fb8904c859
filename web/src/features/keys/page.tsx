import { useState } from "react";
import { call } from "../../api/client";
import type { KeyBody, OneKey } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { type Loaded, useLoaded } from "../../app/loaded";
import { Button } from "../../app/ui/button";
import { Badge, Card, EmptyState } from "../../app/ui/card";
import { ActDialog } from "../../app/ui/act-dialog";
import { Copyable } from "../../app/ui/copy";
import { WhenLoaded } from "../../app/ui/loaded";
import { Page } from "../../app/ui/page";
import { type Column, Table } from "../../app/ui/table";
import { MakeKey, SecretDialog } from "./make-key";
import "./keys.css";

export default function Keys() {
  const t = useT();
  const loaded = useLoaded(async () => (await call("GET /v1/keys", {})).keys, []);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<OneKey>();
  return (
    <Page
      title={t("keys")}
      aside={
        <div className="page-tools">
          <a className="button" href="/docs">
            {t("apiDocs")}
          </a>
          <Button look="primary" onClick={() => setMaking(true)}>
            {t("makeKey")}
          </Button>
        </div>
      }
    >
      <Card flush title={t("yourKeys")}>
        <List loaded={loaded} />
      </Card>
      <Card title={t("firstCall")}>
        <div className="form">
          <p className="card-note">{t("firstCallNote")}</p>
          <Copyable
            label={t("firstCall")}
            text={`curl ${location.origin}/v1/accounts --oauth2-bearer "$TOKEN"`}
          />
        </div>
      </Card>
      {isMaking ? (
        <MakeKey
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMade(key);
            loaded.reload();
          }}
        />
      ) : null}
      {made === undefined ? null : <SecretDialog made={made} onClose={() => setMade(undefined)} />}
    </Page>
  );
}

function List({ loaded }: { loaded: Loaded<readonly KeyBody[]> }) {
  const t = useT();
  const formats = useFormats();
  const [revoked, setRevoked] = useState<KeyBody>();
  const columns: Column<KeyBody>[] = [
    { name: "label", head: t("keyLabel"), card: "lead", cell: ({ label }) => <b>{label}</b> },
    {
      name: "scopes",
      head: t("scopes"),
      cell: ({ scopes }) => (
        <span className="badges">
          {scopes.map((scope) => (
            <Badge key={scope} look={scope === "admin" ? "warn" : "accent"}>
              {scope}
            </Badge>
          ))}
        </span>
      ),
    },
    { name: "made", head: t("made"), cell: ({ created_at: at }) => formats.dateTime(at) },
    {
      name: "used",
      head: t("lastUsed"),
      cell: ({ used_at: at }) =>
        at == null ? <span className="faint">{t("never")}</span> : formats.dateTime(at),
    },
    {
      name: "actions",
      head: "",
      end: true,
      card: "whole",
      cell: (key) => (
        <Button size="small" look="danger" onClick={() => setRevoked(key)}>
          {t("revoke")}
          <span className="heard"> {key.label}</span>
        </Button>
      ),
    },
  ];
  return (
    <>
      <WhenLoaded of={loaded}>
        {(keys) => (
          <div className="scroll-x">
            <Table
              label={t("yourKeys")}
              columns={columns}
              rows={keys}
              keyOf={({ key_id: id }) => id}
              empty={<EmptyState title={t("noKeys")}>{t("noKeysHint")}</EmptyState>}
            />
          </div>
        )}
      </WhenLoaded>
      {revoked === undefined ? null : (
        <Revoke revoked={revoked} onClose={() => setRevoked(undefined)} onDone={loaded.reload} />
      )}
    </>
  );
}

interface RevokeProps {
  readonly revoked: KeyBody;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function Revoke({ revoked, onClose, onDone }: RevokeProps) {
  const t = useT();
  return (
    <ActDialog
      look="danger"
      title={t("revokeTitle", { label: revoked.label })}
      action={t("revoke")}
      onClose={onClose}
      onAct={async () => {
        await call("DELETE /v1/keys/{key}", { path: { key: revoked.key_id } });
        onDone();
      }}
    >
      <p className="dim">{t("revokeNote")}</p>
    </ActDialog>
  );
}
