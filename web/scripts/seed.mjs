// Moves a market for whoever works on the page: a maker and takers, by the operator's key.
//   node scripts/seed.mjs DATA [URL] [ORDERS_A_SECOND]
import { readFileSync } from "node:fs";

const [data = "data", url = "http://127.0.0.1:8080", rate = "12"] = process.argv.slice(2);
const key = readFileSync(`${data}/admin.key`, "utf8").trim();
const START = { PETR4: 36.9, VALE3: 61.4, ACME: 148.2, BTCUSD: 64_250, BUND: 132.1 };
const LEVELS = 14;

async function call(method, path, body) {
  const answer = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, ...(await answer.json()) };
}

const normal = () =>
  Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

async function open(name, instruments) {
  const accounts = {};
  for (const currency of new Set(instruments.map((each) => each.currency))) {
    const opened = await call("POST", "/accounts", {
      client_request_id: `seed-${name}-${currency}`,
      currency,
    });
    accounts[currency] = opened.account.account_id;
    await call("POST", `/accounts/${accounts[currency]}/deposits`, {
      client_request_id: `seed-cash-${name}`,
      amount: "900000000.00",
    });
  }
  for (const { symbol, currency, qty_decimals: places } of instruments) {
    await call("POST", `/accounts/${accounts[currency]}/issues`, {
      client_request_id: `seed-${symbol}`,
      instrument: symbol,
      qty: (places > 0 ? 5_000 : 900_000).toFixed(places),
    });
  }
  return accounts;
}

function qtyOf(instrument, lots) {
  if (instrument.qty_decimals === 0) return String(Math.max(1, Math.round(lots) * 100));
  return Math.max(0.0001, lots / 20 + Math.random() / 10).toFixed(instrument.qty_decimals);
}

class Market {
  constructor(instrument, maker, taker) {
    Object.assign(this, { instrument, maker, taker, orders: [] });
    this.mid = Number(instrument.last_trade?.price ?? START[instrument.symbol] ?? 100);
    this.step = this.mid * 0.0003;
    this.drift = 0;
  }

  async place(account, side, price, lots, tif) {
    const { symbol, tick_size: tick, price_decimals: places } = this.instrument;
    const ticks = Math.max(1, Math.round(price / Number(tick)));
    return call("POST", `/accounts/${account}/orders`, {
      symbol,
      side,
      type: "limit",
      time_in_force: tif,
      qty: qtyOf(this.instrument, lots),
      price: (ticks * Number(tick)).toFixed(places),
    });
  }

  async act() {
    this.drift = 0.97 * this.drift + 0.05 * normal();
    this.mid += this.step * (0.35 * normal() + 0.25 * this.drift);
    if (Math.random() < 0.62 || this.orders.length < LEVELS * 2) return this.quote();
    const side = Math.random() < 0.5 + 0.12 * Math.tanh(this.drift) ? "buy" : "sell";
    const reach = side === "buy" ? 1.002 : 0.998;
    const lots = 1 + Math.abs(normal()) * 4;
    await this.place(this.taker, side, this.mid * reach, lots, "ioc");
  }

  async quote() {
    if (this.orders.length >= LEVELS * 3) {
      const oldest = this.orders.shift();
      await call("DELETE", `/accounts/${this.maker}/orders/${oldest}`, {});
    }
    const side = Math.random() < 0.5 ? "buy" : "sell";
    const away = this.step * (0.4 + Math.abs(normal()) * LEVELS * 0.3);
    const price = side === "buy" ? this.mid - away : this.mid + away;
    const placed = await this.place(this.maker, side, price, 2 + Math.random() * 18, "gtc");
    if (placed.order?.status === "open") this.orders.push(placed.order_id);
  }
}

const { instruments } = await call("GET", "/instruments");
const maker = await open("maker", instruments);
const taker = await open("taker", instruments);
const markets = instruments.map(
  (each) => new Market(each, maker[each.currency], taker[each.currency]),
);
console.log(`moving ${markets.length} instruments at ${rate} orders a second`);
for (let turn = 0; ; turn += 1) {
  await markets[turn % markets.length].act();
  await new Promise((done) => setTimeout(done, (1000 / Number(rate)) * Math.random() * 2));
}
