// @vitest-environment happy-dom
import { describe, expect, test, vi } from "vitest";
import { done, rendered } from "../test/rendered";
import { type Load, late } from "./late";

const Page = () => <p>page</p>;

/** Code that is not there before `come` is called. */
function source() {
  const arrive = new EventTarget();
  const module = new Promise<Awaited<ReturnType<Load>>>((resolve) => {
    arrive.addEventListener("come", () => resolve({ default: Page }));
  });
  const come = () => done(() => arrive.dispatchEvent(new Event("come")));
  return { load: vi.fn<Load>(() => module), come };
}

describe("code that comes late", () => {
  test("is shown as soon as it is there, and at once the next time", async () => {
    const { load, come } = source();
    const { View } = late(load, "waits");
    const { box } = await rendered(<View />);
    expect(box.textContent).toBe("waits");
    await come();
    expect(box.textContent).toBe("page");
    const again = await rendered(<View />);
    expect(again.box.textContent).toBe("page");
    expect(load).toHaveBeenCalledOnce();
  });

  test("that came before it is shown is shown without a wait", async () => {
    const { load, come } = source();
    const view = late(load, "waits");
    const loading = view.load();
    await come();
    await loading;
    const { box } = await rendered(<view.View />);
    expect(box.textContent).toBe("page");
  });

  test("and fails is asked for again by the next to show it", async () => {
    const load = vi
      .fn<Load>()
      .mockRejectedValueOnce(new Error("away"))
      .mockResolvedValueOnce({ default: Page });
    const { View, load: begin } = late(load, "waits");
    await expect(begin()).rejects.toThrow("away");
    const { box } = await rendered(<View />);
    await done(() => {});
    expect(box.textContent).toBe("page");
  });
});
