// Puts itself between the page and the venue and floods one instrument's book and tape.
import { createServer, request as forward } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { beGuest, isReady } from "./browser.mjs";

export const SYMBOL = "ACME";
const UPDATES_A_SECOND = 4_000;

const LEVELS = 200;
const BUSY_LEVELS = 25;
const EVERY_MS = 10;
/** Of a hundred updates so many are changed levels; the others are trades. */
const LEVELS_PERCENT = 70;
const MIDDLE = 15_000;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value;
});

function crc32(text) {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at += 1) {
    crc = (crc >>> 8) ^ TABLE[(crc ^ text.charCodeAt(at)) & 0xff];
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const level = (ticks, qty) => ({ price: (ticks / 100).toFixed(2), qty: String(qty), orders: 3 });

class Flood {
  constructor(symbol, rate) {
    Object.assign(this, { symbol, rate, seq: 1e9, trade: 1e9, sent: 0, tape: null });
    const side = (step) =>
      new Map(Array.from({ length: LEVELS }, (_, at) => [MIDDLE + step * (at + 1), 100 + at]));
    Object.assign(this, { bids: side(-1), asks: side(1) });
  }

  checksum() {
    const text = (side, order) =>
      [...side.keys()]
        .toSorted((one, other) => order * (one - other))
        .slice(0, 25)
        .map((ticks) => `${(ticks / 100).toFixed(2)}:${side.get(ticks)};`)
        .join("");
    return crc32(`${text(this.bids, -1)}|${text(this.asks, 1)}`);
  }

  message(type, members) {
    const channel = `depth:${this.symbol}`;
    return JSON.stringify({
      type,
      channel,
      symbol: this.symbol,
      last_seq: this.seq,
      checksum: this.checksum(),
      ...members,
    });
  }

  snapshot() {
    const all = (side) => [...side].map(([ticks, qty]) => level(ticks, qty));
    return this.message("depth_snapshot", { bids: all(this.bids), asks: all(this.asks) });
  }

  depth(count) {
    const changed = { bids: [], asks: [] };
    for (let at = 0; at < count; at += 1) {
      const away = 1 + Math.floor(Math.random() * BUSY_LEVELS);
      const qty = 100 + Math.floor(Math.random() * 5_000);
      const [name, ticks] = at % 2 === 0 ? ["bids", MIDDLE - away] : ["asks", MIDDLE + away];
      this[name].set(ticks, qty);
      changed[name].push(level(ticks, qty));
    }
    const first_seq = this.seq + 1;
    this.seq += count;
    return this.message("depth", { first_seq, ...changed });
  }

  trades(count) {
    const { symbol } = this;
    const time = new Date().toISOString();
    const trades = Array.from({ length: count }, () => {
      this.trade += 1;
      const { price } = level(MIDDLE + (this.trade % 7) - 3, 1);
      const taker_side = this.trade % 2 === 0 ? "buy" : "sell";
      const qty = String(100 + (this.trade % 900));
      return {
        symbol,
        trade_id: String(this.trade),
        seq: this.trade,
        time,
        price,
        qty,
        taker_side,
      };
    });
    const first_seq = this.tape + 1;
    this.tape += count;
    const channel = `trades:${symbol}`;
    return JSON.stringify({ type: "trades", channel, first_seq, last_seq: this.tape, trades });
  }
}

/** What a browser asks of this server goes on to the venue, as if it were asked there. */
function passOn(venue, request, response) {
  const { hostname, port, origin, host } = new URL(venue);
  const { method, url: path } = request;
  const headers = { ...request.headers, host };
  if (headers.origin !== undefined) headers.origin = origin;
  const onward = forward({ hostname, port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}

/** Between one page and the venue: everything passes but what the flood replaces. */
function join(page, venue, source) {
  const waiting = [];
  page.on("message", (text) => {
    if (JSON.parse(text).op === "resync") throw new Error("the page found its copy wrong");
    if (venue.readyState === WebSocket.OPEN) venue.send(`${text}`);
    else waiting.push(`${text}`);
  });
  venue.on("open", () => waiting.forEach((text) => venue.send(text)));
  let isOn = false;
  let hasTape = false;
  venue.on("message", (data) => {
    const text = `${data}`;
    const { channel, type, last_seq } = JSON.parse(text);
    if (channel === `depth:${source.symbol}`) {
      if (type !== "depth_snapshot") return;
      isOn = true;
      page.send(source.snapshot());
    } else if (channel === `trades:${source.symbol}`) {
      if (type !== "trades_snapshot") return;
      hasTape = true;
      source.tape = last_seq;
      page.send(text);
    } else {
      page.send(text);
    }
  });
  const started = performance.now();
  let before = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - started) * source.rate) / 1_000) - before;
    if (!isOn || !hasTape || due <= 0) return;
    before += due;
    const levels = Math.ceil((due * LEVELS_PERCENT) / 100);
    page.send(source.depth(levels));
    if (due > levels) page.send(source.trades(due - levels));
    source.sent += due;
  }, EVERY_MS);
  page.on("close", () => {
    clearInterval(timer);
    venue.close();
  });
  for (const end of [page, venue]) end.on("error", () => page.close());
}

/** Serves what the venue at `venue` serves, but what the flood replaces. Gives the address. */
async function serve(venue, source) {
  const server = createServer((request, response) => passOn(venue, request, response));
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (page, { url, headers }) => {
    const { origin, host } = new URL(venue);
    const options = { origin, headers: { cookie: headers.cookie ?? "" } };
    join(page, new WebSocket(`ws://${host}${url}`, options), source);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${server.address().port}`;
}

/**
 * Has a guest at the trade screen of the venue at `venue`, under 4,000 updates a second. Gives an
 * object whose `sent` counts them.
 */
export async function flood(page, venue) {
  const source = new Flood(SYMBOL, UPDATES_A_SECOND);
  const url = await serve(venue, source);
  await beGuest(page, url);
  await page.goto(`${url}/t/${SYMBOL}`);
  await isReady(page);
  return source;
}
