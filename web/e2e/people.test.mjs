// Whose data is where: two tabs of one person, two people, and somebody with a hostile name.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { beGuest } from "../scripts/browser.mjs";
import { showKey } from "../scripts/smoke-pages.mjs";
import { ask, closeBrowser, goTrade, hasOpenOrders, place, register, visit } from "./person.mjs";
import { Venue, until } from "./venue.mjs";

after(closeBrowser);

test("two tabs show the same orders, and logging out of one ends both", async (t) => {
  const { venue } = await Venue.offering(t);
  // The other tab learns of the end by a request that is refused.
  const one = await visit(venue, { ignored: /401/ });
  await beGuest(one, venue.url);
  const other = await one.context().newPage();
  await goTrade(other, venue, "ACME");
  await place(one, "119.00", "5");
  await Promise.all([hasOpenOrders(one, 1), hasOpenOrders(other, 1)]);
  await other.locator(".activity").getByRole("button", { name: "Cancel the order" }).click();
  await Promise.all([hasOpenOrders(one, 0), hasOpenOrders(other, 0)]);
  await one.locator(".header-end").getByRole("button", { name: "Account" }).click();
  await one.getByRole("button", { name: "Log out" }).click();
  await one.getByRole("dialog").getByText("nobody comes back").waitFor();
  await one.getByRole("dialog").getByRole("button", { name: "Yes" }).click();
  await Promise.all([one, other].map((page) => page.waitForSelector(".landing")));
});

const PAGES = ["/markets", "/portfolio", "/orders", "/wallet", "/keys", "/settings"];

test("what is somebody's own never reaches another's browser", async (t) => {
  const { venue } = await Venue.offering(t);
  const ana = await visit(venue);
  await register(ana, venue, { name: "ana" });
  const bob = await visit(venue, { ignored: /404/ });
  const heard = [];
  bob.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => heard.push(String(payload)));
  });
  bob.on("response", async (response) => {
    // An answer whose page is gone already has no text any more.
    heard.push(await response.text().catch(() => ""));
  });
  await register(bob, venue, { name: "bob" });

  await goTrade(ana, venue, "ACME");
  await goTrade(bob, venue, "ACME");
  await place(ana, "118.73", "13");
  await hasOpenOrders(ana, 1);
  await until("the book shows both the price", async () => {
    const book = bob.locator(".book-panel .heard tbody");
    return (await book.textContent()).includes("118.73");
  });
  const [{ account_id: account }] = (await ask(ana, "/accounts")).accounts;
  const { orders } = await ask(ana, `/accounts/${account}/orders?status=open`);
  const { order_id: order, client_order_id: chosen } = orders[0];
  await hasOpenOrders(bob, 0);
  for (const path of PAGES) {
    await bob.goto(venue.url + path);
    await bob.waitForSelector("h1");
    await bob.waitForFunction(() => document.querySelector(".waiting, .skeleton") === null);
    assert.ok(!(await bob.textContent("body")).includes(chosen), path);
  }
  await bob.goto(`${venue.url}/orders/${order}`);
  await bob.waitForFunction(() => document.querySelector(".waiting, .skeleton") === null);
  assert.equal(await bob.locator(".timeline").count(), 0);
  assert.equal((await ask(bob, `/accounts/${account}/orders`)).code, "unknown_account");
  assert.ok(heard.length > 0);
  const told = heard.filter((text) => text.includes(chosen) || text.includes(`account:${account}`));
  assert.deepEqual(told, []);
});

const HOSTILE = `<img src=x onerror="window.owned=1"><b>`;

test("a hostile name stays text wherever it is shown", async (t) => {
  const venue = await Venue.start(t);
  const page = await visit(venue);
  await register(page, venue, { name: "mallory", shown: HOSTILE });
  assert.equal(await page.textContent(".person-name"), HOSTILE);
  const bob = await visit(venue);
  await register(bob, venue, { name: "bob" });
  const operator = await visit(venue);
  await showKey(operator, venue.key);
  for (const [each, path] of [
    [page, "/leaderboard"],
    [bob, "/leaderboard"],
    [operator, "/admin/people"],
  ]) {
    await each.goto(venue.url + path);
    const cell = each.locator("td").getByText(HOSTILE);
    await cell.first().waitFor();
    assert.equal(await each.locator('img, [src="x"]').count(), 0, path);
    assert.equal(await each.evaluate(() => window.owned), undefined, path);
  }
});

test("who comes by an address is there after the login, and finds pages by typing", async (t) => {
  const venue = await Venue.start(t);
  const page = await visit(venue);
  await page.goto(`${venue.url}/wallet`);
  await page.click(".landing .button.primary");
  await page.waitForSelector("form.form");
  assert.equal(new URL(page.url()).pathname, "/wallet");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("leader");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${venue.url}/leaderboard`);
});
