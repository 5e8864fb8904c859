// What the smoke test looks at, and the person who looks: one with orders, fills and payments.

/** A page: where it is, what shows that it is there, and what is done before it is looked at. */
export const PAGES = [
  { name: "landing", path: "/", ready: ".landing", isPublic: true },
  { name: "login", path: "/login", ready: ".auth-card", isPublic: true },
  { name: "register", path: "/register", ready: ".auth-card", isPublic: true },
  { name: "status-stranger", path: "/status", ready: ".health", isPublic: true },
  { name: "markets", path: "/markets", ready: ".market-name", settleMs: 1_200 },
  { name: "portfolio", path: "/portfolio", ready: ".curve canvas", settleMs: 600, isLong: true },
  { name: "orders", path: "/orders", ready: ".order-link" },
  { name: "orders-history", path: "/orders", ready: ".tab", act: (page) => tab(page, 1) },
  { name: "orders-fills", path: "/orders", ready: ".tab", act: (page) => tab(page, 2) },
  { name: "order", path: "/orders", ready: ".tab", act: openOrder },
  { name: "wallet", path: "/wallet", ready: ".chips", isLong: true },
  { name: "wallet-day", path: "/wallet", ready: ".tab", act: (page) => tab(page, 1), isLong: true },
  { name: "leaderboard", path: "/leaderboard", ready: ".rank" },
  { name: "keys", path: "/keys", ready: ".copyable" },
  {
    name: "keys-new",
    path: "/keys",
    ready: ".copyable",
    act: (page) => press(page, ".page-tools button"),
  },
  { name: "settings", path: "/settings", ready: ".cheat-sheet", isLong: true },
  { name: "status", path: "/status", ready: ".limits", isLong: true },
];

const PARTS = ["instruments", "people", "accounts", "payments", "kill", "statistics", "ledger"];

export const pagesOfAdmin = [
  ...[...PARTS, "engine"].map((part) => ({
    name: `admin-${part}`,
    path: `/admin/${part}`,
    ready: '[role="tabpanel"] > *',
    settleMs: 500,
  })),
  {
    name: "admin-add",
    path: "/admin/instruments",
    ready: ".phase-select",
    act: (page) => press(page, ".filters-end button"),
  },
  {
    name: "admin-kill-asked",
    path: "/admin/kill",
    ready: ".kill-all",
    act: (page) => press(page, ".kill-all button"),
  },
];

async function tab(page, at) {
  await page.getByRole("tab").nth(at).click();
}

async function press(page, selector) {
  await page.locator(selector).first().click();
  await page.waitForSelector("dialog[open]");
}

async function openOrder(page) {
  await tab(page, 1);
  await page.locator("tr:has(.badge.good) .order-link").first().click();
  await page.waitForSelector(".timeline");
}

/** History tells what an account was worth at a minute's end: the first one comes so late. */
const CURVE_MS = 90_000;

/** Somebody registers, trades, moves money and makes a key, as the page itself would. */
export async function makePerson(page) {
  const name = `smoke-${Date.now().toString(36)}`;
  return page.evaluate(act, { name, password: "correct horse" });
}

/** Waits until there is a curve of the account's equity. */
export async function hasCurve(page, account) {
  const points = () =>
    page.evaluate(
      async (address) => (await (await fetch(address)).json()).equity.length,
      `/v1${account}/history/equity`,
    );
  const deadline = Date.now() + CURVE_MS;
  while (Date.now() < deadline && (await points()) === 0) await page.waitForTimeout(500);
}

/** The operator's key in the place of a login's token: a cookie may hold either. */
export async function showKey(page, value) {
  const url = new URL(page.url()).origin;
  await page.context().addCookies([{ name: "rialto", value, url, httpOnly: true }]);
  await page.evaluate(() => localStorage.setItem("rialto.login", '{"isIn":true}'));
}

/** Runs in the page, where the cookie is; what it needs must be in it. */
async function act({ name, password }) {
  // oxlint-disable-next-line unicorn/consistent-function-scoping
  const ask = async (method, path, body) => {
    const headers = { "Content-Type": "application/json" };
    const init = method === "GET" ? {} : { method, headers, body: JSON.stringify(body ?? {}) };
    return (await fetch(`/v1${path}`, init)).json();
  };
  const display_name = `Ana ${name.slice(-4)}`;
  await ask("POST", "/auth/register", { name, password, display_name, currency: "BRL" });
  await ask("POST", "/auth/login", { name, password, as_cookie: true });
  const { accounts } = await ask("GET", "/accounts");
  const account = `/accounts/${accounts[0].account_id}`;
  await ask("POST", `${account}/deposits`, { amount: "25000.00" });
  const { quotes } = await ask("GET", "/quotes");
  const place = (symbol, side, qty, away, terms) => {
    const { bid, ask: offer } = quotes.find((quote) => quote.symbol === symbol);
    const price = (Number(side === "buy" ? offer : bid) + away).toFixed(2);
    const order = { symbol, side, type: "limit", qty, price, ...terms };
    return ask("POST", `${account}/orders`, order);
  };
  const now = { time_in_force: "ioc" };
  await place("PETR4", "buy", "300", 0.2, now);
  await place("VALE3", "buy", "100", 0.2, now);
  await place("PETR4", "sell", "100", -0.2, now);
  await place("PETR4", "buy", "100", -0.6, {
    time_in_force: "gtc",
    client_order_id: `bid-${name}`,
  });
  await place("VALE3", "sell", "100", 0.9, { time_in_force: "day" });
  const gone = await place("VALE3", "buy", "100", -2, { time_in_force: "gtc" });
  await ask("DELETE", `${account}/orders/${gone.order_id}`);
  await ask("POST", `${account}/withdrawals`, { amount: "1234.56" });
  const other = await ask("POST", "/accounts", { currency: "BRL" });
  await ask("POST", `${account}/transfers`, { amount: "500.00", to: other.account.account_id });
  await ask("POST", "/keys", { label: "bot", scopes: ["read", "trade"] });
  return account;
}
