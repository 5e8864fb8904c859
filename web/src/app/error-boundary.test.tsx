// @vitest-environment happy-dom
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { done, rendered } from "../test/rendered";
import { ErrorBoundary } from "./error-boundary";
import { type Load, late } from "./late";

beforeEach(() => void vi.spyOn(console, "error").mockReturnValue());
afterEach(() => vi.restoreAllMocks());

test("after a page whose code did not come the next one is shown, and later that one too", async () => {
  const load = vi
    .fn<Load>()
    .mockRejectedValueOnce(new Error("away"))
    .mockResolvedValueOnce({ default: () => <p>page</p> });
  const { View } = late(load, "waits");
  const page = (
    <ErrorBoundary of="/page">
      <View />
    </ErrorBoundary>
  );
  const { box, again } = await rendered(page);
  expect(box.querySelector("[role=alert]")).not.toBeNull();
  await again(<ErrorBoundary of="/other">other</ErrorBoundary>);
  expect(box.textContent).toBe("other");
  await again(page);
  expect(box.textContent).toBe("page");
});

function Count() {
  const [count, setCount] = useState(0);
  return (
    <button type="button" onClick={() => setCount(count + 1)}>
      {count}
    </button>
  );
}

const counted = (of: string) => (
  <ErrorBoundary of={of}>
    <Count />
  </ErrorBoundary>
);

test("what did not fail stays as it is when the address changes", async () => {
  const { box, again } = await rendered(counted("/t/A"));
  await done(() => box.querySelector("button")?.click());
  await again(counted("/t/B"));
  expect(box.textContent).toBe("1");
});
