// What the stream says (api/events.md). Its messages are not in the OpenAPI document; what they
// carry is, and those types are taken from there.

import type {
  AccountBody,
  CandleOut,
  CauseOut,
  InstrumentBody,
  LevelOut,
  OrderBody,
  OwnEventOut,
  QueueOut,
  QuoteOut,
  TradeOut,
} from "../../api/schema";

interface OfChannel {
  readonly channel: string;
  readonly last_seq: number;
}

interface Frame extends OfChannel {
  readonly first_seq: number;
}

interface Levels<Level> {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

type Book = Levels<LevelOut> & { readonly symbol: string; readonly checksum: number };
type Queues = Levels<QueueOut> & { readonly symbol: string };

/** What happened to an instrument or to the venue; the members depend on `event`. */
export interface StatusEvent {
  readonly seq: number;
  readonly time: string;
  readonly cause: CauseOut;
  readonly event: string;
  readonly symbol?: string;
  readonly [member: string]: unknown;
}

export type SnapshotMessage =
  | ({ readonly type: "depth_snapshot" } & OfChannel & Book)
  | ({ readonly type: "orders_snapshot" } & OfChannel & Queues)
  | ({ readonly type: "trades_snapshot"; readonly trades: readonly TradeOut[] } & OfChannel)
  | ({ readonly type: "quote_snapshot"; readonly quotes: readonly QuoteOut[] } & OfChannel)
  | ({ readonly type: "candles_snapshot"; readonly candles: readonly CandleOut[] } & OfChannel)
  | ({ readonly type: "account_snapshot"; readonly account: AccountBody } & OfChannel)
  | ({
      readonly type: "open_orders";
      readonly orders: readonly OrderBody[];
      readonly remaining: number;
    } & OfChannel)
  | ({
      readonly type: "status_snapshot";
      readonly business_date: string;
      readonly instruments: readonly InstrumentBody[];
      readonly remaining: number;
    } & OfChannel);

export type FrameMessage =
  | ({ readonly type: "depth" } & Frame & Book)
  | ({ readonly type: "orders" } & Frame & Queues)
  | ({ readonly type: "trades"; readonly trades: readonly TradeOut[] } & Frame)
  | ({ readonly type: "quote"; readonly quotes: readonly QuoteOut[] } & Frame)
  | ({ readonly type: "candles"; readonly candles: readonly CandleOut[] } & Frame)
  | ({ readonly type: "account"; readonly events: readonly OwnEventOut[] } & Frame)
  | ({ readonly type: "status"; readonly events: readonly StatusEvent[] } & Frame);

export type ChannelMessage = SnapshotMessage | FrameMessage;

export interface Answer {
  readonly type: "answer";
  readonly id?: string;
  readonly status: number;
  readonly body: unknown;
  readonly replayed?: boolean;
  readonly retry_after?: number;
}

export type ControlMessage =
  | { readonly type: "cut" | "heartbeat"; readonly last_seq: number }
  | { readonly type: "reset"; readonly newest: number }
  | { readonly type: "lagged"; readonly channels: readonly string[] }
  | { readonly type: "end"; readonly reason: string }
  | Answer;

export type Message = ChannelMessage | ControlMessage;

const CONTROLS = new Set(["cut", "heartbeat", "reset", "lagged", "end", "answer"]);

/** Reads one message; `null` for what is none. New types come with time and are skipped later. */
export function decode(text: string): Message | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { type, channel } = value as { type?: unknown; channel?: unknown };
  if (typeof type !== "string") return null;
  return CONTROLS.has(type) || typeof channel === "string" ? (value as Message) : null;
}

export function isControl(message: Message): message is ControlMessage {
  return CONTROLS.has(message.type);
}

export function isFrame(message: ChannelMessage): message is FrameMessage {
  return "first_seq" in message;
}
