//! Which fields an instrument of a profile lacks, all of them, where serde tells the first.

use std::borrow::Cow;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, Error};
use wire::json::ListInstrument;

/// One of each kind that a field may be of.
const STAND_INS: &str = "text = '1'\nnumber = 1\nband = { low = '1', high = '1' }";

/// The field that `error` misses.
pub(super) fn named(error: &Error) -> Option<&str> {
    error.message().strip_prefix("missing field `")?.split('`').next()
}

/// The fields that an instrument lacks, where nothing else is wrong with it.
pub(super) fn lacking(instrument: &DeTable<'_>) -> Vec<String> {
    let stand_ins = DeTable::parse(STAND_INS).expect("it is TOML");
    let (mut instrument, mut names) = (instrument.clone(), Vec::new());
    while let Some(name) = misread(&instrument).as_ref().and_then(named) {
        names.push(name.to_owned());
        // Of the wrong kind is told before what is missing.
        let filled = stand_ins.get_ref().iter().map(|(_, value)| {
            let mut filled = instrument.clone();
            filled.insert(Spanned::new(0..0, Cow::Owned(name.to_owned())), value.clone());
            filled
        });
        let fits = |filled: &DeTable<'_>| {
            misread(filled).is_none_or(|error| named(&error).is_some_and(|next| next != name))
        };
        let Some(filled) = filled.into_iter().find(fits) else { break };
        instrument = filled;
    }
    names
}

fn misread(instrument: &DeTable<'_>) -> Option<Error> {
    let table = Spanned::new(0..0, instrument.clone());
    ListInstrument::deserialize(toml::Deserializer::from(table)).err()
}
