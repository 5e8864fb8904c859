//! Profit and return of one account over a period.

use axum::extract::State;
use serde::Serialize;
use types::{AccountId, Currency, Timestamp};
use utoipa::ToSchema;
use view::Earned;
use wire::json::schema::CurrencyCode;
use wire::json::{Decimal, Quoted, Rfc3339};

use super::{Now, PART, Period, Source, minutes, returned, source};
use crate::gateway::{Gateway, Seen};
use crate::history::Past;
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::{AccountPath, Params};
use crate::reply::{Answer, Seqs};

/// How an account did over a period.
#[derive(Serialize, ToSchema)]
pub(crate) struct PerformanceAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    performance: Performance,
}

#[derive(Serialize, ToSchema)]
struct Performance {
    #[schema(value_type = CurrencyCode)]
    currency: Quoted<Currency>,
    /// Rounded down to its minute; `null`: since the account opened.
    from: Option<Rfc3339>,
    /// Rounded down to its minute; `null`: until now.
    to: Option<Rfc3339>,
    opening_equity: Decimal,
    closing_equity: Decimal,
    /// Deposits, transfers in and issues, less withdrawals and transfers out, at their worth then.
    net_flows: Decimal,
    /// The rest of what the equity changed by.
    profit: Decimal,
    /// Time-weighted, cut at every flow: 0.01 is one percent.
    r#return: Decimal,
}

/// Tells what an account won or lost, and its time-weighted return.
#[utoipa::path(get, path = "/v1/accounts/{account}/reports/performance", tag = "reports",
    params(
        ("from" = Option<Rfc3339>, Query, description = "From the minute of this time on"),
        ("to" = Option<Rfc3339>, Query, description = "Up to the minute of this time"),
    ),
    responses((status = 200, body = PerformanceAnswer)))]
pub(crate) async fn performance(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
) -> Result<Answer<PerformanceAnswer>, Problem> {
    let range = minutes(&mut params)?;
    let min_seq = params.min_seq();
    params.finish()?;
    let (now, live, currency, seqs) = gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let earned = published.views().earned(account);
        Ok::<_, Problem>((Now::of(published), earned, account.currency, Seqs::of(published)))
    })?;
    let period = match (range.from, range.to) {
        (None, None) => Period { opening: Earned::NOTHING, closing: live },
        (from, to) => {
            let past = Past::reached(&gateway, PART, min_seq).await?;
            let at = async |moment: Option<Timestamp>, otherwise| match moment {
                Some(moment) => earned_at(&past, account, (now, live), moment).await,
                None => Ok(otherwise),
            };
            Period { opening: at(from, Earned::NOTHING).await?, closing: at(to, live).await? }
        }
    };
    let decimals = gateway.decimals(currency);
    let money = |units| Decimal::signed(units, decimals);
    let performance = Performance {
        currency: Quoted(currency),
        from: range.from.map(Rfc3339),
        to: range.to.map(Rfc3339),
        opening_equity: money(period.opening.equity),
        closing_equity: money(period.closing.equity),
        net_flows: money(period.net_flows()),
        profit: money(period.profit()),
        r#return: returned(period.growth()),
    };
    Ok(Answer::ok(PerformanceAnswer { seqs, performance }))
}

/// How an account stood at a moment, if it stands now as `live` says.
async fn earned_at(
    past: &Past<'_>,
    account: AccountId,
    (now, live): (Now, Earned),
    moment: Timestamp,
) -> Result<Earned, Problem> {
    match source(past, now, moment).await? {
        Source::Live => Ok(live),
        Source::Store => past.ask(|history| history.earned(account, moment)).await,
    }
}
