import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { OrderBody, SideName } from "../../../api/schema";
import { useVersion } from "../../../app/hooks";
import { useFormats, useRetyping, useT } from "../../../app/i18n";
import { useHotkeys } from "../../../app/keyboard";
import { useVenue } from "../../../app/session";
import { Button } from "../../../app/ui/button";
import { Badge, EmptyState } from "../../../app/ui/card";
import { CrossIcon, EditIcon } from "../../../app/ui/icons";
import { SideText } from "../../../app/ui/figures";
import { type Column, Table } from "../../../app/ui/table";
import type { Intent } from "../../../core/account/intents";
import { isZero, places } from "../../../core/decimal";
import { retyped, typed } from "../../../core/parse";
import type { Fault } from "../draft";
import { useOrderActions } from "../orders-actions";
import { useFaultText } from "../fault-text";
import { useTrade } from "../state";
import {
  type Change,
  type Edit,
  type Faults,
  type Field,
  changeOf,
  isNothing,
  placesOf,
  pricesOf,
  stepOf,
} from "./change";
import { useFate } from "./fate";
import { Prices } from "./prices";
import { useQueues } from "./queues";
import "./open-orders.css";

export function OpenOrders() {
  const t = useT();
  const { account } = useTrade();
  const orders = account?.openOrders ?? [];
  const actions = useOrderActions();
  const columns = useColumns();
  const isNoneOf = (side: SideName) => orders.every((order) => order.side !== side);
  return (
    <>
      <Unknown />
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

/** A change that is being typed into an order's row. */
interface Editing {
  readonly of: (order: OrderBody) => Edit | null;
  /** What is typed so far; `null` when the order is not edited. */
  readonly read: (order: OrderBody) => ReturnType<typeof changeOf> | null;
  readonly begin: (order: OrderBody) => void;
  readonly type: (changes: Partial<Edit>) => void;
  readonly save: (order: OrderBody) => void;
  readonly stop: () => void;
}

function useEditing(): Editing {
  const { point } = useFormats();
  const actions = useOrderActions();
  const { instruments } = useVenue().market;
  const [edit, setEdit] = useState<Edit | null>(null);
  useRetyping(() => {
    if (edit === null) return;
    const { orderId, qty, price, stop } = edit;
    setEdit({ orderId, qty: retyped(qty), price: retyped(price), stop: retyped(stop) });
  });
  const readingOf = (order: OrderBody, typed: Edit) =>
    changeOf(order, typed, instruments.get(order.symbol), point);
  const of = (order: OrderBody) => (edit?.orderId === order.order_id ? edit : null);
  return {
    of,
    read: (order) => (edit === null || of(order) === null ? null : readingOf(order, edit)),
    begin: ({ order_id: orderId, qty, price, stop_price: stop }) =>
      setEdit({
        orderId,
        qty: typed(qty, point),
        price: typed(price ?? "", point),
        stop: typed(stop ?? "", point),
      }),
    type: (changes) => setEdit(edit === null ? null : { ...edit, ...changes }),
    stop: () => setEdit(null),
    save: (order) => {
      if (edit === null) return;
      const { change, faults } = readingOf(order, edit);
      // What cannot be sent stays, to be mended; the row says what is wrong with it.
      if (!isNothing(faults)) return;
      setEdit(null);
      if (!isNothing(change)) void actions.replace(order.order_id, change);
    },
  };
}

interface CellProps {
  readonly order: OrderBody;
  readonly editing: Editing;
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

/**
 * The keys of an order's row, kept from the page: there Ctrl+Enter sends the ticket and Escape
 * cancels the newest order. Shift+Escape is left to it: it cancels all from wherever somebody is.
 */
function useRowKeys({ order, editing }: CellProps): (event: KeyboardEvent) => void {
  const isEdited = editing.of(order) !== null;
  return (event) => {
    const { key, repeat, target } = event;
    const isEscape = key === "Escape" && !event.shiftKey;
    const button = target instanceof Element ? target.closest("button") : null;
    // A button does by itself what Enter alone means on it, once for a key that is held.
    const isItsOwn = button !== null && !event.ctrlKey && !event.metaKey && !repeat;
    if (!isEscape && (key !== "Enter" || isItsOwn)) return;
    event.preventDefault();
    if (!isEdited || repeat) return;
    if (isEscape) editing.stop();
    else if (button === null) editing.save(order);
    else button.click();
  };
}

/** Takes the focus to the first field of a row that is edited, and back to its pencil after it. */
function useRowFocus(isEdited: boolean): RefObject<HTMLSpanElement | null> {
  const actions = useRef<HTMLSpanElement>(null);
  const wasEdited = useRef(isEdited);
  useEffect(() => {
    if (wasEdited.current === isEdited) return;
    wasEdited.current = isEdited;
    const row = actions.current?.closest("tr");
    if (isEdited) row?.querySelector("input")?.focus();
    // Another row may be edited in its place.
    else if (document.activeElement?.closest(".cell-input") == null) {
      actions.current?.querySelector("button")?.focus();
    }
  }, [isEdited]);
  return actions;
}

/** Escape ends the edit from wherever nobody types; it cancels no order meanwhile. */
function EscapeEnds({ editing }: { editing: Editing }) {
  const actions = useOrderActions();
  useHotkeys({
    cancelLast: (event) => {
      // The key may be another one, or the command was chosen from the menu.
      if (event?.key !== "Escape") return event?.repeat === true || actions.cancelLast();
      editing.stop();
      return true;
    },
  });
  return null;
}

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

function useColumns(): Column<OrderBody>[] {
  const t = useT();
  const formats = useFormats();
  const { account } = useTrade();
  const queues = useQueues(account);
  const editing = useEditing();
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
