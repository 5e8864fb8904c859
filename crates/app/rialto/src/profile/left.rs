//! What is left of a profile's table when faulty parts are left out, so that the rest is looked at.

use std::collections::BTreeSet;

use toml::de::{DeArray, DeTable, DeValue};

const INSTRUMENTS: &str = "instruments";

/// Which instruments are still there, and which of them lack something that was said.
pub(super) struct Left {
    /// The place in the file of each that is left.
    pub(super) places: Vec<usize>,
    maimed: BTreeSet<usize>,
}

impl Left {
    pub(super) fn new(table: &DeTable<'_>) -> Left {
        let listed = table.iter().find(|(key, _)| key.get_ref() == INSTRUMENTS);
        let count = listed.and_then(|(_, listed)| listed.get_ref().as_array()).map(|it| it.len());
        Left { places: (0..count.unwrap_or(0)).collect(), maimed: BTreeSet::new() }
    }

    /// Whether what is at fault there is no news: it lacks what was told to be faulty.
    pub(super) fn is_noted(&self, steps: &[&str]) -> bool {
        matches!(*steps, [INSTRUMENTS, at] if at.parse().is_ok_and(|at| self.maimed.contains(&at)))
    }

    /// Leaves out the field of a section or of an instrument that `steps` lead to, or what is
    /// faulty as a whole. Whether there was something to leave out.
    pub(super) fn leave_out(&mut self, table: &mut DeTable<'_>, steps: &[&str]) -> bool {
        let Some((first, rest)) = steps.split_first() else { return false };
        let Some(value) = find(table, first) else { return false };
        match (value, rest) {
            (DeValue::Table(section), [field, ..]) => remove(section, field),
            (DeValue::Array(listed), [at, rest @ ..]) => {
                let Ok(at) = at.parse::<usize>() else { return false };
                let Some(place) = self.places.iter().position(|place| *place == at) else {
                    return false;
                };
                if let (Some(DeValue::Table(instrument)), [field, ..]) =
                    (listed.get_mut(place).map(|it| it.get_mut()), rest)
                {
                    self.maimed.insert(at);
                    return remove(instrument, field);
                }
                self.places.remove(place);
                let mut rest = DeArray::new();
                let all = listed.iter().enumerate().filter(|(found, _)| *found != place);
                all.for_each(|(_, instrument)| rest.push(instrument.clone()));
                *listed = rest;
                true
            }
            (_, _) => remove(table, first),
        }
    }
}

fn find<'a, 'i>(table: &'a mut DeTable<'i>, name: &str) -> Option<&'a mut DeValue<'i>> {
    let found = table.iter_mut().find(|(key, _)| key.get_ref() == name);
    found.map(|(_, value)| value.get_mut())
}

fn remove(table: &mut DeTable<'_>, name: &str) -> bool {
    table.remove(name).is_some()
}
