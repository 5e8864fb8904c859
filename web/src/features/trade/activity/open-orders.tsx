import type { OrderBody, SideName } from "../../../api/schema";
import { useVersion } from "../../../app/hooks";
import { useFormats, useT } from "../../../app/i18n";
import { useVenue } from "../../../app/session";
import { Button } from "../../../app/ui/button";
import { Badge, EmptyState } from "../../../app/ui/card";
import { CrossIcon, EditIcon } from "../../../app/ui/icons";
import { SideText } from "../../../app/ui/figures";
import { type Column, Table } from "../../../app/ui/table";
import type { Intent } from "../../../core/account/intents";
import { isZero, places } from "../../../core/decimal";
import type { Fault } from "../draft";
import { useOrderActions } from "../orders-actions";
import { useFaultText } from "../fault-text";
import { useTrade } from "../state";
import {
  type Change,
  type Faults,
  type Field,
  isNothing,
  placesOf,
  pricesOf,
  stepOf,
} from "./change";
import {
  type CellProps,
  type Editing,
  EndedMeanwhile,
  EscapeEnds,
  useEditing,
  useRowFocus,
  useRowKeys,
} from "./editing";
import { useFate } from "./fate";
import { Prices } from "./prices";
import { useQueues } from "./queues";
import "./open-orders.css";

export function OpenOrders() {
  const t = useT();
  const { account } = useTrade();
  const orders = account?.openOrders ?? [];
  const actions = useOrderActions();
  const editing = useEditing();
  const columns = useColumns(editing);
  const isEnded = editing.orderId !== null && orders.every((order) => editing.of(order) === null);
  const isNoneOf = (side: SideName) => orders.every((order) => order.side !== side);
  return (
    <>
      <Unknown />
      {isEnded ? <EndedMeanwhile editing={editing} /> : null}
      <Table
        label={t("openOrders")}
        columns={columns}
        rows={orders}
        keyOf={(order) => order.order_id}
        empty={<EmptyState title={t("noOpenOrders")}>{t("noOpenOrdersHint")}</EmptyState>}
      />
      {orders.length === 0 ? null : (
        <div className="activity-foot">
          <Button
            size="small"
            disabled={isNoneOf("buy")}
            onClick={() => void actions.cancelAll("buy")}
          >
            {t("cancelBuys")}
          </Button>
          <Button
            size="small"
            disabled={isNoneOf("sell")}
            onClick={() => void actions.cancelAll("sell")}
          >
            {t("cancelSells")}
          </Button>
          <Button size="small" look="danger" onClick={() => void actions.cancelAll()}>
            {t("cancelAll")}
          </Button>
        </div>
      )}
    </>
  );
}

/** Orders whose answer was lost, until the venue has said what became of them. */
function Unknown() {
  const t = useT();
  const formats = useFormats();
  const { desk } = useVenue();
  useVersion(desk.intents);
  const lost = desk.intents.list.filter((intent: Intent) => intent.state === "checking");
  return lost.map(({ clientOrderId, order }) => (
    <div key={clientOrderId} className="notice" role="status" data-intent="checking">
      <Badge look="warn">{t("checking")}</Badge>
      {t(`send_${order.side}`, { qty: formats.decimal(order.qty), symbol: order.symbol })}
      {". "}
      {t("toast_checkingText")}
    </div>
  ));
}

function QtyCell({ order, editing }: CellProps) {
  const formats = useFormats();
  if (editing.of(order) === null) return formats.decimal(order.qty);
  return <NumberField order={order} editing={editing} field="qty" />;
}

function PriceCell({ order, editing }: CellProps) {
  const t = useT();
  const fields = editing.of(order) === null ? [] : pricesOf(order);
  if (fields.length === 0) return <Prices order={order} />;
  return (
    <span className="cell-inputs">
      {fields.map((field) => (
        <label key={field} className="cell-label">
          {fields.includes("stop") ? <span className="faint">{t(LABELS[field])}</span> : null}
          <NumberField order={order} editing={editing} field={field} />
        </label>
      ))}
    </span>
  );
}

const LABELS = { qty: "quantity", price: "price", stop: "stopPrice" } as const;

function NumberField({ order, editing, field }: CellProps & { field: Field }) {
  const t = useT();
  const keys = useRowKeys({ order, editing });
  const fault = useFaultTextOf(order)(field, editing.read(order)?.faults[field]);
  return (
    <input
      className="cell-input"
      inputMode="decimal"
      aria-label={t(LABELS[field])}
      aria-invalid={fault !== undefined}
      aria-describedby={fault === undefined ? undefined : faultId(order, field)}
      title={fault}
      value={editing.of(order)?.[field] ?? ""}
      onChange={(event) => editing.type({ [field]: event.target.value })}
      onKeyDown={keys}
    />
  );
}

function ActionsCell({ order, editing }: CellProps) {
  const t = useT();
  const actions = useOrderActions();
  const isEdited = editing.of(order) !== null;
  const keys = useRowKeys({ order, editing });
  const row = useRowFocus(isEdited);
  // With keys of their own: the pencil's button must not become the one that saves.
  if (isEdited) {
    return (
      <span key="edited" className="actions" ref={row}>
        <EscapeEnds editing={editing} />
        <Button size="small" look="primary" onKeyDown={keys} onClick={() => editing.save(order)}>
          {t("save")}
        </Button>
        <Button size="small" look="quiet" onKeyDown={keys} onClick={editing.stop}>
          {t("close")}
        </Button>
      </span>
    );
  }
  const cancel = () => actions.cancel(order.order_id);
  return (
    <span key="shown" className="actions" ref={row}>
      <Button
        size="small"
        look="quiet"
        icon
        aria-label={t("replaceTitle")}
        onKeyDown={keys}
        onClick={() => editing.begin(order)}
      >
        <EditIcon />
      </Button>
      <Button
        size="small"
        look="quiet"
        icon
        aria-label={t("cancelOrder")}
        onKeyDown={keys}
        onClick={cancel}
      >
        <CrossIcon />
      </Button>
    </span>
  );
}

function useColumns(editing: Editing): Column<OrderBody>[] {
  const t = useT();
  const formats = useFormats();
  const { account } = useTrade();
  const queues = useQueues(account);
  return [
    { name: "symbol", head: t("symbol"), card: "lead", cell: (order) => <b>{order.symbol}</b> },
    { name: "side", head: t("side"), cell: (order) => <SideText side={order.side} /> },
    { name: "type", head: t("type"), cell: (order) => t(`type_${order.type}`) },
    {
      name: "qty",
      head: t("quantity"),
      end: true,
      cell: (order) => <QtyCell order={order} editing={editing} />,
    },
    {
      name: "filled",
      head: t("filled"),
      end: true,
      cell: ({ cum_qty: qty }) => (isZero(qty) ? "–" : formats.decimal(qty)),
    },
    {
      name: "price",
      head: t("price"),
      end: true,
      cell: (order) => <PriceCell order={order} editing={editing} />,
    },
    {
      name: "queue",
      head: t("queue"),
      end: true,
      cell: (order) => {
        if (editing.of(order) !== null) return <Place order={order} editing={editing} />;
        return <Ahead order={order} ahead={queues.get(order.order_id)} />;
      },
    },
    {
      name: "actions",
      head: "",
      end: true,
      card: "whole",
      cell: (order) => <ActionsCell order={order} editing={editing} />,
    },
  ];
}

function Ahead({ order, ahead }: { order: OrderBody; ahead: string | null | undefined }) {
  const t = useT();
  const formats = useFormats();
  if (order.status === "waiting") return <Badge>{t("status_waiting")}</Badge>;
  if (ahead == null) return "–";
  return isZero(ahead) ? t("first") : t("ahead", { qty: formats.decimal(ahead) });
}

/** What the change would do to the order before it is sent, or why it cannot be. */
function Place({ order, editing }: CellProps) {
  const reading = editing.read(order);
  if (reading === null) return null;
  if (!isNothing(reading.faults)) return <FaultTexts order={order} faults={reading.faults} />;
  return isNothing(reading.change) ? null : <FateText order={order} change={reading.change} />;
}

function FateText({ order, change }: { order: OrderBody; change: Change }) {
  const t = useT();
  const fate = useFate(order, change);
  return (
    <span className={`fate ${fate === "keepsPlace" ? "up" : "faint"}`} data-fate={fate}>
      {t(fate)}
    </span>
  );
}

/** What is wrong with each field, in the ticket's words. */
function FaultTexts({ order, faults }: { order: OrderBody; faults: Faults }) {
  const textOf = useFaultTextOf(order);
  return FIELDS.map((field) => {
    const text = textOf(field, faults[field]);
    return text === undefined ? null : (
      <div key={field} id={faultId(order, field)} className="field-error" role="alert">
        {text}
      </div>
    );
  });
}

const FIELDS = ["qty", "stop", "price"] as const;

const faultId = (order: OrderBody, field: Field) => `fault-${order.order_id}-${field}`;

function useFaultTextOf(order: OrderBody) {
  const textOf = useFaultText();
  const instrument = useVenue().market.instruments.get(order.symbol);
  return (field: Field, fault: Fault | undefined): string | undefined => {
    if (fault === undefined) return undefined;
    const isPrice = field !== "qty";
    const most = placesOf(field, instrument) ?? places(order[isPrice ? "price" : "qty"] ?? "0");
    return textOf(fault, { isPrice, places: most, step: stepOf(field, instrument) ?? "0" });
  };
}
