//! A venue's refusal as a problem: its code and sentence come from `wire`, its status from here.

use axum::http::StatusCode;
use types::{AccountId, InstrumentId, OrderId, OrderType, Side};
use venue::{Action, Command, KillScope, Reject};
use view::Views;
use wire::json::{RejectOut, Scale, Units};

use crate::gateway::Gateway;
use crate::problem::Problem;

/// Added to what would pass: the cost of an order without a price is reckoned at the worst.
const COLLAR_HINT: &str =
    ", or a collar: without one the order is reckoned at the high end of the price band";

/// Explains why a command was refused.
pub(crate) fn problem(gateway: &Gateway, command: &Command, reject: &Reject) -> Problem {
    let action = &command.action;
    let shown = gateway.read(|published| {
        let views = published.views();
        let scale = scale(gateway, views, action, reject);
        let account = action.account().and_then(|account| views.account(account));
        let money_decimals = account
            .map(|account| gateway.decimals(account.currency))
            .or(scale.as_ref().map(|scale| scale.money_decimals));
        RejectOut::new(reject, &Units { money_decimals, instrument: scale.as_ref() })
    });
    let status = status(action, reject);
    let mut problem = Problem::new(status, shown.code, "Refused", shown.detail).of_venue();
    if let Reject::RequestConflict { .. } = reject {
        let id = command.request.map(|id| id.to_string());
        problem = problem.about(name_of_id(action), id.unwrap_or_default());
    } else if let Some(field) = shown.field {
        problem = problem.about(field, shown.value);
    }
    let mut expected = shown.expected;
    if is_worst_case(reject) && lacks_collar(action) {
        expected.push_str(COLLAR_HINT);
    }
    if expected.is_empty() { problem } else { problem.expecting(expected) }
}

/// Whether what was refused is the most that an order could cost.
fn is_worst_case(reject: &Reject) -> bool {
    matches!(reject, Reject::InsufficientFunds { .. } | Reject::NotionalTooLarge { .. })
}

/// Whether a buy's worst price is the band's high for want of a collar.
fn lacks_collar(action: &Action) -> bool {
    let Action::Place { order, .. } = action else { return false };
    let is_open = matches!(
        order.order_type,
        OrderType::Market { collar: None } | OrderType::Stop { collar: None, .. }
    );
    is_open && order.side == Side::Buy
}

/// 404: what the path names does not exist. 403: not allowed for now. 409: would pass in another
/// state of things. 422: these values never would, or the account cannot cover them.
fn status(action: &Action, reject: &Reject) -> StatusCode {
    match reject {
        Reject::UnknownAccount { account } if action.account() == Some(*account) => {
            StatusCode::NOT_FOUND
        }
        Reject::UnknownOrder { .. } => StatusCode::NOT_FOUND,
        Reject::AccountSuspended { .. } | Reject::KillSwitch { .. } => StatusCode::FORBIDDEN,
        Reject::RequestConflict { .. }
        | Reject::AccountClosed { .. }
        | Reject::AccountHasOrders { .. }
        | Reject::AccountHasCash { .. }
        | Reject::AccountHasShares { .. }
        | Reject::AccountHasPayments { .. }
        | Reject::AccountPaymentsFull { .. }
        | Reject::PaymentNotPending { .. }
        | Reject::AccountsFull { .. }
        | Reject::InstrumentNotReady { .. }
        | Reject::InstrumentsFull { .. }
        | Reject::SymbolTaken { .. }
        | Reject::PhaseForbids { .. }
        | Reject::AccountOrdersFull { .. }
        | Reject::OrdersFull { .. }
        | Reject::LevelsFull { .. }
        | Reject::ChangePending { .. } => StatusCode::CONFLICT,
        Reject::UnknownAccount { .. }
        | Reject::UnknownInstrument { .. }
        | Reject::UnknownCurrency { .. }
        | Reject::CurrencyMismatch { .. }
        | Reject::TransferToSelf { .. }
        | Reject::AmountOutOfRange { .. }
        | Reject::BalanceTooLarge { .. }
        | Reject::InsufficientFunds { .. }
        | Reject::ShortSelling { .. }
        | Reject::BadDefinition { .. }
        | Reject::QtyZero
        | Reject::QtyTooLarge { .. }
        | Reject::OffLot { .. }
        | Reject::OffTick { .. }
        | Reject::PriceAboveBand { .. }
        | Reject::PriceBelowBand { .. }
        | Reject::DisplayOutOfRange { .. }
        | Reject::MarketMustBeImmediate
        | Reject::StopMustRest
        | Reject::PostOnlyMustRest
        | Reject::IcebergMustRest
        | Reject::ExpiryPassed { .. }
        | Reject::NotionalTooLarge { .. }
        | Reject::WouldTakeLiquidity { .. }
        | Reject::WouldCrossBeforeOpen { .. }
        | Reject::FillOrKillShort { .. }
        | Reject::NothingToReplace { .. }
        | Reject::PriceNotReplaceable { .. }
        | Reject::TriggerNotReplaceable { .. }
        | Reject::DateNotLater { .. }
        | Reject::RulesUnsupported { .. } => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// How the refusal's prices and quantities read.
fn scale(gateway: &Gateway, views: &Views, action: &Action, reject: &Reject) -> Option<Scale> {
    if let Action::ListInstrument { definition } = action {
        // Its number is one that no refusal names: it has none yet.
        let rule = gateway.rule(definition.currency)?;
        return Some(Scale::new(InstrumentId(u32::MAX), definition, rule.decimals));
    }
    let named = if let Reject::AccountHasShares { instrument, .. } = reject {
        Some(*instrument)
    } else {
        instrument_of(views, action)
    };
    named.and_then(|instrument| views.instrument(instrument)).map(|found| gateway.scale(found))
}

fn instrument_of(views: &Views, action: &Action) -> Option<InstrumentId> {
    let traded = |account: AccountId, order: OrderId| {
        views.order(account, order).map(|order| order.terms.instrument)
    };
    match *action {
        Action::Issue { instrument, .. }
        | Action::SetPhase { instrument, .. }
        | Action::SetBand { instrument, .. }
        | Action::SetFees { instrument, .. } => Some(instrument),
        Action::Place { order, .. } => Some(order.instrument),
        Action::Replace { account, order, .. } | Action::Cancel { account, order } => {
            traded(account, order)
        }
        Action::MassCancel { instrument, .. } => instrument,
        Action::SetKillSwitch { scope: KillScope::Instrument(instrument), .. } => Some(instrument),
        Action::OpenAccount { .. }
        | Action::SetAccountStatus { .. }
        | Action::CloseAccount { .. }
        | Action::Deposit { .. }
        | Action::Withdraw { .. }
        | Action::Transfer { .. }
        | Action::RequestPayment { .. }
        | Action::ConfirmPayment { .. }
        | Action::FailPayment { .. }
        | Action::ListInstrument { .. }
        | Action::SetBusinessDate { .. }
        | Action::SetRules { .. }
        | Action::SetCancelAfter { .. }
        | Action::SetKillSwitch { .. }
        | Action::Tick
        | Action::TellTime => None,
    }
}

/// What the body calls the client's name for a command.
fn name_of_id(action: &Action) -> &'static str {
    if matches!(action, Action::Place { .. } | Action::Replace { .. }) {
        return "client_order_id";
    }
    "client_request_id"
}
