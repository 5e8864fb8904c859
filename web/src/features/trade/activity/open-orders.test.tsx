// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { OrderBody } from "../../../api/schema";
import { useHotkeys, useKeyboard } from "../../../app/keyboard";
import type { Venue } from "../../../core/venue";
import { done, press, rendered, type } from "../../../test/rendered";
import { INSTRUMENT, accountBody, answerRest, fakeVenue, orderBody } from "../../../test/venue";
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

const STOP_LIMIT = { type: "stop_limit", price: "12.20", stop_price: "12.00" } as const;

async function editing(order: Partial<OrderBody> = {}) {
  const made = fakeVenue(undefined, [orderBody("7", order)]);
  there.venue = made.venue;
  const { box } = await rendered(<Page />);
  const field = (label: string) =>
    box.querySelector(`.cell-input[aria-label="${label}"]`) as HTMLInputElement;
  const pencil = () => box.querySelector('[aria-label="Change the order"]') as HTMLElement;
  const button = (text: string) =>
    [...box.querySelectorAll("button")].find((each) => each.textContent === text) as HTMLElement;
  pencil().focus();
  await done(() => pencil().click());
  return { ...made, box, field, pencil, button };
}

beforeEach(() => void answerRest({}));
afterEach(async () => {
  await rendered(null);
  there.venue?.stop();
  send.mockReset();
});

describe("the editor in an order's row", () => {
  test("has Enter and Escape for itself, and leaves the panic key to the page", async () => {
    const { box, field, ops } = await editing();
    await done(() => void press(field("Price"), "Escape", { shiftKey: true }));
    expect(send).toHaveBeenCalledOnce();
    await type(field("Price"), "9.40");
    await done(() => void press(field("Price"), "Enter", { ctrlKey: true }));
    expect(ops("replace")).toMatchObject([{ order_id: "7", body: { price: "9.40" } }]);
    const edit = box.querySelector('[aria-label="Change the order"]') as HTMLElement;
    await done(() => edit.click());
    await done(() => void press(field("Price"), "Escape"));
    expect(field("Price")).toBeNull();
    expect(send).toHaveBeenCalledOnce();
  });

  test("has the focus in its first field, and keeps its keys from the page everywhere", async () => {
    const { field, button, pencil, ops } = await editing();
    expect(document.activeElement).toBe(field("Quantity"));
    await type(field("Price"), "9.40");
    await done(() => void press(button("Save"), "Enter", { ctrlKey: true, repeat: true }));
    expect(ops("replace")).toEqual([]);
    await done(() => void press(button("Save"), "Enter", { ctrlKey: true }));
    expect(ops("replace")).toMatchObject([{ body: { price: "9.40" } }]);
    expect(document.activeElement).toBe(pencil());
    // The second press of a double one is no order either.
    await done(() => void press(pencil(), "Enter", { ctrlKey: true }));
    await done(() => pencil().click());
    await done(() => void press(button("Close"), "Escape"));
    expect(field("Price")).toBeNull();
    expect(send).not.toHaveBeenCalled();
  });

  test("gives the focus back to the pencil, where Escape cancels nothing", async () => {
    const { field, pencil } = await editing();
    await done(() => void press(field("Price"), "Escape"));
    expect(document.activeElement).toBe(pencil());
    await done(() => void press(document.activeElement as Element, "Escape"));
    await done(() => pencil().click());
    await done(() => void press(document.body, "Escape"));
    expect(field("Price")).toBeNull();
    expect(document.activeElement).toBe(pencil());
    expect(send).not.toHaveBeenCalled();
    await done(() => void press(document.body, "Escape"));
    expect(send).toHaveBeenCalledOnce();
  });
});

const toldAnew = (open_orders: number) => ({ account: accountBody("1", { open_orders }) });

describe("an order that ends while it is edited", () => {
  test("leaves word, and keeps the keys from the ticket until that is closed", async () => {
    const { say, box, field, button, ops } = await editing();
    await type(field("Price"), "9.40");
    await done(() => say("account_snapshot", "account:1", toldAnew(0)));
    expect(field("Price")).toBeNull();
    const word = box.querySelector('[role="status"]') as HTMLElement;
    expect(word.textContent).toContain("no longer open. The change was not sent.");
    expect(document.activeElement).toBe(word);
    const late = { Enter: [{}, { ctrlKey: true }, { repeat: true }], "4": [{}] };
    for (const [key, all] of Object.entries(late)) {
      for (const init of all) {
        await done(() => expect(press(word, key, init).defaultPrevented).toBe(true));
      }
    }
    await done(() => void press(button("Close"), "Enter", { ctrlKey: true }));
    expect(box.contains(word)).toBe(true);
    await done(() => void press(word, "Escape"));
    expect(box.contains(word)).toBe(false);
    expect(send).not.toHaveBeenCalled();
    expect(ops("replace")).toEqual([]);
  });

  test("gives the focus to another row, where Escape cancels nothing", async () => {
    const { say, pencil } = await editing();
    await done(() => {
      say("account_snapshot", "account:1", toldAnew(1));
      say("open_orders", "account:1", { orders: [orderBody("8")], remaining: 0 });
    });
    await done(() => void press(document.activeElement as Element, "Escape"));
    expect(document.activeElement).toBe(pencil());
    await done(() => void press(pencil(), "Escape"));
    expect(send).not.toHaveBeenCalled();
  });

  test("is another one than an order that is only told anew, which is edited on", async () => {
    const { say, box, field } = await editing();
    field("Price").focus();
    await type(field("Price"), "9.40");
    const isEdited = () => {
      expect(field("Price").value).toBe("9.40");
      expect(document.activeElement).toBe(field("Price"));
      expect(box.querySelector('[role="status"]')).toBeNull();
    };
    await done(() => say("account_snapshot", "account:1", toldAnew(2)));
    isEdited();
    await done(() => say("open_orders", "account:1", { orders: [orderBody("8")], remaining: 1 }));
    isEdited();
    await done(() => say("open_orders", "account:1", { orders: [orderBody("7")], remaining: 0 }));
    isEdited();
  });
});

describe("a change in an order's row", () => {
  test("changes the trigger of a stop that waits", async () => {
    const stop = { type: "stop", status: "waiting", price: null, stop_price: "12.00" } as const;
    const { field, ops } = await editing(stop);
    expect(field("Price")).toBeNull();
    await type(field("Trigger"), "12.50");
    await done(() => void press(field("Trigger"), "Enter"));
    expect(ops("replace")).toMatchObject([{ order_id: "7", body: { stop_price: "12.50" } }]);
    expect(ops("replace")[0]?.body).not.toHaveProperty("qty");
  });

  test("changes trigger and limit of a stop-limit order, and the limit alone once it rests", async () => {
    const waiting = await editing({ ...STOP_LIMIT, status: "waiting" });
    await type(waiting.field("Trigger"), "11.50");
    await type(waiting.field("Price"), "11.70");
    await done(() => void press(waiting.field("Price"), "Enter"));
    expect(waiting.ops("replace")).toMatchObject([
      { body: { stop_price: "11.50", price: "11.70" } },
    ]);
    waiting.venue.stop();
    const { field } = await editing(STOP_LIMIT);
    expect(field("Trigger")).toBeNull();
    expect(field("Price").value).toBe("12.20");
  });

  test.each([
    ["Price", "abc", "Not a price of at most 2 decimal places"],
    ["Price", "9.505", "Not a price of at most 2 decimal places"],
    ["Quantity", "", "Whole units only"],
  ])("that cannot be sent stays and says why: %s %s", async (label, text, words) => {
    const { box, field, ops } = await editing();
    await type(field(label), text);
    await done(() => void press(field(label), "Enter"));
    expect(ops("replace")).toEqual([]);
    expect(field(label).getAttribute("aria-invalid")).toBe("true");
    expect(field(label).title).toBe(words);
    const line = box.querySelector(`#${field(label).getAttribute("aria-describedby")}`);
    expect(line?.textContent).toBe(words);
    await type(field(label), "8");
    expect(field(label).getAttribute("aria-invalid")).toBe("false");
    await done(() => void press(field(label), "Enter"));
    expect(ops("replace")).toHaveLength(1);
  });

  test("is foretold by the price it would have", async () => {
    const { box, field } = await editing();
    await type(field("Price"), "10.10");
    expect(box.querySelector(".fate")?.textContent).toBe("Would trade at once");
    await type(field("Price"), "10.09");
    expect(box.querySelector(".fate")?.textContent).toBe("Goes to the back of the queue");
  });
});

test("a stop-limit shows its trigger and its limit, and names both fields", async () => {
  const { box, button } = await editing({ ...STOP_LIMIT, status: "waiting" });
  const price = () => box.querySelector('td[data-label="Price"]');
  expect([...(price()?.querySelectorAll("label") ?? [])].map((each) => each.textContent)).toEqual([
    "Trigger",
    "Price",
  ]);
  await done(() => button("Close").click());
  expect(price()?.querySelector("[aria-hidden]")?.textContent).toBe("12.00 → 12.20");
  expect(price()?.querySelector(".heard")?.textContent).toBe("Trigger 12.00, limit 12.20");
});

test("only a side that has orders can be cancelled", async () => {
  const { button } = await editing();
  expect(button("Cancel buys")).toHaveProperty("disabled", false);
  expect(button("Cancel sells")).toHaveProperty("disabled", true);
});
