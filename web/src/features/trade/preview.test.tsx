// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { done, rendered } from "../../test/rendered";
import type { NewOrder } from "./draft";
import { usePreview } from "./preview";

const ORDER: NewOrder = {
  symbol: "A",
  side: "buy",
  type: "market",
  qty: "10",
  time_in_force: "ioc",
  collar: "10.50",
};

const ASKER = { id: "1", cash: { free: "1000.00", held: "0.00" } };

function Shown({ order, isOn = true }: { order: NewOrder; isOn?: boolean }) {
  const { foreseen } = usePreview(ASKER, order, isOn);
  return <p>{foreseen?.filled_qty ?? "nothing"}</p>;
}

/** A line on which answers come when the test says so. */
function slowLine() {
  const answers: ((filled_qty: string) => void)[] = [];
  const fetched = vi.fn<typeof fetch>(
    () =>
      new Promise((answer) => {
        answers.push((filled_qty) =>
          answer(new Response(JSON.stringify({ preview: { filled_qty } }))),
        );
      }),
  );
  vi.stubGlobal("fetch", fetched);
  const collars = () =>
    fetched.mock.calls.map(([, init]) => (JSON.parse(String(init?.body)) as NewOrder).collar);
  return { answers, collars };
}

const pass = (ms: number) => done(() => void vi.advanceTimersByTime(ms));
/** Reading an answer's body takes some turns. */
const answered = async (answer: () => void) => {
  await done(answer);
  await pass(0);
  await pass(0);
};

describe("a preview", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test("stands beside the order that it is about, and beside no other", async () => {
    const { answers } = slowLine();
    const { box, again } = await rendered(<Shown order={ORDER} />);
    await pass(200);
    await answered(() => answers[0]?.("10"));
    expect(box.textContent).toBe("10");
    await again(<Shown order={{ ...ORDER, side: "sell" }} />);
    expect(box.textContent).toBe("nothing");
    await pass(200);
    await again(<Shown order={{ ...ORDER, qty: "20" }} />);
    await answered(() => answers[1]?.("late"));
    expect(box.textContent).toBe("nothing");
  });

  test("comes on a slow line too, while the best price moves the collar", async () => {
    const { answers, collars } = slowLine();
    const { box, again } = await rendered(<Shown order={ORDER} />);
    await pass(200);
    for (const collar of ["10.60", "10.70", "10.80"]) {
      await again(<Shown order={{ ...ORDER, collar }} />);
      await pass(1_000);
    }
    await answered(() => answers[0]?.("10"));
    expect(box.textContent).toBe("10");
    await pass(1_500);
    expect(collars()).toEqual(["10.50", "10.80"]);
  });

  test("from before an outage is not shown after it", async () => {
    const { answers } = slowLine();
    const { box, again } = await rendered(<Shown order={ORDER} />);
    await pass(200);
    await answered(() => answers[0]?.("10"));
    await again(<Shown order={ORDER} isOn={false} />);
    expect(box.textContent).toBe("nothing");
    await again(<Shown order={ORDER} />);
    expect(box.textContent).toBe("nothing");
  });
});
