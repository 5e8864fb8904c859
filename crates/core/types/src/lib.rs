//! Units, ids and closed sets that every other crate speaks in.
//!
//! **Invariant:** a value that exists is valid: integers only, the unit is in the type.
//! It deliberately parses and prints nothing: decimals are `wire`'s business.

mod ids;
mod order;
pub mod planted;
mod prefetch;
mod text;
mod units;

pub use ids::{
    AccountId, ConnectionId, InstrumentId, OrderId, PaymentId, PrincipalId, Seq, ShardId, TradeId,
};
pub use order::{MatchingPolicy, NewOrder, OrderType, Phase, Role, SelfTrade, Side, TimeInForce};
pub use prefetch::prefetch;
pub use text::{Currency, Isin, PaymentReason, RequestId, Symbol, Text};
pub use units::{
    AMOUNT_MAX, Amount, BALANCE_MAX, Date, PRICE_TICKS_MAX, Price, QTY_LOTS_MAX, Qty, TickValue,
    Timestamp,
};
