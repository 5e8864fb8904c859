//! A profile's instruments, listed and opened by ordinary commands.

use anyhow::{Context, anyhow};
use bus::{Reader, Submitter};
use types::{ConnectionId, InstrumentId, Phase, PrincipalId, RequestId};
use venue::{Action, Command, Definition, Done};

use crate::exit::{Exit, Failure, OrExit};

/// Stands for the venue's own staff.
const OPERATOR: PrincipalId = PrincipalId(0);

/// Lists and opens what is not listed yet. What is listed stays in its phase: it may be an
/// operator's will that it is shut.
pub(crate) async fn list(
    submitter: &Submitter,
    reader: &Reader,
    definitions: &[Definition],
) -> Result<(), Failure> {
    for definition in definitions {
        let symbol = definition.symbol;
        let phase = |published: &bus::Published| {
            published.views().instrument_by_symbol(symbol).map(|instrument| instrument.phase)
        };
        match reader.read(phase) {
            None => {
                let action = Action::ListInstrument { definition: *definition };
                let instrument = listed(submit(submitter, "list", &symbol, action).await?);
                let action = Action::SetPhase { instrument, phase: Phase::Continuous };
                submit(submitter, "open", &symbol, action).await?;
                tracing::info!(%symbol, "listed and open");
            }
            Some(Phase::PreOpen) => tracing::warn!(%symbol, "it is listed and has not been opened"),
            Some(Phase::Continuous | Phase::CancelOnly | Phase::Halted | Phase::Closed) => {}
        }
    }
    Ok(())
}

async fn submit(
    submitter: &Submitter,
    step: &str,
    symbol: &types::Symbol,
    action: Action,
) -> Result<Done, Failure> {
    let request = RequestId::new(&format!("profile-{step}-{symbol}"));
    let (principal, connection) = (OPERATOR, ConnectionId(0));
    let outcome = submitter.submit(Command { principal, connection, request, action }).await;
    let outcome = outcome.with_context(|| format!("the profile's instruments: {step} {symbol}"));
    let refused =
        |reject| anyhow!("the profile's instruments: {step} {symbol} is refused: {reject:?}");
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
