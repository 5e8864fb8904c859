// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { done, rendered, type } from "../../test/rendered";
import { PasswordCard } from "./password";

test("a changed password leaves this browser logged in: nothing else is asked for", async () => {
  const fetched = vi.fn<(address: string) => Promise<Response>>(async () => Response.json({}));
  vi.stubGlobal("fetch", fetched);
  const { box } = await rendered(<PasswordCard name="ana" />);
  const [old, fresh] = box.querySelectorAll("input[type=password]");
  await type(old, "correct horse");
  await type(fresh, "battery staple");
  await done(() => box.querySelector<HTMLElement>("button[type=submit]")?.click());
  expect(fetched.mock.calls.map(([address]) => address)).toEqual(["/v1/auth/password"]);
  vi.unstubAllGlobals();
});
