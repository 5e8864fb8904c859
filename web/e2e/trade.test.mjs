// What somebody comes for: an order's whole way, by mouse and by keyboard, and a guest's first one.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  ask,
  bookAgrees,
  closeBrowser,
  goTrade,
  hasOpenOrders,
  openOrder,
  place,
  register,
  visit,
} from "./person.mjs";
import { Venue, until } from "./venue.mjs";

after(closeBrowser);

/** Waits until the order's row and the venue say the same price, another one than `before`. */
async function movedFrom(page, before, account) {
  return until(`a price other than ${before}`, async () => {
    const { price } = await openOrder(page);
    const { orders } = await ask(page, `/accounts/${account}/orders?status=open`);
    return price !== before && orders[0]?.price === price && price;
  });
}

async function dragDown(page, pixels) {
  const grip = page.locator(".order-grip").first();
  await grip.waitFor({ state: "visible" });
  const { x, y, width, height } = await grip.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2 + pixels, { steps: 5 });
  await page.mouse.up();
}

test("an order is sent, filled in part, dragged, typed over and cancelled", async (t) => {
  const { venue, maker } = await Venue.offering(t);
  const page = await visit(venue);
  await register(page, venue, { name: "ana" });
  const account = (await ask(page, "/accounts")).accounts[0].account_id;

  await page.click('.navigation a[href="/wallet"]');
  await page.locator("form.form input").first().fill("1000");
  await page.getByRole("button", { name: "Deposit now" }).click();
  await page.getByText("11,000.00").first().waitFor();

  await goTrade(page, venue, "ACME");
  await place(page, "119.00", "50");
  await hasOpenOrders(page, 1);
  assert.deepEqual(await openOrder(page), { qty: "50", filled: "–", price: "119.00" });
  await maker.place("sell", "20", "119.00");
  await until("20 are filled", async () => (await openOrder(page)).filled === "20");
  await page.getByText("Bought 20 ACME").first().waitFor();

  await dragDown(page, 40);
  const dragged = await movedFrom(page, "119.00", account);
  assert.ok(Number(dragged) < 119, `dragged down to ${dragged}`);
  await page.getByRole("button", { name: "Change the order" }).focus();
  await page.keyboard.press("Enter");
  await page.locator('.cell-input[aria-label="Price"]').fill("118.50");
  await page.keyboard.press("Enter");
  assert.equal(await movedFrom(page, dragged, account), "118.50");
  await bookAgrees(page, venue, "ACME");

  await page.locator(".activity").getByRole("button", { name: "Cancel the order" }).click();
  await hasOpenOrders(page, 0);
  assert.deepEqual((await ask(page, `/accounts/${account}/orders?status=open`)).orders, []);

  await page.click('.navigation a[href="/wallet"]');
  const { cash } = (await ask(page, `/accounts/${account}`)).account;
  assert.equal(cash.held, "0.00");
  const balance = page.locator('[aria-label="Statement"] tbody tr td:last-child').first();
  await until("the statement ends with the cash that is there", async () => {
    const text = (await balance.count()) === 0 ? "" : await balance.textContent();
    return text.replaceAll(/[^\d.]/g, "") === cash.free;
  });
});

test("a guest has traded after three clicks", async (t) => {
  const { venue } = await Venue.offering(t);
  const page = await visit(venue);
  await page.click(".landing .button.primary");
  await page.locator(".ticket .chip").first().click();
  await page.click(".ticket .send:enabled");
  await page
    .getByText(/^Bought \d+ ACME/)
    .first()
    .waitFor();
  const [{ positions }] = (await ask(page, "/accounts")).accounts;
  assert.equal(positions[0]?.symbol, "ACME");
});
