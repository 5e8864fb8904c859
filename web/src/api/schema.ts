// Generated from api/openapi.json by `npm run api`. Do not edit.

export type AcceptedOut = TermsOut & ({ readonly client_order_id?: RequestName | null;
  readonly order_id: Id; readonly place: PlaceOut });
export type AccountBody = AccountOut & ({ readonly account_seq: number; readonly cancel_at?: Time |
  null; readonly open_orders: number; readonly opened_at: Time;
  readonly positions: ReadonlyArray<PositionOut> });
export type AccountLimits = { readonly cancel_after_seconds_max: number;
  readonly closed_orders_kept: number; readonly open_orders_max: number;
  readonly order_events_kept: number; readonly payments_kept: number;
  readonly payments_pending_max: number; readonly requests_remembered: number };
export type AccountOut = { readonly account_id: Id; readonly cash: BalanceOut;
  readonly currency: Currency; readonly owner: Id; readonly self_trade: SelfTradeName;
  readonly status: AccountStatus };
export type AccountPage = Seqs & ({ readonly accounts: ReadonlyArray<AccountBody>;
  readonly next_cursor?: string | null });
export type AccountStatus = "active" | "suspended" | "closed";
export type AheadOut = { readonly orders_ahead: number; readonly qty_ahead: Decimal };
export type AllInstruments = Seqs & { readonly instruments: ReadonlyArray<InstrumentBody> };
export type AllQuotes = Seqs & { readonly quotes: ReadonlyArray<QuoteOut>; readonly time: Time };
export type BalanceOut = { readonly free: Decimal; readonly held: Decimal; readonly total: Decimal
  };
export type BandBody = { readonly high: Decimal; readonly low: Decimal };
export type BandOut = { readonly high: Decimal; readonly low: Decimal };
export type BusinessDate = Seqs & { readonly business_date: Date };
export type CancelReasonName = "requested" | "mass_cancel" | "replaced_to_nothing" | "not_immediate"
  | "self_trade" | "expired" | "no_room" | "kill_switch";
export type CanceledOut = { readonly canceled_qty: Decimal; readonly client_request_id?: RequestName
  | null; readonly cum_qty: Decimal; readonly order_id: Id; readonly reason: CancelReasonName;
  readonly symbol: Symbol };
export type CandleOut = { readonly close: Decimal; readonly closed: boolean; readonly high: Decimal;
  readonly low: Decimal; readonly open: Decimal; readonly time: Time; readonly trades: number;
  readonly value: Decimal; readonly volume: Decimal };
export type CandlesAnswer = Seqs & ({ readonly candles: ReadonlyArray<CandleOut>;
  readonly interval: string; readonly next_from?: Time | null; readonly symbol: Symbol;
  readonly time: Time });
export type CashAmount = { readonly amount: Decimal; readonly client_request_id?: RequestName | null
  };
export type CashBody = { readonly free: Decimal; readonly held: Decimal; readonly settled: Decimal
  };
export type CashOut = { readonly free: Decimal; readonly held: Decimal };
export type CauseOut = { readonly entered: ShardKind; readonly seq: u64; readonly shard: number };
export type ChangeOut = { readonly price?: Decimal | null; readonly qty?: Decimal | null;
  readonly stop_price?: Decimal | null };
export type ChangePassword = { readonly new_password: string; readonly old_password: string };
export type ConnectionBody = { readonly kind: ConnectionKind; readonly opened_at: string;
  readonly queued_bytes: number; readonly queued_bytes_peak: number; readonly user_id?: Id | null };
export type ConnectionKind = "stream" | "socket";
export type Connections = Seqs & { readonly connections: ReadonlyArray<ConnectionBody>;
  readonly queued_bytes_max: number };
export type CreateKey = { readonly label: string; readonly scopes: ReadonlyArray<string> };
export type Currency = string;
export type Date = string;
export type Day = { readonly account_id: Id; readonly business_date: Date;
  readonly closing_cash: Decimal; readonly closing_equity: Decimal; readonly currency: Currency;
  readonly holdings: ReadonlyArray<HoldingBody>; readonly is_over: boolean;
  readonly net_flows: Decimal; readonly opening_cash: Decimal; readonly opening_equity: Decimal;
  readonly payments: ReadonlyArray<PaidBody>; readonly profit: Decimal; readonly return: Decimal;
  readonly settled: ReadonlyArray<SettledBody> };
export type DayAnswer = Seqs & ({ readonly day?: Day | null;
  readonly lines: ReadonlyArray<EntryBody>; readonly next_cursor?: string | null });
export type Decimal = string;
export type DepthAnswer = Seqs & { readonly depth: DepthOut };
export type DepthOut = { readonly asks: ReadonlyArray<LevelOut>;
  readonly bids: ReadonlyArray<LevelOut>; readonly seq: u64; readonly symbol: Symbol };
export type Ended = Seqs;
export type EntryBody = { readonly amount: Decimal; readonly balance?: Decimal | null;
  readonly event_seq: u64; readonly line: number; readonly order_id?: Id | null;
  readonly owner: string; readonly reason: string; readonly reference: Id; readonly symbol?: Symbol
  | null; readonly time: Time; readonly trade_date: string; readonly value_date: string };
export type EntryPage = Seqs & ({ readonly entries: ReadonlyArray<EntryBody>;
  readonly next_cursor?: string | null });
export type EquityPoint = { readonly equity: Decimal; readonly profit: Decimal;
  readonly return: Decimal; readonly time: Time };
export type EquitySeries = Seqs & ({ readonly equity: ReadonlyArray<EquityPoint>;
  readonly next_from?: Time | null });
export type FactOut = { readonly currency: Currency; readonly event: "opened"; readonly owner: Id;
  readonly self_trade: SelfTradeName } | { readonly event: "status_changed";
  readonly suspended: boolean } | { readonly event: "closed" } | PaymentOut & {
  readonly event: "deposited" } | PaymentOut & { readonly event: "withdrawn" } | PaymentOut & {
  readonly kind: PaymentKindName } & { readonly event: "payment_requested" } | PaymentOut & ({
  readonly kind: PaymentKindName; readonly reason?: RequestName | null }) & {
  readonly event: "payment_failed" } | PaymentOut & { readonly to: Id } & {
  readonly event: "transfer_sent" } | PaymentOut & { readonly from: Id } & {
  readonly event: "transfer_received" } | PaymentOut & { readonly reject: RejectOut; readonly to: Id
  } & { readonly event: "transfer_returned" } | { readonly event: "issued";
  readonly position: PositionOut; readonly qty: Decimal } | RefusedOut & { readonly event: "refused"
  } | AcceptedOut & { readonly event: "accepted" } | FilledOut & { readonly event: "filled" } |
  CanceledOut & { readonly event: "canceled" } | { readonly decremented_qty: Decimal;
  readonly event: "decremented"; readonly leaves_qty: Decimal; readonly order_id: Id;
  readonly symbol: Symbol } | ReplacedOut & { readonly event: "replaced" } | {
  readonly event: "triggered"; readonly order_id: Id; readonly symbol: Symbol } | {
  readonly engaged: boolean; readonly event: "kill_switch_set" } | { readonly at?: string | null;
  readonly event: "cancel_after_set" } | { readonly client_request_id?: RequestName | null;
  readonly event: "mass_canceled"; readonly orders: number };
export type FailPayment = { readonly client_request_id?: RequestName | null;
  readonly reason?: RequestName | null };
export type FeesBody = { readonly maker_ppm: number; readonly taker_ppm: number };
export type FillBody = { readonly cash: Decimal; readonly cum_qty: Decimal; readonly event_seq: u64;
  readonly fee: Decimal; readonly leaves_qty: Decimal; readonly order_id: Id;
  readonly price: Decimal; readonly qty: Decimal; readonly role: RoleName; readonly side: SideName;
  readonly symbol: Symbol; readonly time: Time; readonly trade_id: Id };
export type FillPage = Seqs & ({ readonly fills: ReadonlyArray<FillBody>;
  readonly next_cursor?: string | null });
export type FilledOut = { readonly amount: Decimal; readonly cum_qty: Decimal;
  readonly cum_value: Decimal; readonly fee: Decimal; readonly last_price: Decimal;
  readonly last_qty: Decimal; readonly leaves_qty: Decimal; readonly order_id: Id;
  readonly position: BalanceOut; readonly role: RoleName; readonly side: SideName;
  readonly symbol: Symbol; readonly trade_id: Id };
export type Guest = { readonly as_cookie?: boolean; readonly currency?: string | null };
export type Health = { readonly status: string };
export type HoldingBody = { readonly closing: Decimal; readonly issued: Decimal;
  readonly opening: Decimal; readonly symbol: Symbol };
export type Id = string;
export type InstrumentBody = InstrumentOut & ({ readonly last_trade?: TradeOut | null });
export type InstrumentOut = { readonly band: BandOut; readonly currency: Currency;
  readonly fees: FeesBody; readonly instrument_id: Id; readonly isin?: Isin | null;
  readonly lot_size: Decimal; readonly order_qty_max: Decimal; readonly phase: PhaseName;
  readonly policy: PolicyName; readonly price_decimals: number; readonly price_limit: Decimal;
  readonly qty_decimals: number; readonly symbol: Symbol; readonly tick_size: Decimal };
export type InstrumentStatistics = Seqs & ({ readonly traded?: TradedBody | null });
export type Isin = string;
export type IssueShares = { readonly client_request_id?: RequestName | null;
  readonly instrument: Symbol; readonly qty: Decimal };
export type KeyBody = { readonly created_at: string; readonly key_id: string;
  readonly label: string; readonly scopes: ReadonlyArray<string>; readonly used_at?: string | null
  };
export type Keys = Seqs & { readonly keys: ReadonlyArray<KeyBody> };
export type KillSwitches = Seqs & { readonly accounts: ReadonlyArray<Id>; readonly all: boolean;
  readonly instruments: ReadonlyArray<Symbol> };
export type LeaderBody = { readonly account_id?: Id | null; readonly display_name?: string | null;
  readonly is_guest: boolean; readonly profit?: Decimal | null; readonly rank: number;
  readonly return: Decimal };
export type LeaderboardAnswer = Seqs & ({ readonly currency: Currency; readonly from?: Time | null;
  readonly leaders: ReadonlyArray<LeaderBody>; readonly participants: number; readonly to?: Time |
  null; readonly yours: ReadonlyArray<LeaderBody> });
export type LevelOut = { readonly orders: number; readonly price: Decimal; readonly qty: Decimal };
export type LimitsAnswer = Seqs & { readonly limits: LimitsOut };
export type LimitsOut = { readonly accounts: AccountLimits; readonly pages: PageLimits;
  readonly people: PeopleLimits; readonly rates: RatesOut; readonly requests: RequestLimits;
  readonly sockets: SocketLimits; readonly streams: StreamLimits; readonly venue: VenueLimits };
export type ListInstrument = { readonly band: BandBody; readonly client_request_id?: RequestName |
  null; readonly currency: Currency; readonly fees?: FeesBody | null; readonly isin?: Isin | null;
  readonly lot_size: Decimal; readonly order_qty_max: Decimal; readonly policy?: PolicyName | null;
  readonly price_decimals: number; readonly price_limit: Decimal; readonly qty_decimals: number;
  readonly symbol: Symbol; readonly tick_size: Decimal };
export type LogIn = { readonly as_cookie?: boolean; readonly name: string; readonly password: string
  };
export type LoggedIn = Seqs & ({ readonly account_id?: string | null; readonly expires_at: string;
  readonly token?: string | null; readonly user_id: string });
export type LoginBody = { readonly created_at: string; readonly expires_at: string;
  readonly is_current: boolean; readonly login_id: string; readonly seen_at: string };
export type Logins = Seqs & { readonly logins: ReadonlyArray<LoginBody> };
export type MassCancelAnswer = Seqs & { readonly open_orders: number };
export type Me = Seqs & { readonly display_name: string; readonly is_guest: boolean;
  readonly name: string; readonly scopes: ReadonlyArray<string>; readonly user_id: string };
export type OneAccount = Seqs & { readonly account: AccountBody };
export type OneInstrument = Seqs & { readonly instrument: InstrumentBody };
export type OneKey = Seqs & KeyBody & { readonly secret: string };
export type OneOrder = Seqs & { readonly order: OrderBody };
export type OnePayment = Seqs & { readonly payment: PaymentBody };
export type OneQuote = Seqs & { readonly quote: QuoteOut; readonly time: Time };
export type OneUser = Seqs & { readonly user: UserBody };
export type OpenAccount = { readonly client_request_id?: RequestName | null;
  readonly currency: Currency; readonly owner?: Id | null; readonly self_trade?: SelfTradeName |
  null };
export type OrderAnswer = Seqs & ({ readonly client_order_id?: RequestName | null;
  readonly order?: OrderBody | null; readonly order_id: Id });
export type OrderBody = OrderOut & ({ readonly cancel_reason?: CancelReasonName | null;
  readonly canceled_qty: Decimal; readonly event_seq: u64;
  readonly original_client_order_id?: RequestName | null });
export type OrderOut = TermsOut & ({ readonly account_id: Id; readonly client_order_id?: RequestName
  | null; readonly created_at: Time; readonly cum_qty: Decimal; readonly cum_value: Decimal;
  readonly fee: Decimal; readonly leaves_qty: Decimal; readonly order_id: Id;
  readonly reject?: RejectOut | null; readonly status: OrderStatus; readonly updated_at: Time });
export type OrderPage = Seqs & ({ readonly next_cursor?: string | null;
  readonly orders: ReadonlyArray<OrderBody> });
export type OrderStatus = "pending" | "waiting" | "open" | "filled" | "canceled" | "expired" |
  "rejected";
export type OrderTypeName = "limit" | "market" | "stop" | "stop_limit";
export type OwnEventOut = FactOut & { readonly account_id: Id; readonly account_seq: number;
  readonly cash: CashOut; readonly cause: CauseOut; readonly seq: u64; readonly time: Time };
export type PageLimits = { readonly accounts: PageSize; readonly candles: PageSize;
  readonly depth_levels: PageSize; readonly orders: PageSize; readonly payments: PageSize;
  readonly queue_levels: PageSize; readonly trades: PageSize; readonly users: PageSize };
export type PageSize = { readonly default: number; readonly max: number };
export type PaidAccount = Seqs & ({ readonly account: AccountBody; readonly payment?: PaymentBody |
  null });
export type PaidBody = { readonly amount: Decimal; readonly currency: Currency;
  readonly kind: string; readonly payments: number };
export type PastCandles = Seqs & ({ readonly candles: ReadonlyArray<CandleOut>;
  readonly interval: string; readonly next_from?: Time | null; readonly symbol: Symbol });
export type PastOrderAnswer = Seqs & ({ readonly entries: ReadonlyArray<EntryBody>;
  readonly events: ReadonlyArray<OwnEventOut>; readonly next_cursor?: string | null;
  readonly order: OrderBody });
export type PastOrderPage = Seqs & ({ readonly next_cursor?: string | null;
  readonly orders: ReadonlyArray<OrderBody> });
export type PastTradePage = Seqs & ({ readonly next_cursor?: string | null;
  readonly trades: ReadonlyArray<TradeOut> });
export type PaymentBody = { readonly amount: Decimal; readonly cash: CashOut;
  readonly client_request_id?: RequestName | null; readonly counterparty?: Id | null;
  readonly kind: PaymentKind; readonly payment_id: Id; readonly reason?: RequestName | null;
  readonly status: PaymentStatus; readonly time: Time; readonly updated_at: Time };
export type PaymentKind = "deposit" | "withdrawal" | "transfer_sent" | "transfer_received" |
  "transfer_returned";
export type PaymentKindName = "deposit" | "withdrawal";
export type PaymentOut = { readonly amount: Decimal; readonly client_request_id?: RequestName |
  null; readonly payment_id: Id; readonly status: PaymentStatus };
export type PaymentPage = Seqs & ({ readonly next_cursor?: string | null;
  readonly payments: ReadonlyArray<PaymentBody> });
export type PaymentStatus = "pending" | "booked" | "failed";
export type PendingPage = Seqs & ({ readonly next_cursor?: string | null;
  readonly payments: ReadonlyArray<PendingPayment> });
export type PendingPayment = PaymentBody & { readonly account_id: Id; readonly currency: Currency;
  readonly owner: Id };
export type PeopleLimits = { readonly accounts_max: number; readonly guest_idle_seconds: number;
  readonly guests_max: number; readonly hashes_max: number; readonly keys_max: number;
  readonly login_seconds: number; readonly logins_max: number };
export type Performance = { readonly closing_equity: Decimal; readonly currency: Currency;
  readonly from?: Time | null; readonly net_flows: Decimal; readonly opening_equity: Decimal;
  readonly profit: Decimal; readonly return: Decimal; readonly to?: Time | null };
export type PerformanceAnswer = Seqs & { readonly performance: Performance };
export type PhaseName = "pre_open" | "continuous" | "cancel_only" | "halted" | "closed";
export type PlaceOrder = { readonly client_order_id?: RequestName | null; readonly collar?: Decimal
  | null; readonly display_qty?: Decimal | null; readonly expire_at?: Time | null;
  readonly post_only?: boolean | null; readonly price?: Decimal | null; readonly qty: Decimal;
  readonly side: SideName; readonly stop_price?: Decimal | null; readonly symbol: Symbol;
  readonly time_in_force?: TimeInForceName | null; readonly type: OrderTypeName };
export type PlaceOut = { readonly ahead_qty: Decimal; readonly best_ask?: Decimal | null;
  readonly best_bid?: Decimal | null };
export type PolicyName = "price_time" | "pro_rata";
export type PositionBody = { readonly average_cost?: Decimal | null; readonly cost: Decimal;
  readonly fees: Decimal; readonly free: Decimal; readonly held: Decimal; readonly mark?: Decimal |
  null; readonly market_value?: Decimal | null; readonly qty: Decimal;
  readonly realised_profit: Decimal; readonly symbol: Symbol; readonly unrealised_profit?: Decimal |
  null };
export type PositionOut = BalanceOut & { readonly symbol: Symbol };
export type PositionsAnswer = Seqs & { readonly positions: ReadonlyArray<PositionBody> };
export type PreviewAnswer = Seqs & ({ readonly preview?: PreviewOut | null;
  readonly refusal?: Problem | null });
export type PreviewOut = { readonly amount: Decimal; readonly average_price?: Decimal | null;
  readonly canceled_qty: Decimal; readonly cash_after: CashOut; readonly fee: Decimal;
  readonly filled_qty: Decimal; readonly filled_value: Decimal; readonly resting_qty: Decimal;
  readonly waiting_qty: Decimal; readonly worst_price?: Decimal | null };
export type Problem = { readonly applied?: boolean | null; readonly code: string;
  readonly detail: string; readonly expected?: string | null; readonly field?: string | null;
  readonly seq?: u64 | null; readonly status: number; readonly title: string; readonly type: string;
  readonly value?: unknown };
export type QueueAnswer = Seqs & ({ readonly order_id: Id; readonly queue?: AheadOut | null;
  readonly status: OrderStatus });
export type QueueOut = { readonly orders: number; readonly price: Decimal; readonly qty: Decimal;
  readonly queue: ReadonlyArray<QueuedOut> };
export type QueuedOut = { readonly order_id: Id; readonly qty: Decimal };
export type QueuesAnswer = Seqs & { readonly depth: QueuesOut };
export type QueuesOut = { readonly asks: ReadonlyArray<QueueOut>;
  readonly bids: ReadonlyArray<QueueOut>; readonly seq: u64; readonly symbol: Symbol };
export type QuoteOut = { readonly ask?: Decimal | null; readonly ask_qty?: Decimal | null;
  readonly bid?: Decimal | null; readonly bid_qty?: Decimal | null; readonly change?: Decimal |
  null; readonly day: StatisticsOut; readonly last?: Decimal | null; readonly last_qty?: Decimal |
  null; readonly last_time?: Time | null; readonly phase: PhaseName;
  readonly previous_close?: Decimal | null; readonly symbol: Symbol };
export type RateOut = { readonly burst_max: number; readonly requests_max: number;
  readonly window_seconds: number };
export type RatesOut = { readonly account: RateOut; readonly address: RateOut; readonly key: RateOut
  };
export type Ready = Seqs & { readonly status: string };
export type RefusedBody = { readonly code: string; readonly refusals: number };
export type RefusedOut = { readonly client_request_id?: RequestName | null; readonly order_id?: Id |
  null; readonly reject: RejectOut };
export type Register = { readonly currency?: string | null; readonly display_name?: string | null;
  readonly name: string; readonly password: string };
export type Registered = Seqs & { readonly account_id: string; readonly user_id: string };
export type RejectOut = { readonly code: string; readonly detail: string; readonly expected: string;
  readonly field?: string | null; readonly value?: string | null };
export type ReplaceOrder = { readonly client_order_id?: RequestName | null; readonly price?: Decimal
  | null; readonly qty?: Decimal | null; readonly stop_price?: Decimal | null };
export type ReplacedOut = { readonly change: ChangeOut; readonly client_order_id?: RequestName |
  null; readonly leaves_qty: Decimal; readonly order_id: Id; readonly place?: PlaceOut | null;
  readonly symbol: Symbol };
export type RequestLimits = { readonly answer_ms_max: number; readonly body_bytes_max: number;
  readonly body_ms_max: number; readonly commands_waiting_max: number;
  readonly connections_max: number; readonly header_bytes_max: number;
  readonly header_ms_max: number; readonly headers_max: number; readonly json_depth_max: number;
  readonly min_seq_wait_ms_max: number; readonly preview_trades_max: number;
  readonly previews_waiting_max: number; readonly read_pause_ms_max: number };
export type RequestName = string;
export type RequestOnly = { readonly client_request_id?: RequestName | null };
export type ResetPassword = { readonly new_password: string; readonly token: string };
export type ResetToken = Seqs & { readonly expires_at: string; readonly token: string;
  readonly user_id: Id };
export type RoleName = "maker" | "taker";
export type SelfTradeName = "allow" | "cancel_newest" | "cancel_oldest" | "cancel_both" |
  "decrement";
export type Seqs = { readonly event_seq: u64; readonly seq: u64 };
export type SetAccountStatus = { readonly client_request_id?: RequestName | null;
  readonly suspended: boolean };
export type SetBand = { readonly band: BandBody; readonly client_request_id?: RequestName | null };
export type SetBusinessDate = { readonly business_date: Date;
  readonly client_request_id?: RequestName | null };
export type SetCancelAfter = { readonly client_request_id?: RequestName | null;
  readonly seconds: number };
export type SetFees = { readonly client_request_id?: RequestName | null; readonly fees: FeesBody };
export type SetGrants = { readonly grants: ReadonlyArray<string> };
export type SetKillSwitch = { readonly client_request_id?: RequestName | null;
  readonly engaged: boolean };
export type SetPhase = { readonly client_request_id?: RequestName | null; readonly phase: PhaseName
  };
export type SettledBody = { readonly bought: Decimal; readonly fees: Decimal;
  readonly fills: number; readonly paid: Decimal; readonly received: Decimal;
  readonly sold: Decimal; readonly symbol: Symbol };
export type ShardKind = "clearing" | "matching";
export type SideName = "buy" | "sell";
export type SocketLimits = { readonly auth_ms_max: number; readonly message_bytes_max: number;
  readonly pong_ms_max: number; readonly requests_waiting_max: number;
  readonly snapshots_waiting_max: number };
export type StatementAnswer = Seqs & ({ readonly closing: Decimal;
  readonly lines: ReadonlyArray<EntryBody>; readonly next_cursor?: string | null;
  readonly opening: Decimal; readonly symbol?: Symbol | null });
export type Statistics = Seqs & { readonly payments: ReadonlyArray<PaidBody>;
  readonly refusals: ReadonlyArray<RefusedBody>; readonly traded: ReadonlyArray<TradedBody> };
export type StatisticsAnswer = Seqs & { readonly statistics: StatisticsPairOut; readonly time: Time
  };
export type StatisticsOut = { readonly close?: Decimal | null; readonly high?: Decimal | null;
  readonly low?: Decimal | null; readonly open?: Decimal | null; readonly trades: number;
  readonly value: Decimal; readonly volume: Decimal };
export type StatisticsPairOut = { readonly business_date: Date; readonly day: StatisticsOut;
  readonly rolling_24h: StatisticsOut; readonly rolling_from: Time; readonly symbol: Symbol };
export type StreamLimits = { readonly channels_max: number; readonly gather_ms_max: number;
  readonly heartbeat_ms: number; readonly kept_bytes_max: number; readonly kept_channel_ms: number;
  readonly kept_cuts_max: number; readonly send_ms_max: number; readonly streams_max: number;
  readonly waiting_bytes_max: number };
export type Summary = { readonly account_id: Id; readonly buying_power: Decimal;
  readonly cash: CashBody; readonly currency: Currency; readonly day_change: Decimal;
  readonly day_return: Decimal; readonly equity: Decimal; readonly fees: Decimal;
  readonly open_orders: number; readonly positions_value: Decimal; readonly profit: Decimal;
  readonly realised_profit: Decimal; readonly return: Decimal;
  readonly unmarked: ReadonlyArray<Symbol>; readonly unrealised_profit: Decimal };
export type SummaryAnswer = Seqs & { readonly summary: Summary };
export type Symbol = string;
export type TermsOut = { readonly collar?: Decimal | null; readonly display_qty?: Decimal | null;
  readonly expire_at?: Time | null; readonly post_only: boolean; readonly price?: Decimal | null;
  readonly qty: Decimal; readonly side: SideName; readonly stop_price?: Decimal | null;
  readonly symbol: Symbol; readonly time_in_force: TimeInForceName; readonly type: OrderTypeName };
export type Time = string;
export type TimeAnswer = Seqs & { readonly business_date: Date; readonly time: Time;
  readonly wall_time: Time };
export type TimeInForceName = "day" | "gtc" | "gtd" | "ioc" | "fok";
export type TimelineAnswer = Seqs & { readonly events: ReadonlyArray<TimelineEvent>;
  readonly order_id: Id; readonly truncated: boolean };
export type TimelineEvent = FactOut & { readonly seq: u64; readonly time: Time };
export type TradeOut = { readonly price: Decimal; readonly qty: Decimal; readonly seq: u64;
  readonly symbol: Symbol; readonly taker_side: SideName; readonly time: Time; readonly trade_id: Id
  };
export type TradedBody = { readonly fees: Decimal; readonly fills: number;
  readonly notional: Decimal; readonly orders: number; readonly symbol: Symbol;
  readonly volume: Decimal };
export type TradesAnswer = Seqs & ({ readonly next_cursor?: string | null;
  readonly trades: ReadonlyArray<TradeOut> });
export type Transfer = { readonly amount: Decimal; readonly client_request_id?: RequestName | null;
  readonly to: Id };
export type TrialBalance = Seqs & { readonly lines: ReadonlyArray<TrialLineBody> };
export type TrialLineBody = { readonly amount: Decimal; readonly asset: string;
  readonly owner: string };
export type UserBody = { readonly created_at: string; readonly display_name: string;
  readonly grants: ReadonlyArray<string>; readonly is_guest: boolean; readonly name: string;
  readonly user_id: Id };
export type UserPage = Seqs & ({ readonly next_cursor?: string | null;
  readonly users: ReadonlyArray<UserBody> });
export type VenueLimits = { readonly accounts_max: number; readonly instruments_max: number;
  readonly level_pages_max: number; readonly open_orders_max: number; readonly trades_kept: number
  };
export type u64 = number;
