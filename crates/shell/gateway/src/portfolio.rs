//! What an account has and what it is worth: positions and the summary.
//!
//! A position's mark is its instrument's last trade. An instrument that never traded has no mark:
//! what depends on it is `null`, it counts as nothing in sums, and `unmarked` names it.

use axum::extract::State;
use serde::Serialize;
use types::{Currency, Symbol};
use utoipa::ToSchema;
use view::{AVERAGE_COST_PLACES, Account, Earned, Instrument, Position, Views};
use wire::json::schema::{CurrencyCode, Id, SymbolText};
use wire::json::{Decimal, Quoted};

use crate::gateway::{Gateway, Seen};
use crate::principal::Reader;
use crate::problem::Problem;
use crate::query::{AccountPath, Params};
use crate::reply::{Answer, Seqs};
use crate::report::returned;

/// All positions of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct PositionsAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    positions: Vec<PositionBody>,
}

/// One position. Money is before fees, in the account's currency.
#[derive(Serialize, ToSchema)]
struct PositionBody {
    #[schema(value_type = SymbolText)]
    symbol: Quoted<Symbol>,
    qty: Decimal,
    free: Decimal,
    held: Decimal,
    /// The average price paid for what is left, four places finer than a price, halves rounded
    /// up; `null` when nothing is left.
    average_cost: Option<Decimal>,
    /// What was paid for what is left.
    cost: Decimal,
    /// The last trade's price.
    mark: Option<Decimal>,
    /// What the position is worth at its mark, rounded down.
    market_value: Option<Decimal>,
    unrealised_profit: Option<Decimal>,
    realised_profit: Decimal,
    fees: Decimal,
}

/// The summary of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct SummaryAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    summary: Summary,
}

#[derive(Serialize, ToSchema)]
struct Summary {
    #[schema(value_type = Id)]
    account_id: Quoted<u32>,
    #[schema(value_type = CurrencyCode)]
    currency: Quoted<Currency>,
    /// Cash and the market value of all positions.
    equity: Decimal,
    /// What can be spent: free cash, for there is no credit.
    buying_power: Decimal,
    /// What trading and marks earned since the business date began: payments and issues aside.
    day_change: Decimal,
    /// The same as a time-weighted return: 0.01 is one percent.
    day_return: Decimal,
    /// What was earned since the account opened.
    profit: Decimal,
    /// The same as a time-weighted return.
    r#return: Decimal,
    cash: CashBody,
    positions_value: Decimal,
    unrealised_profit: Decimal,
    realised_profit: Decimal,
    fees: Decimal,
    open_orders: usize,
    /// Instruments that the account holds and that never traded: they count as nothing here.
    #[schema(value_type = Vec<SymbolText>)]
    unmarked: Vec<Quoted<Symbol>>,
}

#[derive(Serialize, ToSchema)]
struct CashBody {
    free: Decimal,
    held: Decimal,
    /// Free and held: trades settle at once.
    settled: Decimal,
}

/// Lists what an account has or ever had, with cost and profit.
#[utoipa::path(get, path = "/v1/accounts/{account}/positions", tag = "accounts",
    responses((status = 200, body = PositionsAnswer)))]
pub(crate) async fn positions(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    params: Params,
) -> Result<Answer<PositionsAnswer>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let all = held(published.views(), account);
        let positions = all.map(|(instrument, position)| gateway.position(instrument, position));
        let (seqs, positions) = (Seqs::of(published), positions.collect());
        Ok(Answer::ok(PositionsAnswer { seqs, positions }))
    })
}

/// Shows what an account is worth and how its day went.
#[utoipa::path(get, path = "/v1/accounts/{account}/summary", tag = "accounts",
    responses((status = 200, body = SummaryAnswer)))]
pub(crate) async fn summary(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    params: Params,
) -> Result<Answer<SummaryAnswer>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let account = Seen { published, principal }.account(account)?;
        let summary = gateway.summary(published.views(), account);
        Ok(Answer::ok(SummaryAnswer { seqs: Seqs::of(published), summary }))
    })
}

/// Every position an account has or had, with its instrument.
fn held<'a>(
    views: &'a Views,
    account: &'a Account,
) -> impl Iterator<Item = (&'a Instrument, Position)> {
    account.positions.iter().map(|(instrument, position)| {
        (views.instrument(*instrument).expect("what is held is listed"), *position)
    })
}

impl Gateway {
    fn position(&self, instrument: &Instrument, position: Position) -> PositionBody {
        let (scale, tick_value) = (self.scale(instrument), instrument.definition.tick_value);
        let money = |units: i128| Decimal::signed(units, scale.money_decimals);
        let average_places = scale.price_decimals + AVERAGE_COST_PLACES;
        let mark = instrument.mark();
        let value = mark.map(|mark| position.value(mark, tick_value));
        PositionBody {
            symbol: Quoted(scale.symbol),
            qty: scale.lots(position.settled),
            free: scale.lots(position.free()),
            held: scale.lots(position.held),
            average_cost: position
                .average_cost(tick_value)
                .map(|cost| Decimal::unsigned(cost, average_places)),
            cost: money(position.cost),
            mark: mark.map(|mark| scale.price(mark)),
            market_value: value.map(money),
            unrealised_profit: value.map(|value| money(value - position.cost)),
            realised_profit: money(position.realised),
            fees: money(position.fees),
        }
    }

    fn summary(&self, views: &Views, account: &Account) -> Summary {
        let decimals = self.decimals(account.currency);
        let money = |units: i128| Decimal::signed(units, decimals);
        let (mut value, mut unrealised, mut realised, mut fees) = (0, 0, 0, 0);
        let mut unmarked = Vec::new();
        for (instrument, position) in held(views, account) {
            realised += position.realised;
            fees += position.fees;
            let Some(mark) = instrument.mark() else {
                if position.settled != 0 {
                    unmarked.push(Quoted(instrument.definition.symbol));
                }
                continue;
            };
            let worth = position.value(mark, instrument.definition.tick_value);
            value += worth;
            unrealised += worth - position.cost;
        }
        let earned = views.earned(account);
        let (free, held) = (i128::from(account.cash.free), i128::from(account.cash.held));
        Summary {
            account_id: Quoted(account.id.0),
            currency: Quoted(account.currency),
            equity: money(earned.equity),
            buying_power: money(free),
            day_change: money(earned.profit - account.day.profit),
            day_return: returned(earned.growth_since(&account.day)),
            profit: money(earned.profit),
            r#return: returned(earned.growth_since(&Earned::NOTHING)),
            cash: CashBody { free: money(free), held: money(held), settled: money(free + held) },
            positions_value: money(value),
            unrealised_profit: money(unrealised),
            realised_profit: money(realised),
            fees: money(fees),
            open_orders: account.orders.open().len(),
            unmarked,
        }
    }
}
