import type { ReactNode } from "react";
import { call } from "../../api/client";
import type { EntryBody, OrderBody, OwnEventOut, PastOrderAnswer } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { useVenue } from "../../app/session";
import { Copyable } from "../../app/ui/copy";
import { Dialog } from "../../app/ui/dialog";
import { Change, SideText } from "../../app/ui/figures";
import { WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";
import type { Account } from "../../core/account/account";
import { NOTHING } from "../../core/format";
import { entryReason, ownerText } from "../../core/ledger";
import { averageOf } from "../../core/orders";
import { StatusBadge } from "./columns";
import { curlOf } from "./curl";
import { told } from "./life";

/** An order has as many events as fills; more pages than these nobody reads here. */
const PAGES_MAX = 10;

interface OrderLifeProps {
  readonly account: Account;
  readonly order: string;
  readonly onClose: () => void;
}

/** An order's whole life: its terms, what happened, what was booked, and how to ask for it. */
export function OrderLife({ account, order, onClose }: OrderLifeProps) {
  const t = useT();
  const loaded = useLoaded(() => loadLife(account.id, order), [account.id, order], {
    changes: account.version,
    isBehind: true,
  });
  return (
    <Dialog title={t("orderNumber", { id: order })} onClose={onClose} look="wide">
      <WhenLoaded of={loaded} lines={8}>
        {({ order: body, events, entries }) => (
          <div className="order-life">
            <Terms order={body} currency={account.currency} />
            <Part title={t("timeline")}>
              <Timeline events={events} currency={account.currency} />
            </Part>
            {entries.length === 0 ? null : (
              <Part title={t("ledgerEntries")}>
                <Entries entries={entries} currency={account.currency} />
              </Part>
            )}
            <Part title={t("asCurl")}>
              <Copyable label={t("asCurl")} text={curlOf(location.origin, body)} />
            </Part>
          </div>
        )}
      </WhenLoaded>
    </Dialog>
  );
}

async function loadLife(account: string, order: string): Promise<PastOrderAnswer> {
  const path = { account, order };
  const route = "GET /v1/accounts/{account}/history/orders/{order}";
  let life = await call(route, { path });
  for (let page = 1; page < PAGES_MAX && life.next_cursor != null; page += 1) {
    const next = await call(route, { path, query: { cursor: life.next_cursor } });
    life = {
      ...next,
      events: [...life.events, ...next.events],
      entries: [...life.entries, ...next.entries],
    };
  }
  return life;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Terms({ order, currency }: { order: OrderBody; currency: string }) {
  const t = useT();
  const formats = useFormats();
  const { instruments } = useVenue().market;
  const rows: (readonly [string, ReactNode])[] = [
    [t("symbol"), <b key="symbol">{order.symbol}</b>],
    [t("status"), <StatusBadge key="status" status={order.status} />],
    [t("side"), <SideText key="side" side={order.side} />],
    [t("type"), t(`type_${order.type}`)],
    [t("tif"), t(`tif_${order.time_in_force}`)],
    [t("quantity"), formats.decimal(order.qty)],
    [t("filled"), formats.decimal(order.cum_qty)],
    [t("price"), formats.decimal(order.price)],
    [t("average"), formats.decimal(averageOf(order, instruments.get(order.symbol)))],
    [t("fee"), formats.money(order.fee, currency)],
  ];
  if (order.stop_price != null) rows.push([t("stopPrice"), formats.decimal(order.stop_price)]);
  if (order.display_qty != null) rows.push([t("icebergShown"), formats.decimal(order.display_qty)]);
  if (order.expire_at != null) rows.push([t("expireAt"), formats.dateTime(order.expire_at)]);
  if (order.client_order_id != null) {
    rows.push([
      t("clientOrderId"),
      <span key="id" className="mono">
        {order.client_order_id}
      </span>,
    ]);
  }
  return (
    <dl className="terms">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Timeline(props: { readonly events: readonly OwnEventOut[]; readonly currency: string }) {
  const t = useT();
  const formats = useFormats();
  const lines = props.events.flatMap((event) => {
    const line = told(event, props.currency, t, formats);
    return line === null ? [] : [{ ...line, seq: event.seq, time: event.time }];
  });
  return (
    <ol className="timeline">
      {lines.map(({ title, detail, look, seq, time }) => (
        <li key={seq} data-look={look}>
          <span className="timeline-dot" aria-hidden="true" />
          <div>
            <b>{title}</b>
            {detail === "" ? null : <p className="dim">{detail}</p>}
          </div>
          <div className="timeline-when">
            <span>{formats.dateTime(time)}</span>
            <span className="faint">{t("seq", { seq: formats.integer(seq) })}</span>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Entries({ entries, currency }: { entries: readonly EntryBody[]; currency: string }) {
  const t = useT();
  const formats = useFormats();
  const amount = (line: EntryBody, text: string | null | undefined, isSigned: boolean) => {
    if (text == null) return NOTHING;
    if (line.symbol != null) {
      return `${isSigned ? formats.signed(text) : formats.decimal(text)} ${line.symbol}`;
    }
    return isSigned ? formats.signedMoney(text, currency) : formats.money(text, currency);
  };
  const columns: Column<EntryBody>[] = [
    { name: "owner", head: t("ledgerOwner"), cell: ({ owner }) => ownerText(owner, t) },
    { name: "reason", head: t("reason"), cell: ({ reason }) => entryReason(reason, t) },
    {
      name: "amount",
      head: t("amount"),
      end: true,
      cell: (line) => {
        const text = amount(line, line.amount, true);
        return line.owner === "account" ? <Change value={line.amount} text={text} /> : text;
      },
    },
    {
      name: "balance",
      head: t("balanceAfter"),
      end: true,
      cell: (line) => amount(line, line.balance, false),
    },
    {
      name: "seq",
      head: t("seqHead"),
      end: true,
      cell: ({ event_seq: seq }) => <span className="dim">{formats.integer(seq)}</span>,
    },
  ];
  return (
    <div className="scroll-x">
      <Table
        label={t("ledgerEntries")}
        columns={columns}
        rows={entries}
        keyOf={(line) => `${line.event_seq}-${line.reference}-${line.line}-${line.owner}`}
        empty={null}
      />
    </div>
  );
}
