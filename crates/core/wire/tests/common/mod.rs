//! Random values of everything that has a binary form.
#![allow(dead_code, reason = "each test binary uses a part")]

pub mod messages;
pub mod rejects;
pub mod samples;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use types::{
    AccountId, Amount, ConnectionId, Currency, Date, InstrumentId, MatchingPolicy, NewOrder,
    OrderId, OrderType, PRICE_TICKS_MAX, PaymentId, Phase, Price, PrincipalId, Qty, RequestId,
    SelfTrade, Side, Symbol, Text, TickValue, TimeInForce, Timestamp,
};
use venue::{
    Action, Band, Change, Command, CurrencyRule, Definition, Fees, Genesis, KillScope, Limits,
    Parent, PaymentKind,
};

/// Numbers near the edges as often as any other.
pub fn number() -> impl Strategy<Value = u64> {
    prop_oneof![select(vec![0, 1, 2, u64::MAX - 1, u64::MAX, 1 << 53]), any::<u64>()]
}

pub fn count() -> impl Strategy<Value = u32> {
    prop_oneof![select(vec![0, 1, u32::MAX]), any::<u32>()]
}

pub fn text<const N: usize>() -> impl Strategy<Value = Text<N>> {
    prop::collection::vec(0x21..=0x7e_u8, 1..=N)
        .prop_map(|bytes| Text::from_bytes(&bytes).expect("printable and not too long"))
}

pub fn request() -> impl Strategy<Value = Option<RequestId>> {
    option::of(text())
}

pub fn price() -> impl Strategy<Value = Price> {
    let ticks =
        prop_oneof![select(vec![1, 2, PRICE_TICKS_MAX - 1, PRICE_TICKS_MAX]), 1..=PRICE_TICKS_MAX];
    ticks.prop_map(|ticks| Price::new(ticks).expect("in range"))
}

pub fn qty() -> impl Strategy<Value = Qty> {
    number().prop_map(Qty)
}

pub fn amount() -> impl Strategy<Value = Amount> {
    prop_oneof![select(vec![i64::MIN, -1, 0, 1, i64::MAX]), any::<i64>()].prop_map(Amount)
}

pub fn account() -> impl Strategy<Value = AccountId> {
    count().prop_map(AccountId)
}

pub fn instrument() -> impl Strategy<Value = InstrumentId> {
    count().prop_map(InstrumentId)
}

pub fn order_id() -> impl Strategy<Value = OrderId> {
    number().prop_map(OrderId)
}

pub fn timestamp() -> impl Strategy<Value = Timestamp> {
    number().prop_map(Timestamp)
}

pub fn side() -> impl Strategy<Value = Side> {
    select(vec![Side::Buy, Side::Sell])
}

pub fn self_trade() -> impl Strategy<Value = SelfTrade> {
    select(vec![
        SelfTrade::Allow,
        SelfTrade::CancelNewest,
        SelfTrade::CancelOldest,
        SelfTrade::CancelBoth,
        SelfTrade::Decrement,
    ])
}

pub fn phase() -> impl Strategy<Value = Phase> {
    select(vec![Phase::PreOpen, Phase::Continuous, Phase::CancelOnly, Phase::Halted, Phase::Closed])
}

pub fn order_type() -> impl Strategy<Value = OrderType> {
    prop_oneof![
        price().prop_map(|price| OrderType::Limit { price }),
        option::of(price()).prop_map(|collar| OrderType::Market { collar }),
        (price(), option::of(price()))
            .prop_map(|(trigger, collar)| OrderType::Stop { trigger, collar }),
        (price(), price()).prop_map(|(trigger, price)| OrderType::StopLimit { trigger, price }),
    ]
}

pub fn time_in_force() -> impl Strategy<Value = TimeInForce> {
    prop_oneof![
        Just(TimeInForce::Day),
        Just(TimeInForce::Gtc),
        timestamp().prop_map(TimeInForce::Gtd),
        Just(TimeInForce::Ioc),
        Just(TimeInForce::Fok),
    ]
}

pub fn new_order() -> BoxedStrategy<NewOrder> {
    let first = (instrument(), side(), order_type(), qty());
    let second = (time_in_force(), any::<bool>(), option::of(qty()));
    (first, second)
        .prop_map(|(first, second)| {
            let (instrument, side, order_type, qty) = first;
            let (time_in_force, post_only, display) = second;
            NewOrder { instrument, side, order_type, qty, time_in_force, post_only, display }
        })
        .boxed()
}

pub fn change() -> impl Strategy<Value = Change> {
    (option::of(qty()), option::of(price()), option::of(price()))
        .prop_map(|(qty, price, trigger)| Change { qty, price, trigger })
}

pub fn band() -> impl Strategy<Value = Band> {
    (price(), price()).prop_map(|(low, high)| Band { low, high })
}

pub fn fees() -> impl Strategy<Value = Fees> {
    (count(), count()).prop_map(|(maker_ppm, taker_ppm)| Fees { maker_ppm, taker_ppm })
}

pub fn definition() -> BoxedStrategy<Definition> {
    let names = (text::<16>(), option::of(text::<12>()), text::<3>());
    let steps = (any::<u8>(), any::<u8>(), count(), count(), qty());
    let tick_value = (1..=u32::MAX, 1..=u32::MAX)
        .prop_map(|(upper, lower)| TickValue::new(upper, lower).expect("neither part is zero"));
    let policy = select(vec![MatchingPolicy::PriceTime, MatchingPolicy::ProRata]);
    let rest = (tick_value, price(), band(), fees(), policy);
    (names, steps, rest)
        .prop_map(|(names, steps, rest)| {
            let (symbol, isin, currency): (Symbol, _, Currency) = names;
            let (price_decimals, qty_decimals, tick_step, lot_step, order_qty_max) = steps;
            let (tick_value, price_limit, band, fees, policy) = rest;
            Definition {
                symbol,
                isin,
                currency,
                price_decimals,
                qty_decimals,
                tick_step,
                lot_step,
                order_qty_max,
                tick_value,
                price_limit,
                band,
                fees,
                policy,
            }
        })
        .boxed()
}

pub fn command() -> impl Strategy<Value = Command> {
    let action = prop_oneof![4 => account_action(), 5 => order_action(), 3 => venue_action()];
    (number(), number(), request(), action).prop_map(|(principal, connection, request, action)| {
        let (principal, connection) = (PrincipalId(principal), ConnectionId(connection));
        Command { principal, connection, request, action }
    })
}

fn account_action() -> BoxedStrategy<Action> {
    prop_oneof![
        (number(), text::<3>(), self_trade()).prop_map(|(owner, currency, self_trade)| {
            Action::OpenAccount { owner: PrincipalId(owner), currency, self_trade }
        }),
        (account(), any::<bool>())
            .prop_map(|(account, suspended)| Action::SetAccountStatus { account, suspended }),
        account().prop_map(|account| Action::CloseAccount { account }),
        (account(), amount()).prop_map(|(account, amount)| Action::Deposit { account, amount }),
        (account(), amount()).prop_map(|(account, amount)| Action::Withdraw { account, amount }),
        (account(), account(), amount()).prop_map(|(account, to, amount)| Action::Transfer {
            account,
            to,
            amount
        }),
        (account(), instrument(), qty()).prop_map(|(account, instrument, qty)| Action::Issue {
            account,
            instrument,
            qty
        }),
    ]
    .boxed()
}

fn order_action() -> BoxedStrategy<Action> {
    prop_oneof![
        2 => (account(), new_order())
            .prop_map(|(account, order)| Action::Place { account, order }),
        1 => (account(), order_id(), change())
            .prop_map(|(account, order, change)| Action::Replace { account, order, change }),
        1 => (account(), order_id()).prop_map(|(account, order)| Action::Cancel { account, order }),
        1 => (account(), option::of(instrument()), option::of(side())).prop_map(
            |(account, instrument, side)| Action::MassCancel { account, instrument, side }
        ),
    ]
    .boxed()
}

fn venue_action() -> BoxedStrategy<Action> {
    prop_oneof![
        definition().prop_map(|definition| Action::ListInstrument { definition }),
        (instrument(), phase())
            .prop_map(|(instrument, phase)| Action::SetPhase { instrument, phase }),
        (instrument(), band()).prop_map(|(instrument, band)| Action::SetBand { instrument, band }),
        (instrument(), fees()).prop_map(|(instrument, fees)| Action::SetFees { instrument, fees }),
        count().prop_map(|days| Action::SetBusinessDate { date: Date(days) }),
        count().prop_map(|version| Action::SetRules { version }),
        Just(Action::Tick),
        (account(), payment_kind(), amount()).prop_map(|(account, kind, amount)| {
            Action::RequestPayment { account, kind, amount }
        }),
        number().prop_map(|id| Action::ConfirmPayment { payment: PaymentId(id) }),
        (number(), request())
            .prop_map(|(id, reason)| Action::FailPayment { payment: PaymentId(id), reason }),
        Just(Action::TellTime),
        (kill_scope(), any::<bool>())
            .prop_map(|(scope, engaged)| Action::SetKillSwitch { scope, engaged }),
        (account(), count())
            .prop_map(|(account, after_s)| Action::SetCancelAfter { account, after_s }),
    ]
    .boxed()
}

fn payment_kind() -> impl Strategy<Value = PaymentKind> {
    prop_oneof![Just(PaymentKind::Deposit), Just(PaymentKind::Withdrawal)]
}

pub fn kill_scope() -> impl Strategy<Value = KillScope> {
    prop_oneof![
        Just(KillScope::All),
        account().prop_map(KillScope::Account),
        instrument().prop_map(KillScope::Instrument),
    ]
}

pub fn genesis() -> impl Strategy<Value = Genesis> {
    let limits = (1..=1_u32 << 11, 1..=1_u32 << 16, 1..1_u32 << 26, 16..=1_u32 << 20);
    let currency =
        (text::<3>(), any::<u8>()).prop_map(|(code, decimals)| CurrencyRule { code, decimals });
    let parent = (any::<u128>(), number(), number()).prop_map(|(venue, seq, event_hash)| Parent {
        venue,
        seq,
        event_hash,
    });
    let shards = (1..=256_u16, 1..=256_u16);
    let rest =
        (prop::collection::vec(currency, 1..=8), count(), [number(), number()], option::of(parent));
    (any::<u128>(), shards, limits, rest).prop_map(|(venue, shards, limits, rest)| {
        let (currencies, days, hash_key, parent) = rest;
        Genesis {
            venue,
            rules: 1,
            clearing_shards: shards.0,
            matching_shards: shards.1,
            limits: Limits {
                accounts_max: limits.0,
                instruments_max: limits.1,
                orders_max: limits.2,
                orders_per_account_max: limits.2,
                requests_remembered: limits.3,
                level_pages_max: limits.3,
                // In one step every shard can be reached.
                step_events_max: limits.3.max(u32::from(shards.0.max(shards.1))),
            },
            currencies,
            business_date: Date(days),
            hash_key,
            parent,
        }
    })
}
