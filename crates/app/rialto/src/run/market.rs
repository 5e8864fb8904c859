//! A profile's instruments, listed and opened by ordinary commands.

use anyhow::{Context, anyhow};
use bus::{Reader, Submitter};
use types::{ConnectionId, InstrumentId, Phase};
use venue::{Action, Command, Definition, Done};

use super::OPERATOR;
use crate::exit::{Exit, Failure, OrExit};

/// Lists and opens what is not listed yet, all of which the venue has room for. What is listed
/// stays in its phase: it may be an operator's will that it is shut.
pub(crate) async fn list(
    submitter: &Submitter,
    reader: &Reader,
    definitions: &[Definition],
) -> Result<(), Failure> {
    reader.read(|published| {
        for instrument in published.views().instruments() {
            if instrument.phase == Phase::PreOpen {
                let symbol = instrument.definition.symbol;
                tracing::warn!(%symbol, "it is listed and has not been opened");
            }
        }
    });
    for definition in definitions {
        let symbol = definition.symbol;
        let action = Action::ListInstrument { definition: *definition };
        let instrument = listed(submit(submitter, "list", &symbol, action).await?);
        let action = Action::SetPhase { instrument, phase: Phase::Continuous };
        submit(submitter, "open", &symbol, action).await?;
        tracing::info!(%symbol, "listed and open");
    }
    Ok(())
}

async fn submit(
    submitter: &Submitter,
    step: &str,
    symbol: &types::Symbol,
    action: Action,
) -> Result<Done, Failure> {
    let (principal, connection) = (OPERATOR, ConnectionId(0));
    // Without a request id: what is listed is in the views, which are looked at first.
    let command = Command { principal, connection, request: None, action };
    let outcome = submitter.submit(command).await;
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
