// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { chooseAccount } from "../../app/accounts";
import type { Venue } from "../../core/venue";
import { done, rendered } from "../../test/rendered";
import { INSTRUMENT, accountBody, answerRest, fakeVenue } from "../../test/venue";
import { AccountCard } from "./account-card";
import { TradeProvider } from "./state";

const { there } = vi.hoisted(() => ({ there: { venue: null as Venue | null } }));
vi.mock("../../app/session", () => ({ useVenue: () => there.venue }));

async function shown(...accounts: readonly Parameters<typeof accountBody>[]) {
  there.venue = fakeVenue(accounts.map((each) => accountBody(...each))).venue;
  const { box } = await rendered(
    <TradeProvider instrument={INSTRUMENT}>
      <AccountCard />
    </TradeProvider>,
  );
  const card = () => box.querySelector(".account-card")?.getAttribute("aria-label");
  const options = () => [...box.querySelectorAll("option")].map((each) => each.textContent);
  return { card, options };
}

beforeEach(() => void answerRest({}));
afterEach(async () => {
  await rendered(null);
  there.venue?.stop();
});

test("the trade screen uses the account that was chosen where its currency fits", async () => {
  const { card, options } = await shown(["1"], ["2"], ["3", { currency: "USD" }]);
  expect(card()).toBe("Account 1");
  expect(options()).toEqual(["Account 1 · BRL", "Account 2 · BRL"]);
  await done(() => chooseAccount("2"));
  expect(card()).toBe("Account 2");
  await done(() => chooseAccount("3"));
  expect(card()).toBe("Account 1");
});

test("with one account in the currency there is nothing to choose", async () => {
  const { options } = await shown(["1"], ["3", { currency: "USD" }]);
  expect(options()).toEqual([]);
});
