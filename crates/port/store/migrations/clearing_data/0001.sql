-- What clearing knows: balances, holdings, ledger entries, payments, settlement.
-- Money is in minor units of the account's currency, quantities in lots, times in nanoseconds
-- since 1970 (UTC), business dates are ISO 8601. Seqs are those of events. NUMERIC(39) holds what
-- 64 bits may not; SQLite keeps it as decimal text.

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

CREATE TABLE balances (
    account_id BIGINT PRIMARY KEY,
    owner BIGINT NOT NULL,
    currency TEXT NOT NULL,
    self_trade TEXT NOT NULL,
    status TEXT NOT NULL,
    opened_at_ns BIGINT NOT NULL,
    account_seq BIGINT NOT NULL,
    free_minor BIGINT NOT NULL,
    held_minor BIGINT NOT NULL,
    event_seq BIGINT NOT NULL
);

CREATE TABLE holdings (
    account_id BIGINT NOT NULL,
    instrument_id BIGINT NOT NULL,
    settled_lots BIGINT NOT NULL,
    held_lots BIGINT NOT NULL,
    cost_minor NUMERIC(39) NOT NULL,
    realised_minor NUMERIC(39) NOT NULL,
    fees_minor NUMERIC(39) NOT NULL,
    event_seq BIGINT NOT NULL,
    PRIMARY KEY (account_id, instrument_id)
);

-- One line of a balanced entry. A customer's line has the account and the balance after it; a line
-- of the house has its name. The asset is a currency or an instrument.
CREATE TABLE entries (
    event_seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    account_id BIGINT,
    house TEXT,
    currency TEXT,
    instrument_id BIGINT,
    amount BIGINT NOT NULL,
    balance BIGINT,
    reason TEXT NOT NULL,
    reference BIGINT NOT NULL,
    order_id BIGINT,
    cause_seq BIGINT NOT NULL,
    trade_date TEXT NOT NULL,
    value_date TEXT NOT NULL,
    at_ns BIGINT NOT NULL,
    PRIMARY KEY (event_seq, line)
);
CREATE INDEX entries_by_account ON entries (account_id, event_seq, line);
CREATE INDEX entries_by_asset ON entries (account_id, instrument_id, event_seq, line);
CREATE INDEX entries_by_order ON entries (order_id, event_seq, line);

-- What all entries add up to, by whose lines they are; customers together.
CREATE TABLE trial_balance (
    shard BIGINT NOT NULL,
    asset TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    amount NUMERIC(39) NOT NULL,
    PRIMARY KEY (shard, asset, owner)
);

CREATE TABLE payments (
    payment_id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    peer_account_id BIGINT,
    amount_minor BIGINT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    client_request_id TEXT,
    event_seq BIGINT NOT NULL,
    at_ns BIGINT NOT NULL,
    updated_at_ns BIGINT NOT NULL,
    free_minor BIGINT NOT NULL,
    held_minor BIGINT NOT NULL
);
CREATE INDEX payments_by_account ON payments (account_id, payment_id);

-- What an account was worth at the end of each minute in which that changed.
-- Of that, profit is what was earned since the account opened, and growth what 1 became since then,
-- in parts of 10^12: a time-weighted return is growth / growth of an earlier row - 1. It begins
-- anew when something comes in after everything was lost, which ruins counts.
CREATE TABLE equity (
    account_id BIGINT NOT NULL,
    minute BIGINT NOT NULL,
    equity_minor NUMERIC(39) NOT NULL,
    profit_minor NUMERIC(39) NOT NULL,
    growth_e12 NUMERIC(39) NOT NULL,
    ruins BIGINT NOT NULL,
    PRIMARY KEY (account_id, minute)
);

-- The same at the end of each business date in which it changed.
CREATE TABLE day_results (
    account_id BIGINT NOT NULL,
    business_date TEXT COLLATE "C" NOT NULL,
    equity_minor NUMERIC(39) NOT NULL,
    profit_minor NUMERIC(39) NOT NULL,
    growth_e12 NUMERIC(39) NOT NULL,
    ruins BIGINT NOT NULL,
    PRIMARY KEY (account_id, business_date)
);

-- Money and shares that came or went otherwise than by trading, and what the account was worth
-- before and after: returns are cut there.
CREATE TABLE flows (
    account_id BIGINT NOT NULL,
    event_seq BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    equity_before_minor NUMERIC(39) NOT NULL,
    equity_after_minor NUMERIC(39) NOT NULL,
    business_date TEXT COLLATE "C" NOT NULL,
    at_ns BIGINT NOT NULL,
    PRIMARY KEY (account_id, event_seq)
);

-- What was settled on each business date.
CREATE TABLE settlement_reports (
    business_date TEXT COLLATE "C" NOT NULL,
    account_id BIGINT NOT NULL,
    instrument_id BIGINT NOT NULL,
    fills NUMERIC(39) NOT NULL,
    bought_lots NUMERIC(39) NOT NULL,
    sold_lots NUMERIC(39) NOT NULL,
    paid_minor NUMERIC(39) NOT NULL,
    received_minor NUMERIC(39) NOT NULL,
    fees_minor NUMERIC(39) NOT NULL,
    PRIMARY KEY (business_date, account_id, instrument_id)
);
CREATE INDEX settlement_reports_by_account ON settlement_reports (account_id, business_date);

-- Payments booked on each business date; account 0 is everybody.
CREATE TABLE payment_statistics (
    business_date TEXT COLLATE "C" NOT NULL,
    account_id BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    payments NUMERIC(39) NOT NULL,
    amount_minor NUMERIC(39) NOT NULL,
    PRIMARY KEY (business_date, account_id, currency, kind)
);
CREATE INDEX payment_statistics_by_account ON payment_statistics (account_id, business_date);

COMMIT;
