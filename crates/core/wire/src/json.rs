//! JSON bodies of REST, WebSocket and SSE, and their conversions to and from domain types.
//!
//! Decimals and ids are strings, times are RFC 3339 in UTC with nanoseconds, enumerations are
//! snake_case; seqs and counts are integers. Unknown and duplicate fields are refused; in an
//! optional field `null` is the same as nothing. A body is read in two steps: serde checks its
//! shape, then a method converts it, given the instrument's decimals, and names the field at
//! fault.
//!
//! **Invariant:** no number is rounded on its way in or out. What can be represented is passed on:
//! whether it is allowed is for the venue to say.

mod account;
mod decimal;
mod depth;
mod event;
mod fact;
mod field;
mod instrument;
mod market;
mod names;
mod order;
mod payment;
mod refusal;
mod scale;
#[cfg(feature = "schema")]
pub mod schema;
mod time;

pub use account::{
    AccountOut, AccountState, AccountStatus, AnswerOut, BalanceOut, CashAmount, IssueShares,
    OpenAccount, PositionOut, RequestOnly, SetAccountStatus, SetBusinessDate, SetCancelAfter,
    SetKillSwitch, SetRules, Transfer,
};
pub use decimal::{DECIMAL_CHARS_MAX, Decimal, DecimalText};
pub use depth::{DepthOut, Level, LevelOut, TradeOut};
pub use event::{
    BookOut, CashOut, CauseOut, OwnEventOut, PublicEventOut, PublicFactOut, PublicTradeOut,
    ShardKind, Stamp, public_subject,
};
pub use fact::{
    AcceptedOut, CanceledOut, ChangeOut, FactOut, FilledOut, PlaceOut, RefusedOut, ReplacedOut,
    Subject, subject,
};
pub use field::{
    FieldError, Quoted, parse_account_id, parse_instrument_id, parse_order_id, parse_request_id,
    plain_rule,
};
pub use instrument::{
    BandBody, BandOut, FeesBody, InstrumentOut, ListInstrument, SetBand, SetFees, SetPhase,
};
pub use market::{
    CandleOut, QueueOut, QueuedOut, QueuesOut, QuoteOut, StatisticsOut, StatisticsPairOut,
};
pub use names::{
    CancelReasonName, OrderTypeName, PhaseName, PolicyName, RoleName, SelfTradeName, SideName,
    TimeInForceName,
};
pub use order::{
    MassCancel, OrderOut, OrderState, OrderStatus, PlaceOrder, ReplaceOrder, TermsOut,
};
pub use payment::{FailPayment, PaymentKindName, PaymentOut, PaymentStatus};
pub use refusal::{CODE_COUNT, Code, RejectOut, Units, code_index, codes};
pub use scale::Scale;
pub use time::{DateText, Rfc3339, parse_date, parse_time};
