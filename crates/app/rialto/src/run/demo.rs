//! The demo market: a few instruments, listed and opened by ordinary commands.

use anyhow::{Context, anyhow};
use bus::{Reader, Submitter};
use types::{ConnectionId, InstrumentId, Phase, PrincipalId, RequestId};
use venue::{Action, Command, Definition, Done, Genesis};
use wire::json::ListInstrument;

use crate::exit::{Exit, Failure, OrExit};

/// Bodies of `POST /v1/instruments`.
const INSTRUMENTS: &str = include_str!("demo.json");
/// Stands for the venue's own staff.
const OPERATOR: PrincipalId = PrincipalId(0);

/// Lists what is not listed yet, and opens what has never been opened.
///
/// Request ids make it harmless to do again: an instrument that somebody put back into pre-open
/// stays there, since the old answer is all that the second opening gets.
pub(crate) async fn list(
    submitter: &Submitter,
    reader: &Reader,
    genesis: &Genesis,
) -> Result<(), Failure> {
    for definition in definitions(genesis)? {
        let symbol = definition.symbol;
        let known = |published: &bus::Published| {
            let known = published.views().instrument_by_symbol(symbol);
            known.map(|instrument| (instrument.id, instrument.phase))
        };
        let (instrument, phase) = match reader.read(known) {
            Some(known) => known,
            None => {
                let action = Action::ListInstrument { definition };
                (listed(submit(submitter, "list", &symbol, action).await?), Phase::PreOpen)
            }
        };
        if phase == Phase::PreOpen {
            let action = Action::SetPhase { instrument, phase: Phase::Continuous };
            submit(submitter, "open", &symbol, action).await?;
            tracing::info!(%symbol, "listed and open");
        }
    }
    Ok(())
}

fn definitions(genesis: &Genesis) -> Result<Vec<Definition>, Failure> {
    let bodies: Vec<ListInstrument> = serde_json::from_str(INSTRUMENTS).or_bad_input()?;
    let convert = |body: &ListInstrument| {
        let code = body.currency()?;
        let rule = genesis.currency(code).map(|index| &genesis.currencies[index]);
        // Decimals of an unknown currency do not matter: the venue refuses it first.
        body.definition(rule.map_or(0, |rule| rule.decimals))
    };
    bodies.iter().map(|body| convert(body).context("demo market").or_bad_input()).collect()
}

async fn submit(
    submitter: &Submitter,
    step: &str,
    symbol: &types::Symbol,
    action: Action,
) -> Result<Done, Failure> {
    let request = RequestId::new(&format!("demo-{step}-{symbol}"));
    let (principal, connection) = (OPERATOR, ConnectionId(0));
    let outcome = submitter.submit(Command { principal, connection, request, action }).await;
    let outcome = outcome.with_context(|| format!("demo market: {step} {symbol}"));
    let refused = |reject| anyhow!("demo market: {step} {symbol} is refused: {reject:?}");
    outcome.or_cannot_start()?.result.map_err(|reject| Exit::CannotStart.because(refused(reject)))
}

fn listed(done: Done) -> InstrumentId {
    match done {
        Done::Instrument(instrument) => instrument,
        Done::Nothing | Done::Account(_) | Done::Order(_) | Done::Payment(_) => {
            panic!("a listing gives an instrument, not {done:?}")
        }
    }
}
