//! Instruments: their terms and what they allow.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use types::{InstrumentId, Phase, Symbol};
use venue::{Action, Done, Fees};
use wire::json::{ListInstrument, Scale, SetBand, SetFees, SetPhase};

use crate::ask::{Accepted, Ask, request_id};
use crate::body::Body;
use crate::gateway::{Gateway, Seen};
use crate::principal::Principal;
use crate::problem::Problem;
use crate::query::{Params, SymbolPath};
use crate::reply::{Answer, Seqs, segment};
use crate::show::InstrumentBody;

/// One instrument.
#[derive(Serialize)]
pub(crate) struct OneInstrument {
    #[serde(flatten)]
    seqs: Seqs,
    instrument: InstrumentBody,
}

/// All instruments: genesis bounds how many there can be.
#[derive(Serialize)]
pub(crate) struct AllInstruments {
    #[serde(flatten)]
    seqs: Seqs,
    instruments: Vec<InstrumentBody>,
}

/// `GET /v1/instruments`
pub(crate) async fn all(
    State(gateway): State<Gateway>,
    _principal: Principal,
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

/// `POST /v1/instruments`
pub(crate) async fn add(
    State(gateway): State<Gateway>,
    principal: Principal,
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
        Done::Nothing | Done::Account(_) | Done::Order(_) => {
            panic!("a listing gives an instrument, not {:?}", listed.done)
        }
    };
    let location = format!("/v1/instruments/{}", segment(definition.symbol.as_str()));
    Ok(Answer::created(location, show(&gateway, instrument, listed)).to(listed))
}

/// `GET /v1/instruments/{symbol}`
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    principal: Principal,
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

/// `PUT /v1/instruments/{symbol}/phase`
pub(crate) async fn set_phase(
    State(gateway): State<Gateway>,
    principal: Principal,
    SymbolPath(symbol): SymbolPath,
    headers: HeaderMap,
    Body(body): Body<SetPhase>,
) -> Result<Answer<OneInstrument>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let instrument = scale_of(&gateway, principal, symbol)?.instrument;
    let action = Action::SetPhase { instrument, phase: Phase::from(body.phase) };
    change(&gateway, instrument, Ask { principal, request, action }).await
}

/// `PUT /v1/instruments/{symbol}/band`
pub(crate) async fn set_band(
    State(gateway): State<Gateway>,
    principal: Principal,
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

/// `PUT /v1/instruments/{symbol}/fees`
pub(crate) async fn set_fees(
    State(gateway): State<Gateway>,
    principal: Principal,
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
