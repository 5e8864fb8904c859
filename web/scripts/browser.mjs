// The browser that pictures, tests and benchmarks look at the page with.
import { chromium } from "playwright-core";

export const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });

/**
 * A page of a browser of its own, which `view` describes. What must not happen there is noted:
 * errors, breaches of the policy, which the console tells too, and requests to another origin.
 */
export async function open(browser, url, view, note) {
  const { size, theme, locale = "en", palette = "green-red", cookies = [] } = view;
  const context = await browser.newContext({
    viewport: SIZES[size],
    hasTouch: size === "phone",
    reducedMotion: "reduce",
    storageState: { cookies, origins: [] },
  });
  await context.addInitScript(
    ({ settings, isIn }) => {
      // A page that is empty still keeps nothing.
      if (location.protocol !== "http:") return;
      localStorage.setItem("rialto.settings", JSON.stringify(settings));
      if (isIn) localStorage.setItem("rialto.login", JSON.stringify({ isIn }));
    },
    { settings: { theme, locale, palette, starred: ["PETR4"] }, isIn: cookies.length > 0 },
  );
  context.on("page", (page) => watch(page, url, note));
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

function watch(page, url, note) {
  const { host } = new URL(url);
  page.on("console", (message) => {
    if (message.type() === "error") note(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`error: ${error}`));
  const check = (to) => {
    const isOwn = to.startsWith("blob:") || new URL(to).host === host;
    if (!isOwn) note(`foreign request: ${to}`);
  };
  page.on("request", (request) => check(request.url()));
  page.on("websocket", (socket) => check(socket.url()));
}

/** Becomes a guest by the landing page's button and waits for the trade screen. */
export async function beGuest(page, url) {
  await page.goto(url);
  await page.click(".landing .button.primary");
  await isReady(page);
}

export const READY = ['.plot[data-ready="true"]', '.book-panel[data-ready="true"]', ".ticket"];

export const isReady = (page) =>
  Promise.all(READY.map((selector) => page.waitForSelector(selector)));

/**
 * What Chromium tells of a page: its metrics, and the bytes of its heap once all waste is gone,
 * those of compiled code apart: the browser goes on compiling for minutes.
 */
export async function measure(page) {
  const tools = await page.context().newCDPSession(page);
  await tools.send("Performance.enable");
  const metric = async (name) => {
    const { metrics } = await tools.send("Performance.getMetrics");
    return metrics.find((each) => each.name === name).value;
  };
  const heap = async () => {
    const parts = [];
    const take = ({ chunk }) => parts.push(chunk);
    tools.on("HeapProfiler.addHeapSnapshotChunk", take);
    // A snapshot collects first.
    await tools.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
    tools.off("HeapProfiler.addHeapSnapshotChunk", take);
    return weigh(JSON.parse(parts.join("")));
  };
  return { metric, heap };
}

/** Sums up the bytes of a heap snapshot, which is a table in one list. */
function weigh({ snapshot, nodes }) {
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size] = [fields.indexOf("type"), fields.indexOf("self_size")];
  const isCode = (row) => types[type][nodes[row + type]] === "code";
  const weight = { data: 0, code: 0 };
  for (let row = 0; row < nodes.length; row += fields.length) {
    weight[isCode(row) ? "code" : "data"] += nodes[row + size];
  }
  return weight;
}
