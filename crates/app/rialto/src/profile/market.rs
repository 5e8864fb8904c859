//! The instruments of a profile, tried out on a venue of their own before any real one hears of
//! them.

use types::{ConnectionId, InstrumentId, PrincipalId, Timestamp};
use venue::{Action, Command, Definition, Events, Genesis, Limits, Reject, Venue};
use wire::json::{ListInstrument, RejectOut, Scale, Units};

use super::source::Source;
use crate::exit::Failure;

/// What `bodies` list, as a venue of `genesis` takes it.
pub(super) fn definitions(
    source: &Source,
    bodies: &[ListInstrument],
    genesis: &Genesis,
) -> Result<Vec<Definition>, Failure> {
    let definitions: Vec<_> = bodies
        .iter()
        .enumerate()
        .map(|(at, body)| definition(source, at, body, genesis))
        .collect::<Result<_, _>>()?;
    try_out(source, &definitions, genesis)?;
    Ok(definitions)
}

fn definition(
    source: &Source,
    at: usize,
    body: &ListInstrument,
    genesis: &Genesis,
) -> Result<Definition, Failure> {
    if let Some(request) = &body.client_request_id {
        let field = format!("instruments[{at}].client_request_id");
        return Err(source.fault(&field, request, "none: a profile names its requests itself"));
    }
    let definition = body.currency().and_then(|code| {
        // Decimals of an unknown currency do not matter: the venue refuses it.
        body.definition(decimals(genesis, code))
    });
    definition.map_err(|error| {
        source.fault(&format!("instruments[{at}].{}", error.field), error.value, error.expected)
    })
}

fn decimals(genesis: &Genesis, code: types::Currency) -> u8 {
    genesis.currency(code).map_or(0, |index| genesis.currencies[index].decimals)
}

/// Lists them all on an empty venue, which has room for instruments and little else.
fn try_out(source: &Source, definitions: &[Definition], genesis: &Genesis) -> Result<(), Failure> {
    let limits = Limits {
        accounts_max: 1,
        orders_max: 1,
        orders_per_account_max: 1,
        requests_remembered: 1,
        level_pages_max: 1,
        ..genesis.limits
    };
    let scratch = Genesis { limits, ..genesis.clone() };
    let mut events = Events::new(1, scratch.limits.step_events_max as usize);
    let mut venue = Venue::new(scratch).expect("less than a genesis that passed");
    for (at, definition) in definitions.iter().enumerate() {
        let action = Action::ListInstrument { definition: *definition };
        let (principal, connection) = (PrincipalId(0), ConnectionId(0));
        let command = Command { principal, connection, request: None, action };
        events.clear();
        let outcome = venue.apply(at as u64 + 1, Timestamp(0), &command, &mut events);
        let outcome = outcome.expect("nothing expires before it");
        if let Err(reject) = outcome.result {
            return Err(refused(source, at, definition, &reject, genesis));
        }
    }
    Ok(())
}

fn refused(
    source: &Source,
    at: usize,
    definition: &Definition,
    reject: &Reject,
    genesis: &Genesis,
) -> Failure {
    let money_decimals = decimals(genesis, definition.currency);
    // Its number is one that no refusal names: it has none yet.
    let scale = Scale::new(InstrumentId(u32::MAX), definition, money_decimals);
    let shown = RejectOut::new(reject, &Units::of(&scale));
    let field = match shown.field {
        Some(field) => format!("instruments[{at}].{field}"),
        None => format!("instruments[{at}]"),
    };
    let value = shown.value.unwrap_or_else(|| definition.symbol.to_string());
    source.fault(&field, value, shown.expected)
}
