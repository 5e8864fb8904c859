//! What an account, or everybody, did in a period of business dates.

use axum::extract::State;
use serde::Serialize;
use store::{Dates, Paid, Part, Refused, Traded};
use types::{Date, Symbol};
use utoipa::ToSchema;
use wire::json::schema::SymbolText;
use wire::json::{DateText, Decimal, Quoted, Scale, parse_date};

use super::orders::{Shown, look};
use super::{Past, market};
use crate::gateway::Gateway;
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::{AccountPath, Params, SymbolPath, symbol_of};
use crate::reply::{Answer, Seqs};

/// What an account did.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountStatistics {
    #[serde(flatten)]
    seqs: Seqs,
    /// By instrument.
    traded: Vec<TradedBody>,
    /// By kind: `deposit`, `withdrawal`, `sent`, `received`, `returned`.
    payments: Vec<PaidBody>,
    /// By reason.
    refusals: Vec<RefusedBody>,
}

/// What everybody did in one instrument.
#[derive(Serialize, ToSchema)]
pub(crate) struct InstrumentStatistics {
    #[serde(flatten)]
    seqs: Seqs,
    /// `null` where nothing was done.
    traded: Option<TradedBody>,
}

/// What was done in one instrument.
#[derive(Serialize, ToSchema)]
struct TradedBody {
    #[schema(value_type = SymbolText)]
    symbol: Quoted<Symbol>,
    /// Orders let in.
    orders: u64,
    /// Fills of the account; of everybody trades.
    fills: u64,
    /// What they add up to.
    volume: Decimal,
    /// Cash of those, before fees.
    notional: Decimal,
    fees: Decimal,
}

/// Payments booked of one kind.
#[derive(Serialize, ToSchema)]
pub(crate) struct PaidBody {
    kind: String,
    payments: u64,
    amount: Decimal,
}

/// Commands refused for one reason.
#[derive(Serialize, ToSchema)]
struct RefusedBody {
    /// Stable for ever: api/errors.md.
    code: String,
    refusals: u64,
}

/// Sums what an account did, by instrument, kind of payment and reason of refusal.
#[utoipa::path(get, path = "/v1/accounts/{account}/history/statistics", tag = "history",
    params(
        ("from" = Option<DateText>, Query, description = "The first business date"),
        ("to" = Option<DateText>, Query, description = "The last business date"),
        ("symbol" = Option<SymbolText>, Query, description = "Trading only of it",
            example = "PETR4"),
    ),
    responses((status = 200, body = AccountStatistics)))]
pub(crate) async fn account_statistics(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Answer<AccountStatistics>, Problem> {
    let dates = dates(&mut params)?;
    let symbol = params.take("symbol")?.map(|text| symbol_of("symbol", &text)).transpose()?;
    let min_seq = params.min_seq();
    params.finish()?;
    let (instrument, shown) = look(&gateway, principal, account, symbol)?;
    let money = Past::reached(&gateway, Part::ClearingData, min_seq).await?;
    let paid = money.ask(|history| history.paid(account, dates)).await?;
    let past = Past::reached(&gateway, Part::MarketData, min_seq).await?;
    let traded = past.ask(|it| it.traded(Some(account), instrument, dates)).await?;
    let refused = past.ask(|history| history.refused(Some(account), dates)).await?;
    Ok(Answer::ok(AccountStatistics {
        seqs: past.seqs(),
        traded: traded.iter().map(|it| traded_body(it, shown.scale(it.instrument))).collect(),
        payments: paid.into_iter().map(|it| paid_body(it, &shown)).collect(),
        refusals: refused.into_iter().map(refused_body).collect(),
    }))
}

/// Sums what everybody did in an instrument.
#[utoipa::path(get, path = "/v1/instruments/{symbol}/history/statistics", tag = "history",
    params(
        ("from" = Option<DateText>, Query, description = "The first business date"),
        ("to" = Option<DateText>, Query, description = "The last business date"),
    ),
    responses((status = 200, body = InstrumentStatistics)))]
pub(crate) async fn instrument_statistics(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    mut params: Params,
) -> Result<Answer<InstrumentStatistics>, Problem> {
    let dates = dates(&mut params)?;
    let min_seq = params.min_seq();
    params.finish()?;
    let (instrument, scale) = market::look(&gateway, principal, symbol)?;
    let past = Past::reached(&gateway, Part::MarketData, min_seq).await?;
    let traded = past.ask(|it| it.traded(None, Some(instrument), dates)).await?;
    let traded = traded.first().map(|traded| traded_body(traded, &scale));
    Ok(Answer::ok(InstrumentStatistics { seqs: past.seqs(), traded }))
}

/// Takes `from` and `to`, business dates that are both included.
fn dates(params: &mut Params) -> Result<Dates, Problem> {
    let mut date = |name: &'static str| -> Result<Option<Date>, Problem> {
        Ok(params.take(name)?.map(|text| parse_date(name, &text)).transpose()?)
    };
    let (from, to) = (date("from")?, date("to")?);
    match (from, to) {
        (Some(from), Some(to)) if from.0 > to.0 => {
            let expected = format!("from, {}, or a later date", DateText(from));
            Err(Problem::field("to", DateText(to).to_string(), &expected))
        }
        _ => Ok(Dates { from, to }),
    }
}

fn traded_body(traded: &Traded, scale: &Scale) -> TradedBody {
    TradedBody {
        symbol: Quoted(scale.symbol),
        orders: traded.orders,
        fills: traded.fills,
        volume: scale.volume(traded.lots),
        notional: Decimal::signed(traded.notional, scale.money_decimals),
        fees: Decimal::signed(traded.fees, scale.money_decimals),
    }
}

pub(crate) fn paid_body(paid: Paid, shown: &Shown) -> PaidBody {
    let Paid { kind, payments, amount } = paid;
    PaidBody { kind, payments, amount: Decimal::signed(amount, shown.decimals) }
}

fn refused_body(refused: Refused) -> RefusedBody {
    let Refused { code, refusals } = refused;
    RefusedBody { code, refusals }
}
