import { useState } from "react";
import { call } from "../../api/client";
import type { ConnectionBody } from "../../api/schema";
import { useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { useVenue } from "../../app/session";
import { useSurely } from "../../app/try";
import { Button } from "../../app/ui/button";
import { Badge, EmptyState } from "../../app/ui/card";
import { Figure, Figures } from "../../app/ui/figures";
import { Input } from "../../app/ui/field";
import { WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";
import { ActDialog } from "../../app/ui/act-dialog";

const EVERY_MS = 2_000;

/** How the engine is: its seqs, its business date, and who is connected. */
export function Engine() {
  const t = useT();
  const connections = useLoaded(() => call("GET /v1/admin/connections", {}), [], {
    everyMs: EVERY_MS,
  });
  const time = useLoaded(() => call("GET /v1/time", {}), [], { everyMs: EVERY_MS });
  const formats = useFormats();
  const number = (value: number | undefined) =>
    value === undefined ? "–" : formats.integer(value);
  const [isMoving, setMoving] = useState(false);
  return (
    <>
      <div className="engine-figures">
        <Figures>
          <Figure label={t("commandSeq")} value={number(time.value?.seq)} />
          <Figure label={t("eventSeq")} value={number(time.value?.event_seq)} />
          <Figure
            label={t("venueTime")}
            value={time.value === undefined ? "–" : formats.time(time.value.time)}
          />
          <Figure
            label={t("businessDate")}
            value={time.value === undefined ? "–" : formats.date(time.value.business_date)}
            note={
              <Button size="small" onClick={() => setMoving(true)}>
                {t("moveDate")}
              </Button>
            }
          />
        </Figures>
      </div>
      <WhenLoaded of={connections}>
        {({ connections: open, queued_bytes_max: most }) => (
          <Connections connections={open} bytesMax={most} />
        )}
      </WhenLoaded>
      {isMoving ? <DateDialog onClose={() => setMoving(false)} onDone={time.reload} /> : null}
    </>
  );
}

function Connections(props: {
  readonly connections: readonly ConnectionBody[];
  readonly bytesMax: number;
}) {
  const t = useT();
  const formats = useFormats();
  const kb = (bytes: number) =>
    t("kilobytes", { count: formats.decimal((bytes / 1_000).toFixed(1)) });
  const columns: Column<ConnectionBody>[] = [
    {
      name: "kind",
      head: t("connection"),
      card: "lead",
      cell: ({ kind }) => <Badge>{t(kind === "socket" ? "overSocket" : "overStream")}</Badge>,
    },
    { name: "user", head: t("userNumber"), cell: ({ user_id: user }) => user ?? "–" },
    { name: "since", head: t("since"), cell: ({ opened_at: at }) => formats.dateTime(at) },
    { name: "queued", head: t("queued"), end: true, cell: ({ queued_bytes: n }) => kb(n) },
    { name: "peak", head: t("queuedPeak"), end: true, cell: ({ queued_bytes_peak: n }) => kb(n) },
  ];
  const rows = props.connections.map((connection, place) => ({ ...connection, place }));
  return (
    <>
      <Table
        label={t("connections")}
        columns={columns}
        rows={rows}
        keyOf={(row) => String(rows.indexOf(row as (typeof rows)[number]))}
        empty={<EmptyState title={t("nothing")} />}
      />
      <p className="card-note part-note">
        {t("connectionsNote", { n: rows.length, bytes: kb(props.bytesMax) })}
      </p>
    </>
  );
}

/** The date goes forward only; the day's candles and statistics close with it. */
function DateDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const t = useT();
  const { market } = useVenue();
  const surely = useSurely();
  useVersion(market.instruments);
  const today = market.instruments.businessDate ?? "";
  const [date, setDate] = useState("");
  const move = async () => {
    await surely("PUT /v1/admin/business-date", { body: { business_date: date } });
    onDone();
  };
  return (
    <ActDialog
      title={t("moveDate")}
      action={t("moveDate")}
      isReady={date > today}
      onClose={onClose}
      onAct={move}
    >
      <Input
        type="date"
        label={t("businessDate")}
        note={t("moveDateNote")}
        min={today}
        value={date}
        onChange={(event) => setDate(event.target.value)}
      />
    </ActDialog>
  );
}
