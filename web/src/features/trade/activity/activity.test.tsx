// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useKeyboard } from "../../../app/keyboard";
import type { Venue } from "../../../core/venue";
import { done, press, rendered } from "../../../test/rendered";
import { INSTRUMENT, answerRest, fakeVenue, orderBody } from "../../../test/venue";
import type { PriceChart } from "../chart/chart";
import { OrderLines } from "../chart/order-lines";
import { TradeProvider } from "../state";
import { Activity } from "./activity";

const { there } = vi.hoisted(() => ({ there: { venue: null as Venue | null } }));
vi.mock("../../../app/session", () => ({ useVenue: () => there.venue }));

/** A chart on which a pixel is a cent. */
const chart = {
  yOf: (price: number) => 2_000 - price * 100,
  priceAt: (y: number) => (2_000 - y) / 100,
  frame: { scale: 50, height: 2_000 },
} as unknown as PriceChart;

function Page() {
  useKeyboard();
  return (
    <TradeProvider instrument={INSTRUMENT}>
      <OrderLines chart={chart} />
      <Activity />
    </TradeProvider>
  );
}

async function shown() {
  const made = fakeVenue(undefined, [orderBody("7"), orderBody("8"), orderBody("9")]);
  there.venue = made.venue;
  const { box } = await rendered(<Page />);
  const cancelled = () => made.ops("cancel").map((each) => each.order_id);
  return { ...made, box, cancelled };
}

/** The tag of the newest order's line, and what a pointer does with it. */
function gripOf(box: Element) {
  const grip = box.querySelector(".order-grip") as HTMLElement;
  grip.setPointerCapture = () => {};
  const point = (type: string, clientY: number) =>
    done(() => void grip.dispatchEvent(new PointerEvent(type, { bubbles: true, clientY })));
  return { grip, point };
}

beforeEach(() => void answerRest({}));
afterEach(async () => {
  await rendered(null);
  there.venue?.stop();
});

test("each press of Escape cancels one order, and none twice", async () => {
  const { box, cancelled } = await shown();
  await done(() => void press(box, "Escape"));
  await done(() => void press(box, "Escape", { repeat: true }));
  expect(cancelled()).toEqual(["9"]);
  await done(() => void press(box, "Escape"));
  const crosses = box.querySelectorAll<HTMLElement>('.activity [aria-label="Cancel the order"]');
  await done(() => crosses[0]?.click());
  expect(cancelled()).toEqual(["9", "8"]);
});

test("an order whose cancel was refused can be cancelled again", async () => {
  const { box, cancelled, ops, answer } = await shown();
  await done(() => void press(box, "Escape"));
  await done(() => answer(ops("cancel")[0]?.id ?? "", 503, { code: "busy", detail: "busy" }));
  await done(() => void press(box, "Escape"));
  expect(cancelled()).toEqual(["9", "9"]);
});

test("Escape ends a drag and cancels nothing", async () => {
  const { box, cancelled, ops } = await shown();
  const { grip, point } = gripOf(box);
  await point("pointerdown", 1_050);
  await point("pointermove", 1_100);
  expect(grip.textContent).toContain("9.00");
  await done(() => void press(box, "Escape"));
  expect(grip.textContent).toContain("9.50");
  await point("pointermove", 1_150);
  await point("pointerup", 1_150);
  expect(grip.textContent).toContain("9.50");
  expect([...cancelled(), ...ops("replace")]).toEqual([]);
  await done(() => void press(box, "Escape"));
  expect(cancelled()).toEqual(["9"]);
});

test("a dragged line says what the order would do where it is let go", async () => {
  const { box } = await shown();
  const { grip, point } = gripOf(box);
  await point("pointerdown", 1_050);
  await point("pointermove", 1_000);
  expect(grip.textContent).toContain("Goes to the back of the queue");
  await point("pointermove", 980);
  expect(grip.textContent).toContain("Would trade at once");
  await point("pointercancel", 980);
});
