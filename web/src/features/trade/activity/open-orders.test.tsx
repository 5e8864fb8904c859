// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { OrderBody } from "../../../api/schema";
import { useHotkeys, useKeyboard } from "../../../app/keyboard";
import type { Venue } from "../../../core/venue";
import { done, press, rendered, write } from "../../../test/rendered";
import { INSTRUMENT, answerRest, fakeVenue, orderBody } from "../../../test/venue";
import { TradeProvider } from "../state";
import { OpenOrders } from "./open-orders";

const { there } = vi.hoisted(() => ({ there: { venue: null as Venue | null } }));
vi.mock("../../../app/session", () => ({ useVenue: () => there.venue }));

const send = vi.fn<() => void>();

function Page() {
  useKeyboard();
  useHotkeys({ send: () => send(), cancelLast: () => send(), cancelAll: () => send() });
  return (
    <TradeProvider instrument={INSTRUMENT}>
      <OpenOrders />
    </TradeProvider>
  );
}

async function editing(order: Partial<OrderBody> = {}) {
  const made = fakeVenue(undefined, [orderBody("7", order)]);
  there.venue = made.venue;
  const { box } = await rendered(<Page />);
  const field = (label: string) =>
    box.querySelector(`.cell-input[aria-label="${label}"]`) as HTMLInputElement;
  const edit = box.querySelector('[aria-label="Change the order"]') as HTMLElement;
  await done(() => edit.click());
  return { ...made, box, field };
}

describe("the editor in an order's row", () => {
  beforeEach(() => void answerRest({}));
  afterEach(() => {
    there.venue?.stop();
    send.mockReset();
  });

  test("has Enter and Escape for itself, and leaves the panic key to the page", async () => {
    const { box, field, ops } = await editing();
    await done(() => void press(field("Price"), "Escape", { shiftKey: true }));
    expect(send).toHaveBeenCalledOnce();
    await write(field("Price"), "9.40");
    await done(() => void press(field("Price"), "Enter", { ctrlKey: true }));
    expect(ops("replace")).toMatchObject([{ order_id: "7", body: { price: "9.40" } }]);
    const edit = box.querySelector('[aria-label="Change the order"]') as HTMLElement;
    await done(() => edit.click());
    await done(() => void press(field("Price"), "Escape"));
    expect(field("Price")).toBeNull();
    expect(send).toHaveBeenCalledOnce();
  });
});
