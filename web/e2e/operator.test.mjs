// What an operator does by the page, and what those it is done to see.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { beGuest } from "../scripts/browser.mjs";
import { showKey } from "../scripts/smoke-pages.mjs";
import {
  ask,
  closeBrowser,
  goTrade,
  hasOpenOrders,
  logIn,
  place,
  register,
  visit,
} from "./person.mjs";
import { Venue, until } from "./venue.mjs";

after(closeBrowser);

async function operator(venue, part) {
  const page = await visit(venue);
  await showKey(page, venue.key);
  await page.goto(`${venue.url}/admin/${part}`);
  return page;
}

async function pay(page, venue, way, amount) {
  await page.goto(`${venue.url}/wallet`);
  await page.getByRole("button", { name: way, exact: true }).first().click();
  const form = page.locator("form.form").first();
  await form.locator("input").first().fill(amount);
  await form.locator('[type="submit"]').click();
}

test("payments wait until an operator books one and ends the other", async (t) => {
  const venue = await Venue.start(t, 0, ["--self-service-deposits=false"]);
  const ana = await visit(venue);
  await register(ana, venue, { name: "ana" });
  const { account_id: account } = (await ask(ana, "/accounts")).accounts[0];
  const free = async () => (await ask(ana, `/accounts/${account}`)).account.cash.free;
  await pay(ana, venue, "Deposit", "500");
  await ana.getByText("1 waits").waitFor();
  await pay(ana, venue, "Withdraw", "700");
  await ana.getByText("2 wait for").waitFor();
  assert.equal(await free(), "9300.00");

  const page = await operator(venue, "payments");
  const row = (kind) => page.locator("tbody tr").filter({ hasText: kind });
  await row("Deposit").getByRole("button", { name: "Confirm" }).click();
  await row("Deposit").waitFor({ state: "detached" });
  await row("Withdrawal").getByRole("button", { name: "Fail" }).click();
  await page.getByLabel("Reason").fill("documents-missing");
  await page.getByRole("dialog").getByRole("button", { name: "Fail" }).click();
  await row("Withdrawal").waitFor({ state: "detached" });

  await ana.getByText("documents-missing").waitFor();
  await until("both are over", async () => (await ana.getByText("for an operator").count()) === 0);
  assert.equal(await free(), "10500.00");
});

test("everything is stopped by one button, and goes on by another", async (t) => {
  const { venue } = await Venue.offering(t);
  const guest = await visit(venue);
  await beGuest(guest, venue.url);
  await goTrade(guest, venue, "ACME");
  await place(guest, "119.00", "5");
  await hasOpenOrders(guest, 1);

  const page = await operator(venue, "kill");
  await page.locator(".kill-all button").click();
  const stop = page.getByRole("dialog").locator('[type="submit"]');
  assert.ok(await stop.isDisabled());
  await page.getByRole("dialog").getByRole("textbox").fill("KILL");
  await stop.click();
  await page.waitForSelector('.kill-all[data-engaged="true"]');
  await hasOpenOrders(guest, 0);
  await guest.locator('.ticket input[inputmode="decimal"]').nth(1).fill("5");
  await guest.locator(".ticket .notice").getByText("An operator has stopped trading").waitFor();

  await page.locator(".kill-all button").click();
  await page.waitForSelector('.kill-all[data-engaged="false"]');
  await place(guest, "119.00", "6");
  await hasOpenOrders(guest, 1);
});

test("somebody is let run the venue, and no longer", async (t) => {
  const venue = await Venue.start(t);
  // Their logins end with each change of what they may.
  const ana = await visit(venue, { ignored: /401/ });
  await register(ana, venue, { name: "ana" });
  const page = await operator(venue, "people");
  const change = async (act) => {
    await page
      .locator("tbody tr")
      .filter({ hasText: "ana" })
      .getByRole("button", { name: act })
      .click();
    await page.getByRole("dialog").getByRole("button", { name: act }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await ana.waitForSelector(".landing");
    await logIn(ana, venue, "ana");
  };
  const link = ana.locator('.navigation a[href="/admin"]');
  assert.equal(await link.count(), 0);
  await change("Let run the venue");
  await link.waitFor();
  await change("Operator no more");
  assert.equal(await link.count(), 0);
});
