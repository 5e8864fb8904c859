// A venue of one test: the real binary, on a folder and a port of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BINARY =
  process.env.RIALTO_BIN ?? fileURLToPath(new URL("../../target/debug/rialto", import.meta.url));
/** Where `cargo xtask test` looks for secrets in what servers logged. */
const { RIALTO_TEST_LOGS: logs } = process.env;
const DEADLINE_MS = 20_000;
const LOOK_MS = 50;

const venues = new Set();
process.on("exit", () => venues.forEach((venue) => venue.signal("SIGKILL")));

/** Asks until the answer is not `undefined`, `null` or `false`, and gives that. */
export async function until(what, ask, waitMax = DEADLINE_MS) {
  const deadline = Date.now() + waitMax;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    assert.ok(Date.now() < deadline, `not within ${waitMax} ms: ${what}`);
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

export class Venue {
  #child;
  #requests = 0;
  #visitors = [];

  /** Starts one with so many commands a second of the demo market; it ends with the test. */
  static async start(test, rate = 0, terms = []) {
    const venue = new Venue(rate, terms);
    test.after(() => venue.#end());
    await venue.run("127.0.0.1:0");
    return venue;
  }

  /** Starts one where somebody offers 500 ACME at 120.00. */
  static async offering(test) {
    const venue = await Venue.start(test);
    const maker = await venue.maker("USD", "ACME");
    await maker.place("sell", "500", "120.00");
    return { venue, maker };
  }

  /** Starts one that ends with the process. */
  static async startAlone(rate) {
    const venue = new Venue(rate);
    process.on("exit", () => rmSync(venue.data, { recursive: true, force: true }));
    await venue.run("127.0.0.1:0");
    return venue;
  }

  constructor(rate, terms = []) {
    Object.assign(this, { rate, terms });
    this.data = mkdtempSync(join(tmpdir(), "rialto-e2e-"));
  }

  get url() {
    return `http://${this.address}`;
  }

  get key() {
    return readFileSync(join(this.data, "admin.key"), "utf8").trim();
  }

  /** Starts the process, at first and after a kill, and waits until it answers. */
  async run(listen = this.address) {
    const args = ["run", "--demo", "--demo-rate", `${this.rate}`, "--data", this.data];
    args.push("--listen", listen, "--segment-mib", "1", "--address-rate", "100000", ...this.terms);
    const log = openSync(join(logs ?? this.data, `e2e-${process.pid}-${Date.now()}.log`), "a");
    this.#child = spawn(BINARY, [...args, "--log-filter", "debug"], {
      stdio: ["ignore", "pipe", log],
    });
    closeSync(log);
    venues.add(this);
    const line = await new Promise((done, fail) => {
      this.#child.once("error", fail);
      this.#child.once("exit", (code) => fail(new Error(`${BINARY} ended: ${code}`)));
      createInterface(this.#child.stdout).once("line", done);
    });
    this.address = /^listening on http:\/\/(\S+)$/.exec(line)?.[1];
    assert.ok(this.address, `no address but: ${line}`);
  }

  signal(name) {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) this.#child.kill(name);
  }

  /** As a power cut would, as far as a program can tell. */
  async kill() {
    const gone = new Promise((done) => this.#child.once("exit", done));
    this.signal("SIGKILL");
    await gone;
  }

  /** Has somebody leave before the venue ends, which they would notice. */
  onEnd(leave) {
    this.#visitors.push(leave);
  }

  async #end() {
    try {
      for (const leave of this.#visitors) await leave();
    } finally {
      await this.#remove();
    }
  }

  async #remove() {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) await this.kill();
    venues.delete(this);
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Asks as the operator, and insists on a good answer. */
  async call(method, path, body) {
    const answer = await fetch(`${this.url}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  /** Somebody with money and shares to trade with, who is not looked at. */
  async maker(currency, symbol) {
    const name = () => `maker-${(this.#requests += 1)}`;
    const { account } = await this.call("POST", "/accounts", {
      client_request_id: name(),
      currency,
    });
    const path = `/accounts/${account.account_id}`;
    await this.call("POST", `${path}/deposits`, {
      client_request_id: name(),
      amount: "5000000.00",
    });
    await this.call("POST", `${path}/issues`, {
      client_request_id: name(),
      instrument: symbol,
      qty: "10000",
    });
    const place = async (side, qty, price) => {
      const { order_id } = await this.call("POST", `${path}/orders`, {
        client_order_id: name(),
        symbol,
        side,
        type: "limit",
        qty,
        price,
        time_in_force: "gtc",
      });
      return order_id;
    };
    return { path, place };
  }

  async depth(symbol) {
    const { depth } = await this.call("GET", `/instruments/${symbol}/depth?levels=10`);
    const rows = (side, levels) => levels.map(({ price, qty }) => `${side} ${price} ${qty}`);
    return [...rows("Ask", depth.asks), ...rows("Bid", depth.bids)];
  }
}
