import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { OrderBody } from "../../../api/schema";
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
import { compare, isZero, places } from "../../../core/decimal";
import { parseDecimal, retyped, typed } from "../../../core/parse";
import { useOrderActions } from "../orders-actions";
import { useTrade } from "../state";
import { useQueues } from "./queues";

interface Edit {
  readonly orderId: string;
  readonly qty: string;
  readonly price: string;
  readonly stop: string;
}

type Field = "qty" | "price" | "stop";

/** The prices of an order that can be changed: a trigger as long as it waits for it. */
function pricesOf(order: OrderBody): Field[] {
  const { status, price, stop_price: stop } = order;
  return [
    ...(status === "waiting" && stop != null ? (["stop"] as const) : []),
    ...(price == null ? [] : (["price"] as const)),
  ];
}

export function OpenOrders() {
  const t = useT();
  const { account } = useTrade();
  const orders = account?.openOrders ?? [];
  const actions = useOrderActions();
  const columns = useColumns();
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
          <Button size="small" onClick={() => void actions.cancelAll("buy")}>
            {t("cancelBuys")}
          </Button>
          <Button size="small" onClick={() => void actions.cancelAll("sell")}>
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
  readonly begin: (order: OrderBody) => void;
  readonly type: (changes: Partial<Edit>) => void;
  readonly save: (order: OrderBody) => void;
  readonly stop: () => void;
}

function useEditing(): Editing {
  const { point } = useFormats();
  const actions = useOrderActions();
  const [edit, setEdit] = useState<Edit | null>(null);
  useRetyping(() => {
    if (edit === null) return;
    const { orderId, qty, price, stop } = edit;
    setEdit({ orderId, qty: retyped(qty), price: retyped(price), stop: retyped(stop) });
  });
  return {
    of: (order) => (edit?.orderId === order.order_id ? edit : null),
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
      const change = edit === null ? null : changeOf(order, edit, point);
      // What cannot be read stays, to be mended.
      if (change === null) return;
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
  const formats = useFormats();
  const fields = editing.of(order) === null ? [] : pricesOf(order);
  if (fields.length === 0) return formats.decimal(order.price ?? order.stop_price);
  return (
    <span className="cell-inputs">
      {fields.map((field) => (
        <NumberField key={field} order={order} editing={editing} field={field} />
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
  return (
    <input
      className="cell-input"
      inputMode="decimal"
      aria-label={t(LABELS[field])}
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
        const edit = editing.of(order);
        if (edit !== null) return <Place order={order} edit={edit} />;
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

/** What the change would do to the order's place, before it is sent. */
function Place({ order, edit }: { order: OrderBody; edit: Edit }) {
  const t = useT();
  const { point } = useFormats();
  const change = changeOf(order, edit, point);
  if (change === null || isNothing(change)) return null;
  const isSmaller = change.qty !== undefined && compare(change.qty, order.qty) < 0;
  const keeps = change.price === undefined && change.stop_price === undefined && isSmaller;
  return <span className={keeps ? "up" : "faint"}>{t(keeps ? "keepsPlace" : "goesBack")}</span>;
}

const MEMBERS = { qty: "qty", price: "price", stop: "stop_price" } as const;

type Change = { [Member in (typeof MEMBERS)[Field]]?: string };

const isNothing = (change: Change) => Object.keys(change).length === 0;

/** What is different from the order; `null` when it cannot be read. */
function changeOf(order: OrderBody, edit: Edit, point: string): Change | null {
  const change: Change = {};
  for (const field of ["qty", ...pricesOf(order)] as const) {
    const member = MEMBERS[field];
    const before = order[member] ?? "0";
    const value = parseDecimal(edit[field], point, places(before));
    if (value === null) return null;
    if (compare(value, before) !== 0) change[member] = value;
  }
  return change;
}
