// The two ways to the live data, behind one shape. Only this file knows of WebSocket and SSE.

export type LinkKind = "socket" | "stream";

export interface LinkEvents {
  opened(): void;
  received(text: string): void;
  /** Called once, also when the link never opened. */
  closed(): void;
}

export interface Link {
  readonly kind: LinkKind;
  /** False where nothing can be sent: over server-sent events, or before it opened. */
  send(text: string): boolean;
  close(): void;
}

export interface Links {
  socket(events: LinkEvents): Link;
  stream(channels: readonly string[], events: LinkEvents): Link;
}

export const browserLinks: Links = {
  socket(events) {
    const address = new URL("/v1/ws", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    socket.addEventListener("open", () => events.opened());
    socket.addEventListener("message", (message) => {
      if (typeof message.data === "string") events.received(message.data);
    });
    socket.addEventListener("close", () => events.closed());
    return {
      kind: "socket",
      send(text) {
        if (socket.readyState !== WebSocket.OPEN) return false;
        socket.send(text);
        return true;
      },
      close: () => socket.close(),
    };
  },

  stream(channels, events) {
    const address = new URL("/v1/stream", location.href);
    address.searchParams.set("channels", channels.join(","));
    const source = new EventSource(address);
    const received = (event: Event) => {
      if (event instanceof MessageEvent) events.received(String(event.data));
    };
    for (const type of STREAM_EVENTS) source.addEventListener(type, received);
    source.addEventListener("open", () => events.opened());
    // The browser would connect again by itself; the feed decides that, as for a socket.
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED && isClosed) return;
      isClosed = true;
      source.close();
      events.closed();
    });
    let isClosed = false;
    return {
      kind: "stream",
      send: () => false,
      close() {
        isClosed = true;
        source.close();
      },
    };
  },
};

/** The names of events that a stream sends: each is the `type` of its message. */
const STREAM_EVENTS = [
  "depth_snapshot",
  "depth",
  "orders_snapshot",
  "orders",
  "trades_snapshot",
  "trades",
  "quote_snapshot",
  "quote",
  "candles_snapshot",
  "candles",
  "account_snapshot",
  "open_orders",
  "account",
  "status_snapshot",
  "status",
  "cut",
  "heartbeat",
  "reset",
  "lagged",
  "end",
];
