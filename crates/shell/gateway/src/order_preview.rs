//! What placing an order would do now: asked of the engine, which changes nothing.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use types::Qty;
use utoipa::ToSchema;
use venue::{Action, Command, Fate, Preview, Proposal, Reject};
use wire::json::{CashOut, Decimal, PlaceOrder, Scale};

use crate::ask::request_id;
use crate::body::Body;
use crate::gateway::Gateway;
use crate::orders::asked_order;
use crate::principal::{Principal, Reader};
use crate::problem::{Document, Problem};
use crate::query::{AccountPath, Params};
use crate::refusal;
use crate::reply::{Answer, Seqs};

/// Decimal places by which an average price is finer than a price.
const AVERAGE_PLACES: u8 = 4;
const AVERAGE_PARTS: u128 = 10_u128.pow(AVERAGE_PLACES as u32);

/// What would become of an order.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewAnswer {
    #[serde(flatten)]
    seqs: Seqs,
    /// Nothing when it would be refused.
    preview: Option<PreviewOut>,
    /// The problem that placing it would meet; nothing when it would be accepted.
    refusal: Option<Document>,
}

/// What an order would do at once.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewOut {
    /// What would trade.
    filled_qty: Decimal,
    /// The average price of that, four places finer than a price, halves rounded up.
    average_price: Option<Decimal>,
    /// The worst price of that.
    worst_price: Option<Decimal>,
    /// Sum of price x quantity of that, exactly.
    filled_value: Decimal,
    /// Cash that would be paid (buy) or received (sell) for that, before the fee.
    amount: Decimal,
    fee: Decimal,
    /// What would go into the book.
    resting_qty: Decimal,
    /// What would wait for its trigger.
    waiting_qty: Decimal,
    /// What would be withdrawn at once, or taken away to prevent a self-trade.
    canceled_qty: Decimal,
    /// The account's cash after the order and its own trades.
    cash_after: CashOut,
}

/// Tells what placing an order would do, or why it would be refused. Nothing is placed.
#[utoipa::path(post, path = "/v1/accounts/{account}/orders/preview", tag = "orders",
    request_body(content = PlaceOrder,
        example = json!({"symbol": "PETR4", "side": "buy", "type": "limit", "qty": "10",
            "price": "10.00"})),
    responses((status = 200, body = PreviewAnswer)))]
pub(crate) async fn preview(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    AccountPath(account): AccountPath,
    mut params: Params,
    Body(body): Body<PlaceOrder>,
) -> Result<Answer<PreviewAnswer>, Problem> {
    params.reach(&gateway).await?;
    params.finish()?;
    request_id(&HeaderMap::new(), "client_order_id", body.client_order_id.as_deref())?;
    let (order, scale) = asked_order(&gateway, principal, account, &body)?;
    let proposal = Proposal { account, order };
    gateway.limits().of_preview(account)?;
    let asked = gateway.submitter().foresee(proposal);
    let in_time = tokio::time::timeout(gateway.config().answer_timeout, asked).await;
    let foreseen = in_time.map_err(|_| Problem::no_preview())??;
    let (preview, refusal) = match foreseen.fate {
        Fate::Accepted(preview) => (Some(PreviewOut::new(&preview, &scale)), None),
        Fate::Refused(reject) => (None, Some(refusal(&gateway, principal, proposal, &reject))),
        Fate::TooManyFills => {
            return Err(Problem::preview_too_long(&scale.qty(order.qty).to_string()));
        }
    };
    let event_seq = gateway.read(|published| published.event_seq());
    let seqs = Seqs { seq: foreseen.seq, event_seq };
    Ok(Answer::ok(PreviewAnswer { seqs, preview, refusal }))
}

/// The problem that placing would be answered with.
fn refusal(
    gateway: &Gateway,
    principal: Principal,
    Proposal { account, order }: Proposal,
    reject: &Reject,
) -> Document {
    let Principal { id: principal, connection, .. } = principal;
    let action = Action::Place { account, order };
    let command = Command { principal, connection, request: None, action };
    refusal::problem(gateway, &command, reject).into_document()
}

impl PreviewOut {
    fn new(preview: &Preview, scale: &Scale) -> PreviewOut {
        let cash = |units: i64| Decimal::signed(units, scale.money_decimals);
        PreviewOut {
            filled_qty: scale.qty(preview.filled),
            average_price: average(preview.ticks_lots, preview.filled)
                .map(|average| Decimal::unsigned(average, scale.price_decimals + AVERAGE_PLACES)),
            worst_price: preview.worst.map(|price| scale.price(price)),
            filled_value: scale.value(preview.ticks_lots),
            amount: scale.money(preview.cash),
            fee: scale.money(preview.fee),
            resting_qty: scale.qty(preview.rests),
            waiting_qty: scale.qty(preview.waits),
            canceled_qty: scale.qty(preview.canceled),
            cash_after: CashOut {
                free: cash(preview.cash_after.free),
                held: cash(preview.cash_after.held),
            },
        }
    }
}

/// The average price in ten-thousandths of a tick, halves rounded up; `None` of nothing.
fn average(ticks_lots: u128, lots: Qty) -> Option<u128> {
    let twice = 2 * u128::from(lots.0);
    (twice > 0).then(|| (2 * AVERAGE_PARTS * ticks_lots + u128::from(lots.0)) / twice)
}
