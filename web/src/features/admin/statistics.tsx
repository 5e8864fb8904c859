import { useState } from "react";
import { call } from "../../api/client";
import type { PaidBody, RefusedBody, TradedBody } from "../../api/schema";
import { useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { useVenue } from "../../app/session";
import { EmptyState } from "../../app/ui/card";
import { DateRange } from "../../app/ui/field";
import { WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";
import { paymentKind } from "../../core/ledger";

const EVERY_MS = 5_000;

/** What everybody did, by business dates. */
export function Statistics() {
  const t = useT();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const loaded = useLoaded(
    () => {
      const query = { ...(from === "" ? {} : { from }), ...(to === "" ? {} : { to }) };
      return call("GET /v1/admin/statistics", { query });
    },
    [from, to],
    { everyMs: EVERY_MS },
  );
  return (
    <>
      <div className="filters">
        <DateRange from={from} to={to} onFrom={setFrom} onTo={setTo} />
        <p className="card-note filters-end">{t("statisticsNote")}</p>
      </div>
      <WhenLoaded of={loaded} lines={6}>
        {({ traded, payments, refusals }) => (
          <>
            <Traded rows={traded} />
            <div className="halves part-halves">
              <Paid rows={payments} />
              <Refused rows={refusals} />
            </div>
          </>
        )}
      </WhenLoaded>
    </>
  );
}

function Traded({ rows }: { rows: readonly TradedBody[] }) {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  useVersion(market.instruments);
  const money = (symbol: string, text: string) =>
    formats.money(text, market.instruments.get(symbol)?.currency ?? "");
  const columns: Column<TradedBody>[] = [
    { name: "symbol", head: t("instrument"), card: "lead", cell: ({ symbol }) => <b>{symbol}</b> },
    { name: "orders", head: t("orders"), end: true, cell: (row) => formats.integer(row.orders) },
    { name: "trades", head: t("tradesHead"), end: true, cell: (row) => formats.integer(row.fills) },
    { name: "volume", head: t("volume"), end: true, cell: (row) => formats.decimal(row.volume) },
    {
      name: "turnover",
      head: t("turnover"),
      end: true,
      cell: ({ symbol, notional }) => money(symbol, notional),
    },
    { name: "fees", head: t("fees"), end: true, cell: ({ symbol, fees }) => money(symbol, fees) },
  ];
  return (
    <div className="scroll-x">
      <Table
        label={t("admin_statistics")}
        columns={columns}
        rows={rows}
        keyOf={({ symbol }) => symbol}
        empty={<EmptyState title={t("nothing")} />}
      />
    </div>
  );
}

function Paid({ rows }: { rows: readonly PaidBody[] }) {
  const t = useT();
  const formats = useFormats();
  const columns: Column<PaidBody>[] = [
    { name: "kind", head: t("payments"), card: "lead", cell: ({ kind }) => paymentKind(kind, t) },
    {
      name: "count",
      head: t("count"),
      end: true,
      cell: ({ payments }) => formats.integer(payments),
    },
    {
      name: "amount",
      head: t("amount"),
      end: true,
      cell: ({ amount, currency }) => formats.money(amount, currency),
    },
  ];
  return (
    <Table
      label={t("payments")}
      columns={columns}
      rows={rows}
      keyOf={({ kind, currency }) => `${kind}-${currency}`}
      empty={<EmptyState title={t("noPayments")} />}
    />
  );
}

function Refused({ rows }: { rows: readonly RefusedBody[] }) {
  const t = useT();
  const formats = useFormats();
  const columns: Column<RefusedBody>[] = [
    {
      name: "code",
      head: t("refusals"),
      card: "lead",
      cell: ({ code }) => <span className="mono">{code}</span>,
    },
    {
      name: "count",
      head: t("count"),
      end: true,
      cell: ({ refusals }) => formats.integer(refusals),
    },
  ];
  return (
    <Table
      label={t("refusals")}
      columns={columns}
      rows={rows}
      keyOf={({ code }) => code}
      empty={<EmptyState title={t("noRefusals")} />}
    />
  );
}
