import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { OrderBody } from "../../../api/schema";
import { useFormats, useT } from "../../../app/i18n";
import { CrossIcon } from "../../../app/ui/icons";
import { compare, toStep } from "../../../core/decimal";
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
  const { instrument } = useTrade();
  const actions = useOrderActions();
  const element = useRef<HTMLDivElement>(null);
  /** The price while it is dragged, and until the venue has answered. */
  const [wanted, setWanted] = useState<string | null>(null);
  const [isDragged, setDragged] = useState(false);
  const line = lineOf(order);
  const price = wanted ?? line?.price ?? "0";
  useEffect(() => {
    // The chart does not tell when its scale moves; a look at each frame is cheap.
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
  }, [chart, price]);
  if (line === null) return null;

  const grab = (event: PointerEvent<HTMLButtonElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setDragged(true);
  };
  const drag = (event: PointerEvent) => {
    if (!isDragged) return;
    const top = element.current?.parentElement?.getBoundingClientRect().top ?? 0;
    const at = chart.priceAt(event.clientY - top);
    if (at === null || at <= 0) return;
    const text = at.toFixed(instrument.price_decimals + 2);
    setWanted(toStep(text, instrument.tick_size, "half_up"));
  };
  const drop = () => {
    setDragged(false);
    if (wanted === null) return;
    if (compare(wanted, line.price) === 0) return setWanted(null);
    const change = line.field === "price" ? { price: wanted } : { stop_price: wanted };
    void actions.replace(order.order_id, change).then(() => setWanted(null));
  };
  const isMoved = wanted !== null && compare(wanted, line.price) !== 0;
  return (
    <div ref={element} className="order-line" data-side={order.side} data-dragged={isDragged}>
      <div className="order-tag" style={{ right: LANE_FIRST + lane * LANE_WIDTH }}>
        <button
          type="button"
          className="order-grip"
          title={t("dragHint")}
          // The table of open orders does the same by keyboard.
          tabIndex={-1}
          onPointerDown={grab}
          onPointerMove={drag}
          onPointerUp={drop}
          onPointerCancel={() => {
            setDragged(false);
            setWanted(null);
          }}
        >
          <b>{t(order.side)}</b> {formats.decimal(order.leaves_qty)}
          <span>{formats.decimal(price)}</span>
          {order.status === "waiting" ? <i>{t("stopPrice")}</i> : null}
          {isMoved ? <i>{t("goesBack")}</i> : null}
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
