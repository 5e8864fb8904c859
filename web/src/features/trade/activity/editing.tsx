import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { OrderBody } from "../../../api/schema";
import { useFormats, useRetyping, useT } from "../../../app/i18n";
import { useHotkeys } from "../../../app/keyboard";
import { useVenue } from "../../../app/session";
import { Button } from "../../../app/ui/button";
import { retyped, typed } from "../../../core/parse";
import { useOrderActions } from "../orders-actions";
import { type Edit, changeOf, isNothing } from "./change";

/** A change that is being typed into an order's row. */
export interface Editing {
  /** The order that is edited, open or not. */
  readonly orderId: string | null;
  readonly of: (order: OrderBody) => Edit | null;
  /** What is typed so far; `null` when the order is not edited. */
  readonly read: (order: OrderBody) => ReturnType<typeof changeOf> | null;
  readonly begin: (order: OrderBody) => void;
  readonly type: (changes: Partial<Edit>) => void;
  readonly save: (order: OrderBody) => void;
  readonly stop: () => void;
}

export function useEditing(): Editing {
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
    orderId: edit?.orderId ?? null,
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

export interface CellProps {
  readonly order: OrderBody;
  readonly editing: Editing;
}

/**
 * The keys of an order's row, kept from the page: there Ctrl+Enter sends the ticket and Escape
 * cancels the newest order. Shift+Escape is left to it: it cancels all from wherever somebody is.
 */
export function useRowKeys({ order, editing }: CellProps): (event: KeyboardEvent) => void {
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
export function useRowFocus(isEdited: boolean): RefObject<HTMLSpanElement | null> {
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
export function EscapeEnds({ editing }: { editing: Editing }) {
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

/** Stands for a row that was edited when its order ended, and keeps its keys from the page. */
export function EndedMeanwhile({ editing }: { editing: Editing }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const word = box.current;
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) word?.focus();
    word?.addEventListener("keydown", keepLate);
    return () => {
      if (word?.contains(document.activeElement)) neighbour(word)?.focus();
    };
  }, []);
  return (
    <div className="notice" role="status" tabIndex={-1} ref={box}>
      <EscapeEnds editing={editing} />
      {t("editEnded")}{" "}
      <Button size="small" onClick={editing.stop}>
        {t("close")}
      </Button>
    </div>
  );
}

/** What was typed for the row a moment too late neither works the page nor closes the word. */
function keepLate(event: globalThis.KeyboardEvent) {
  const { key, ctrlKey, metaKey, repeat, target, currentTarget } = event;
  const hasControl = ctrlKey || metaKey;
  const isSign = key.length === 1 && !hasControl && target === currentTarget;
  const isSending = key === "Enter" && (hasControl || repeat || target === currentTarget);
  if (isSign || isSending) event.preventDefault();
}

/** Where the focus goes when a word is closed: to a row, whose keys are its own, or to the tab. */
function neighbour(word: HTMLElement): HTMLElement | null | undefined {
  return (
    word.parentElement?.querySelector<HTMLElement>(".actions button") ??
    word.closest(".activity")?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')
  );
}
