// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import type { Venue } from "../../core/venue";
import { done, rendered, type } from "../../test/rendered";
import { accountBody, fakeVenue } from "../../test/venue";
import { MoveMoney } from "./move-money";

const { there } = vi.hoisted(() => ({ there: { venue: null as Venue | null } }));
vi.mock("../../app/session", () => ({ useVenue: () => there.venue }));

test("a transfer offers the other own accounts of its currency, and says what is no account", async () => {
  const { venue } = fakeVenue([
    accountBody("1"),
    accountBody("22"),
    accountBody("33", { currency: "USD" }),
  ]);
  there.venue = venue;
  const [from] = venue.accounts;
  if (from === undefined) throw new Error("the venue has an account");
  const { box } = await rendered(<MoveMoney account={from} />);
  const named = (text: string) =>
    [...box.querySelectorAll("button")].find((each) => each.textContent === text);
  await done(() => named("Transfer")?.click());
  expect(named("Account 33")).toBeUndefined();
  await done(() => named("Account 22")?.click());
  const to = box.querySelector('input[inputmode="numeric"]') as HTMLInputElement;
  expect(to.value).toBe("22");
  await type(to, "22a");
  expect(box.querySelector(".field-error")?.textContent).toContain("Digits only, and not 1");
  await type(to, "1");
  expect(box.querySelector(".field-error")).toBeNull();
  expect(box.querySelector(".field-note")?.textContent).toContain("Digits only, and not 1");
  await type(to, "44");
  expect(box.querySelector(".field-error")).toBeNull();
  venue.stop();
});
