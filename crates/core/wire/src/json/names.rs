//! Closed sets under their JSON names, which are snake_case.

use serde::{Deserialize, Serialize};
use types::{MatchingPolicy, Phase, Role, SelfTrade, Side};
use venue::CancelReason;

/// Defines a set's JSON twin and the conversions both ways. Their matches make a member missing
/// on either side a compile error.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $set:ident { $($member:ident),+ })+) => {$(
        $(#[$doc])*
        #[allow(missing_docs, reason = "each member is that of the domain's set")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($member),+ }

        impl From<$set> for $name {
            fn from(member: $set) -> $name {
                match member { $($set::$member => $name::$member),+ }
            }
        }

        impl From<$name> for $set {
            fn from(name: $name) -> $set {
                match name { $($name::$member => $set::$member),+ }
            }
        }
    )+};
}

names! {
    /// `buy`, `sell`.
    SideName = Side { Buy, Sell }
    /// `allow`, `cancel_newest`, `cancel_oldest`, `cancel_both`, `decrement`.
    SelfTradeName = SelfTrade { Allow, CancelNewest, CancelOldest, CancelBoth, Decrement }
    /// `price_time`, `pro_rata`.
    PolicyName = MatchingPolicy { PriceTime, ProRata }
    /// `pre_open`, `continuous`, `cancel_only`, `halted`, `closed`.
    PhaseName = Phase { PreOpen, Continuous, CancelOnly, Halted, Closed }
    /// `maker`, `taker`.
    RoleName = Role { Maker, Taker }
    /// `requested`, `mass_cancel`, `replaced_to_nothing`, `not_immediate`, `self_trade`,
    /// `expired`, `no_room`, `kill_switch`.
    CancelReasonName = CancelReason {
        Requested, MassCancel, ReplacedToNothing, NotImmediate, SelfTrade, Expired, NoRoom,
        KillSwitch
    }
}

/// What an order does when it arrives; its prices stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderTypeName {
    /// With `price`.
    Limit,
    /// With `collar`, or the band's edge.
    Market,
    /// With `stop_price`, and `collar` or the band's edge.
    Stop,
    /// With `stop_price` and `price`.
    StopLimit,
}

/// How long an order lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TimeInForceName {
    /// Until the instrument closes.
    Day,
    /// Until cancelled.
    Gtc,
    /// Until `expire_at`.
    Gtd,
    /// What does not trade at once is cancelled.
    Ioc,
    /// All at once or nothing.
    Fok,
}
