-- What matching knows, and what orders came to: orders, executions, order reports, prices, trades,
-- candles. Prices are in ticks, quantities in lots, money in minor units of the instrument's
-- currency, times in nanoseconds since 1970 (UTC), business dates are ISO 8601. Seqs are those of
-- events. NUMERIC(39) holds what 64 bits may not; SQLite keeps it as decimal text.

BEGIN;

CREATE TABLE schema_versions (
    version BIGINT PRIMARY KEY
);
INSERT INTO schema_versions (version) VALUES (1);

-- How far this database is, written with the rows that brought it there.
CREATE TABLE position (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    venue TEXT NOT NULL,
    seq BIGINT NOT NULL,
    event_seq BIGINT NOT NULL,
    at_ns BIGINT NOT NULL
);

-- The first event at or after the start of each minute (since 1970) that has one.
CREATE TABLE minutes (
    minute BIGINT PRIMARY KEY,
    event_seq BIGINT NOT NULL
);

-- The first event of each business date.
CREATE TABLE business_dates (
    business_date TEXT COLLATE "C" PRIMARY KEY,
    event_seq BIGINT NOT NULL
);

CREATE TABLE instruments (
    instrument_id BIGINT PRIMARY KEY,
    symbol TEXT NOT NULL,
    isin TEXT,
    currency TEXT NOT NULL,
    price_decimals BIGINT NOT NULL,
    qty_decimals BIGINT NOT NULL,
    money_decimals BIGINT NOT NULL,
    tick_step BIGINT NOT NULL,
    lot_step BIGINT NOT NULL,
    order_lots_max BIGINT NOT NULL,
    tick_value_numerator BIGINT NOT NULL,
    tick_value_denominator BIGINT NOT NULL,
    price_limit_ticks BIGINT NOT NULL,
    band_low_ticks BIGINT NOT NULL,
    band_high_ticks BIGINT NOT NULL,
    maker_ppm BIGINT NOT NULL,
    taker_ppm BIGINT NOT NULL,
    policy TEXT NOT NULL,
    phase TEXT NOT NULL,
    event_seq BIGINT NOT NULL
);

CREATE TABLE orders (
    order_id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    instrument_id BIGINT NOT NULL,
    side TEXT NOT NULL,
    type TEXT NOT NULL,
    qty_lots BIGINT NOT NULL,
    price_ticks BIGINT,
    stop_ticks BIGINT,
    collar_ticks BIGINT,
    time_in_force TEXT NOT NULL,
    expire_at_ns NUMERIC(39),
    post_only BIGINT NOT NULL,
    display_lots BIGINT,
    client_order_id TEXT,
    original_client_order_id TEXT,
    status TEXT NOT NULL,
    cancel_reason TEXT,
    cum_lots BIGINT NOT NULL,
    leaves_lots BIGINT NOT NULL,
    canceled_lots BIGINT NOT NULL,
    ticks_lots NUMERIC(39) NOT NULL,
    cash_minor BIGINT NOT NULL,
    fee_minor BIGINT NOT NULL,
    accepted_seq BIGINT NOT NULL,
    accepted_at_ns BIGINT NOT NULL,
    updated_seq BIGINT NOT NULL,
    updated_at_ns BIGINT NOT NULL
);
CREATE INDEX orders_by_account ON orders (account_id, order_id);
CREATE INDEX orders_by_instrument ON orders (account_id, instrument_id, order_id);

-- Fills: one order's share of a trade.
CREATE TABLE executions (
    event_seq BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    trade_id BIGINT NOT NULL,
    instrument_id BIGINT NOT NULL,
    side TEXT NOT NULL,
    role TEXT NOT NULL,
    price_ticks BIGINT NOT NULL,
    lots BIGINT NOT NULL,
    cum_lots BIGINT NOT NULL,
    leaves_lots BIGINT NOT NULL,
    cash_minor BIGINT NOT NULL,
    fee_minor BIGINT NOT NULL,
    business_date TEXT COLLATE "C" NOT NULL,
    at_ns BIGINT NOT NULL
);
CREATE INDEX executions_by_account ON executions (account_id, event_seq);
CREATE INDEX executions_by_instrument ON executions (account_id, instrument_id, event_seq);
CREATE INDEX executions_by_order ON executions (order_id, event_seq);

-- Everything that owners were told, as they were told it; order_id is of those about an order.
CREATE TABLE order_reports (
    event_seq BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    account_seq BIGINT NOT NULL,
    order_id BIGINT,
    report TEXT NOT NULL
);
CREATE INDEX order_reports_by_order ON order_reports (order_id, event_seq);

CREATE TABLE trades (
    event_seq BIGINT PRIMARY KEY,
    instrument_id BIGINT NOT NULL,
    trade_id BIGINT NOT NULL,
    price_ticks BIGINT NOT NULL,
    lots BIGINT NOT NULL,
    taker_side TEXT NOT NULL,
    maker_order_id BIGINT NOT NULL,
    taker_order_id BIGINT NOT NULL,
    business_date TEXT COLLATE "C" NOT NULL,
    at_ns BIGINT NOT NULL
);
CREATE INDEX trades_by_instrument ON trades (instrument_id, event_seq);

-- Closed candles in which something traded; number is how many intervals passed from 1970 to its
-- start, of a day the business date.
CREATE TABLE candles (
    instrument_id BIGINT NOT NULL,
    interval_seconds BIGINT NOT NULL,
    number BIGINT NOT NULL,
    open_ticks BIGINT NOT NULL,
    high_ticks BIGINT NOT NULL,
    low_ticks BIGINT NOT NULL,
    close_ticks BIGINT NOT NULL,
    lots NUMERIC(39) NOT NULL,
    ticks_lots NUMERIC(39) NOT NULL,
    trades BIGINT NOT NULL,
    PRIMARY KEY (instrument_id, interval_seconds, number)
);

CREATE TABLE prices (
    instrument_id BIGINT PRIMARY KEY,
    last_ticks BIGINT,
    last_lots BIGINT,
    last_at_ns BIGINT,
    bid_ticks BIGINT,
    bid_lots BIGINT,
    ask_ticks BIGINT,
    ask_lots BIGINT,
    event_seq BIGINT NOT NULL
);

-- What each account did in each instrument on each business date. Account 0 is everybody: each
-- trade counts once there.
CREATE TABLE order_statistics (
    business_date TEXT COLLATE "C" NOT NULL,
    account_id BIGINT NOT NULL,
    instrument_id BIGINT NOT NULL,
    orders NUMERIC(39) NOT NULL,
    fills NUMERIC(39) NOT NULL,
    lots NUMERIC(39) NOT NULL,
    notional_minor NUMERIC(39) NOT NULL,
    fees_minor NUMERIC(39) NOT NULL,
    PRIMARY KEY (business_date, account_id, instrument_id)
);
CREATE INDEX order_statistics_by_account ON order_statistics (account_id, business_date);

-- Commands refused, by reason. Account 0 is everybody, those that named no account too.
CREATE TABLE refusal_statistics (
    business_date TEXT COLLATE "C" NOT NULL,
    account_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    refusals NUMERIC(39) NOT NULL,
    PRIMARY KEY (business_date, account_id, code)
);
CREATE INDEX refusal_statistics_by_account ON refusal_statistics (account_id, business_date);

COMMIT;
