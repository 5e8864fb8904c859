import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { OrderBody } from "../../../api/schema";
import { useFormats, useT } from "../../../app/i18n";
import { CrossIcon } from "../../../app/ui/icons";
import { compare, toStep } from "../../../core/decimal";
import type { Change } from "../activity/change";
import { useFate } from "../activity/fate";
import { useOrderActions } from "../orders-actions";
import { useTrade } from "../state";
import type { PriceChart } from "./chart";

/** Tags of neighbouring prices stand beside each other; pixels from the scale. */
const LANES = 3;
const LANE_FIRST = 12;
const LANE_WIDTH = 148;

/** Own orders as lines over the chart: drag one to change its price, press x to cancel. */
export function OrderLines({ chart }: { chart: PriceChart }) {
  const { account, instrument } = useTrade();
  const orders = (account?.openOrders ?? []).filter(
    (order) => order.symbol === instrument.symbol && lineOf(order) !== null,
  );
  return (
    <div className="order-lines">
      {orders.map((order, at) => (
        <OrderLine key={order.order_id} chart={chart} order={order} lane={at % LANES} />
      ))}
    </div>
  );
}

/** The price that a line stands at and a drag changes: a stop's trigger, else the limit. */
function lineOf(order: OrderBody): { field: "price" | "stop_price"; price: string } | null {
  const waits = order.status === "waiting" && order.stop_price != null;
  if (waits) return { field: "stop_price", price: order.stop_price };
  return order.price == null ? null : { field: "price", price: order.price };
}

interface OrderLineProps {
  readonly chart: PriceChart;
  readonly order: OrderBody;
  readonly lane: number;
}

function OrderLine({ chart, order, lane }: OrderLineProps) {
  const t = useT();
  const formats = useFormats();
  const actions = useOrderActions();
  const element = useRef<HTMLDivElement>(null);
  const line = lineOf(order);
  const changeTo = (price: string): Change =>
    line?.field === "stop_price" ? { stop_price: price } : { price };
  const drag = useDrag(element, chart, line?.price ?? "0", async (price) => {
    await actions.replace(order.order_id, changeTo(price));
  });
  usePlace(element, chart, drag.price);
  return (
    <div ref={element} className="order-line" data-side={order.side} data-dragged={drag.isOn}>
      <div className="order-tag" style={{ right: LANE_FIRST + lane * LANE_WIDTH }}>
        <button
          type="button"
          className="order-grip"
          title={t("dragHint")}
          // The table of open orders does the same by keyboard.
          tabIndex={-1}
          {...drag.handlers}
        >
          <b>{t(order.side)}</b> {formats.decimal(order.leaves_qty)}
          <span>{formats.decimal(drag.price)}</span>
          {order.status === "waiting" ? <i>{t("stopPrice")}</i> : null}
          {drag.isMoved ? <DropText order={order} change={changeTo(drag.price)} /> : null}
        </button>
        <button
          type="button"
          className="order-cross"
          tabIndex={-1}
          aria-label={t("cancelOrder")}
          onClick={() => actions.cancel(order.order_id)}
        >
          <CrossIcon />
        </button>
      </div>
    </div>
  );
}

/** What the order would do where it is let go. */
function DropText({ order, change }: { order: OrderBody; change: Change }) {
  const t = useT();
  return <i>{t(useFate(order, change))}</i>;
}

/** Keeps the line at its price. The chart does not tell when its scale moves; a look is cheap. */
function usePlace(
  element: RefObject<HTMLDivElement | null>,
  chart: PriceChart,
  price: string,
): void {
  useEffect(() => {
    let frame = requestAnimationFrame(function place() {
      const box = element.current;
      if (box !== null) {
        const y = chart.yOf(Number(price));
        const { scale, height } = chart.frame;
        const isVisible = y !== null && y > 0 && y < height;
        box.style.visibility = isVisible ? "visible" : "hidden";
        box.style.transform = `translateY(${Math.round(y ?? 0)}px)`;
        box.style.right = `${scale}px`;
      }
      frame = requestAnimationFrame(place);
    });
    return () => cancelAnimationFrame(frame);
  }, [element, chart, price]);
}

/** Drags a price along the chart, tick by tick; the line stays there until the venue answered. */
function useDrag(
  element: RefObject<HTMLDivElement | null>,
  chart: PriceChart,
  from: string,
  onDrop: (price: string) => Promise<void>,
) {
  const { price_decimals, tick_size } = useTrade().instrument;
  const [wanted, setWanted] = useState<string | null>(null);
  const [isOn, setOn] = useState(false);
  const isMoved = wanted !== null && compare(wanted, from) !== 0;
  const end = () => {
    setOn(false);
    setWanted(null);
  };
  useEffect(() => {
    if (!isOn) return;
    // Before the page's own keys, of which Escape cancels the newest order.
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      end();
      if (!event.shiftKey) event.preventDefault();
    };
    document.addEventListener("keydown", escape, true);
    return () => document.removeEventListener("keydown", escape, true);
  }, [isOn]);
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLButtonElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      setOn(true);
    },
    onPointerMove: (event: PointerEvent) => {
      const top = element.current?.parentElement?.getBoundingClientRect().top ?? 0;
      const at = isOn ? chart.priceAt(event.clientY - top) : null;
      if (at === null || at <= 0) return;
      setWanted(toStep(at.toFixed(price_decimals + 2), tick_size, "half_up"));
    },
    onPointerUp: () => {
      setOn(false);
      if (isMoved) void onDrop(wanted).finally(() => setWanted(null));
      else setWanted(null);
    },
    onPointerCancel: end,
  };
  return { price: wanted ?? from, isOn, isMoved, handlers };
}
