//! What an account, or everybody, did in a period of business dates.

use axum::extract::State;
use serde::Serialize;
use store::{Dates, Paid, Part, Refused, Traded};
use types::{AccountId, Currency, Date, InstrumentId, Seq, Symbol};
use utoipa::ToSchema;
use wire::json::schema::{CurrencyCode, SymbolText};
use wire::json::{DateText, Decimal, Quoted, Scale, parse_date};

use super::orders::{Scales, look};
use super::{Past, market};
use crate::gateway::Gateway;
use crate::principal::{Admin, Reader};
use crate::problem::Problem;
use crate::query::{AccountPath, Params, SymbolPath, symbol_of};
use crate::reply::{Answer, Seqs};

/// What an account, or everybody, did.
#[derive(Serialize, ToSchema)]
pub(crate) struct Statistics {
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
    #[schema(value_type = CurrencyCode)]
    currency: String,
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
    responses((status = 200, body = Statistics)))]
pub(crate) async fn account_statistics(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Answer<Statistics>, Problem> {
    let dates = dates(&mut params)?;
    let symbol = params.take("symbol")?.map(|text| symbol_of("symbol", &text)).transpose()?;
    let min_seq = params.min_seq();
    params.finish()?;
    let (instrument, shown) = look(&gateway, principal, account, symbol)?;
    let whose = (Some(account), instrument);
    statistics(&gateway, whose, dates, min_seq, &shown.scales).await
}

/// The sums of an account or of everybody, of one instrument or of all.
async fn statistics(
    gateway: &Gateway,
    (account, instrument): (Option<AccountId>, Option<InstrumentId>),
    dates: Dates,
    min_seq: Option<Seq>,
    scales: &Scales,
) -> Result<Answer<Statistics>, Problem> {
    let money = Past::reached(gateway, Part::ClearingData, min_seq).await?;
    let paid = money.ask(|history| history.paid(account, dates)).await?;
    let past = Past::reached(gateway, Part::MarketData, min_seq).await?;
    let traded = past.ask(|it| it.traded(account, instrument, dates)).await?;
    let refused = past.ask(|history| history.refused(account, dates)).await?;
    let paid = paid.into_iter().map(|paid| {
        let currency = Currency::new(&paid.currency).expect("what is paid is in a currency");
        paid_body(paid, gateway.decimals(currency))
    });
    Ok(Answer::ok(Statistics {
        seqs: money.seqs().earlier(past.seqs()),
        traded: traded
            .iter()
            .map(|it| traded_body(it, scales.of_instrument(it.instrument)))
            .collect(),
        payments: paid.collect(),
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

/// Sums what everybody did, by instrument, kind of payment and reason of refusal.
#[utoipa::path(get, path = "/v1/admin/statistics", tag = "admin",
    security(("key" = ["admin"])),
    params(
        ("from" = Option<DateText>, Query, description = "The first business date"),
        ("to" = Option<DateText>, Query, description = "The last business date"),
    ),
    responses((status = 200, body = Statistics)))]
pub(crate) async fn venue_statistics(
    State(gateway): State<Gateway>,
    Admin(_): Admin,
    mut params: Params,
) -> Result<Answer<Statistics>, Problem> {
    let dates = dates(&mut params)?;
    let min_seq = params.min_seq();
    params.finish()?;
    let scales = gateway.read(|published| Scales::of(&gateway, published.views()));
    statistics(&gateway, (None, None), dates, min_seq, &scales).await
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

pub(crate) fn paid_body(paid: Paid, decimals: u8) -> PaidBody {
    let Paid { currency, kind, payments, amount } = paid;
    PaidBody { currency, kind, payments, amount: Decimal::signed(amount, decimals) }
}

fn refused_body(refused: Refused) -> RefusedBody {
    let Refused { code, refusals } = refused;
    RefusedBody { code, refusals }
}
