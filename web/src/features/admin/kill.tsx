import { useState } from "react";
import { call } from "../../api/client";
import type { KillSwitches as Engaged } from "../../api/schema";
import { useVersion } from "../../app/hooks";
import { useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { useVenue } from "../../app/session";
import { useAct, useSurely } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Badge, EmptyState } from "../../app/ui/card";
import { ActDialog } from "../../app/ui/act-dialog";
import { WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";

const EVERY_MS = 3_000;
/** Typed before everything is stopped; the same in all languages. */
const WORD = "KILL";

/** Stops: of everything, of one instrument; accounts have theirs in their own list. */
export function KillSwitches() {
  const t = useT();
  const loaded = useLoaded(() => call("GET /v1/admin/kill-switch", {}), [], { everyMs: EVERY_MS });
  return (
    <WhenLoaded of={loaded}>
      {(engaged) => (
        <>
          <Everything isEngaged={engaged.all} onDone={loaded.reload} />
          <ByInstrument engaged={engaged} onDone={loaded.reload} />
          {engaged.accounts.length === 0 ? null : (
            <p className="card-note kill-accounts">
              {t("killedAccounts", { accounts: engaged.accounts.join(", ") })}
            </p>
          )}
        </>
      )}
    </WhenLoaded>
  );
}

function Everything({ isEngaged, onDone }: { isEngaged: boolean; onDone: () => void }) {
  const t = useT();
  const surely = useSurely();
  const { isBusy, act } = useAct();
  const [isAsking, setAsking] = useState(false);
  const set = async (engaged: boolean) => {
    await surely("PUT /v1/admin/kill-switch/all", { body: { engaged } });
    onDone();
  };
  return (
    <div className="kill-all" data-engaged={isEngaged}>
      <div>
        <h2>{t(isEngaged ? "killAllOn" : "killAllOff")}</h2>
        <p className="card-note">{t("killAllNote")}</p>
      </div>
      {isEngaged ? (
        <Button disabled={isBusy} onClick={() => act(t("release"), () => set(false))}>
          {t("release")}
        </Button>
      ) : (
        <Button look="sell" size="large" onClick={() => setAsking(true)}>
          {t("killAll")}
        </Button>
      )}
      {isAsking ? (
        <ActDialog
          look="danger"
          title={t("killAll")}
          action={t("killAll")}
          word={WORD}
          onClose={() => setAsking(false)}
          onAct={() => set(true)}
        >
          <p className="dim">{t("killAllNote")}</p>
        </ActDialog>
      ) : null}
    </div>
  );
}

function ByInstrument({ engaged, onDone }: { engaged: Engaged; onDone: () => void }) {
  const t = useT();
  const { market } = useVenue();
  const surely = useSurely();
  useVersion(market.instruments);
  const { isBusy, act } = useAct();
  const [asked, setAsked] = useState<string>();
  const set = async (symbol: string, isEngaged: boolean) => {
    const body = { engaged: isEngaged };
    const path = { symbol };
    await surely("PUT /v1/admin/kill-switch/instruments/{symbol}", { path, body });
    onDone();
  };
  const rows = market.instruments.list.map(({ symbol }) => ({
    symbol,
    isEngaged: engaged.instruments.includes(symbol),
  }));
  const columns: Column<(typeof rows)[number]>[] = [
    { name: "symbol", head: t("instrument"), card: "lead", cell: ({ symbol }) => <b>{symbol}</b> },
    {
      name: "state",
      head: t("state"),
      cell: ({ isEngaged }) => (
        <Badge look={isEngaged ? "bad" : "good"}>{t(isEngaged ? "killed" : "trades_on")}</Badge>
      ),
    },
    {
      name: "actions",
      head: "",
      end: true,
      card: "whole",
      cell: ({ symbol, isEngaged }) => (
        <Button
          size="small"
          look={isEngaged ? "plain" : "danger"}
          disabled={isBusy}
          onClick={() =>
            isEngaged ? act(t("release"), () => set(symbol, false)) : setAsked(symbol)
          }
        >
          {t(isEngaged ? "release" : "killAct")}
          <span className="heard"> {symbol}</span>
        </Button>
      ),
    },
  ];
  return (
    <>
      <Table
        label={t("admin_kill")}
        columns={columns}
        rows={rows}
        keyOf={({ symbol }) => symbol}
        empty={<EmptyState title={t("nothing")} />}
      />
      {asked === undefined ? null : (
        <ActDialog
          look="danger"
          title={t("killInstrument", { symbol: asked })}
          action={t("killAct")}
          word={asked}
          onClose={() => setAsked(undefined)}
          onAct={() => set(asked, true)}
        >
          <p className="dim">{t("killInstrumentNote")}</p>
        </ActDialog>
      )}
    </>
  );
}
