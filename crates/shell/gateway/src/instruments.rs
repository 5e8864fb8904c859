//! Instruments: their terms and what they allow.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use types::{InstrumentId, Phase, Symbol};
use utoipa::ToSchema;
use venue::{Action, Done, Fees};
use wire::json::{ListInstrument, Scale, SetBand, SetFees, SetPhase};

use crate::ask::{Accepted, Ask, request_id};
use crate::body::Body;
use crate::gateway::{Gateway, Seen};
use crate::principal::{Admin, Principal, Reader};
use crate::problem::Problem;
use crate::query::{Params, SymbolPath};
use crate::reply::{Answer, Seqs};
use crate::show::InstrumentBody;

/// One instrument.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneInstrument {
    #[serde(flatten)]
    seqs: Seqs,
    instrument: InstrumentBody,
}

/// All instruments: genesis bounds how many there can be.
#[derive(Serialize, ToSchema)]
pub(crate) struct AllInstruments {
    #[serde(flatten)]
    seqs: Seqs,
    instruments: Vec<InstrumentBody>,
}

/// Lists all instruments with their terms.
#[utoipa::path(get, path = "/v1/instruments", tag = "market",
    responses((status = 200, body = AllInstruments)))]
pub(crate) async fn all(
    State(gateway): State<Gateway>,
    _: Reader,
    params: Params,
) -> Result<Answer<AllInstruments>, Problem> {
    params.finish()?;
    Ok(Answer::ok(gateway.read(|published| {
        let instruments = published.views().instruments();
        AllInstruments {
            seqs: Seqs::of(published),
            instruments: instruments.map(|found| gateway.instrument_body(found)).collect(),
        }
    })))
}

/// Lists an instrument: it then trades once its phase allows it.
#[utoipa::path(post, path = "/v1/instruments", tag = "instruments",
    security(("key" = ["admin"])),
    request_body(content = ListInstrument,
        example = json!({"symbol": "NEWCO", "currency": "BRL", "price_decimals": 2,
            "qty_decimals": 0, "tick_size": "0.01", "lot_size": "1", "order_qty_max": "1000000",
            "price_limit": "10000.00", "band": {"low": "0.01", "high": "10000.00"},
            "fees": {"maker_ppm": 100, "taker_ppm": 200}})),
    responses((status = 201, body = OneInstrument)))]
pub(crate) async fn add(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    headers: HeaderMap,
    Body(body): Body<ListInstrument>,
) -> Result<Answer<OneInstrument>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let currency = body.currency()?;
    // Decimals of an unknown currency do not matter: the venue refuses it first.
    let decimals = gateway.rule(currency).map_or(0, |rule| rule.decimals);
    let definition = body.definition(decimals)?;
    let action = Action::ListInstrument { definition };
    let listed = gateway.ask(Ask { principal, request, action }).await?;
    let instrument = match listed.done {
        Done::Instrument(instrument) => instrument,
        Done::Nothing | Done::Account(_) | Done::Order(_) | Done::Payment(_) => {
            panic!("a listing gives an instrument, not {:?}", listed.done)
        }
    };
    // Its letters need no escapes.
    let location = format!("/v1/instruments/{}", definition.symbol);
    Ok(Answer::created(location, show(&gateway, instrument, listed)).to(listed))
}

/// Shows an instrument with its terms and its last trade.
#[utoipa::path(get, path = "/v1/instruments/{symbol}", tag = "market",
    responses((status = 200, body = OneInstrument)))]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    Reader(principal): Reader,
    SymbolPath(symbol): SymbolPath,
    params: Params,
) -> Result<Answer<OneInstrument>, Problem> {
    params.finish()?;
    gateway.read(|published| {
        let instrument = Seen { published, principal }.instrument(symbol)?;
        let instrument = gateway.instrument_body(instrument);
        Ok(Answer::ok(OneInstrument { seqs: Seqs::of(published), instrument }))
    })
}

/// Changes what trading an instrument allows.
#[utoipa::path(put, path = "/v1/instruments/{symbol}/phase", tag = "instruments",
    security(("key" = ["admin"])),
    request_body(content = SetPhase,
        example = json!({"phase": "continuous"})),
    responses((status = 200, body = OneInstrument)))]
pub(crate) async fn set_phase(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    SymbolPath(symbol): SymbolPath,
    headers: HeaderMap,
    Body(body): Body<SetPhase>,
) -> Result<Answer<OneInstrument>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let instrument = scale_of(&gateway, principal, symbol)?.instrument;
    let action = Action::SetPhase { instrument, phase: Phase::from(body.phase) };
    change(&gateway, instrument, Ask { principal, request, action }).await
}

/// Changes the prices that an instrument accepts.
#[utoipa::path(put, path = "/v1/instruments/{symbol}/band", tag = "instruments",
    security(("key" = ["admin"])),
    request_body(content = SetBand,
        example = json!({"band": {"low": "0.01", "high": "10000.00"}})),
    responses((status = 200, body = OneInstrument)))]
pub(crate) async fn set_band(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    SymbolPath(symbol): SymbolPath,
    headers: HeaderMap,
    Body(body): Body<SetBand>,
) -> Result<Answer<OneInstrument>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let scale = scale_of(&gateway, principal, symbol)?;
    let (instrument, band) = (scale.instrument, body.band(&scale)?);
    let action = Action::SetBand { instrument, band };
    change(&gateway, instrument, Ask { principal, request, action }).await
}

/// Changes the fees of an instrument, for orders to come.
#[utoipa::path(put, path = "/v1/instruments/{symbol}/fees", tag = "instruments",
    security(("key" = ["admin"])),
    request_body(content = SetFees,
        example = json!({"fees": {"maker_ppm": 100, "taker_ppm": 200}})),
    responses((status = 200, body = OneInstrument)))]
pub(crate) async fn set_fees(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    SymbolPath(symbol): SymbolPath,
    headers: HeaderMap,
    Body(body): Body<SetFees>,
) -> Result<Answer<OneInstrument>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let instrument = scale_of(&gateway, principal, symbol)?.instrument;
    let action = Action::SetFees { instrument, fees: Fees::from(body.fees) };
    change(&gateway, instrument, Ask { principal, request, action }).await
}

/// Asks for a change of an instrument and shows what it is then.
async fn change(
    gateway: &Gateway,
    instrument: InstrumentId,
    ask: Ask,
) -> Result<Answer<OneInstrument>, Problem> {
    let accepted = gateway.ask(ask).await?;
    Ok(Answer::ok(show(gateway, instrument, accepted)).to(accepted))
}

fn show(gateway: &Gateway, instrument: InstrumentId, accepted: Accepted) -> OneInstrument {
    gateway.read(|published| {
        let instrument = published.views().instrument(instrument);
        let instrument = instrument.expect("what was accepted is in the views");
        let instrument = gateway.instrument_body(instrument);
        OneInstrument { seqs: Seqs::after(accepted, published), instrument }
    })
}

fn scale_of(gateway: &Gateway, principal: Principal, symbol: Symbol) -> Result<Scale, Problem> {
    gateway.read(|published| {
        Seen { published, principal }.instrument(symbol).map(|found| gateway.scale(found))
    })
}
