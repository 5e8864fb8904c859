//! What is left of a profile's table when faulty parts are left out, so that the rest is looked at.

use std::collections::BTreeSet;

use toml::de::{DeArray, DeTable, DeValue};

use super::missing;

const INSTRUMENTS: &str = "instruments";
const VENUE: &str = "venue";
const CURRENCIES: &str = "currencies";

/// Which currencies and instruments are still there, and what instruments lack that was said.
pub(super) struct Left {
    /// The place in the file of each instrument that is left.
    pub(super) places: Vec<usize>,
    /// The same of currencies.
    pub(super) currencies: Vec<usize>,
    maimed: BTreeSet<(usize, String)>,
}

impl Left {
    pub(super) fn new(table: &DeTable<'_>) -> Left {
        let places = |listed: Option<&DeValue<'_>>| {
            (0..listed.and_then(DeValue::as_array).map_or(0, |listed| listed.len())).collect()
        };
        let venue = member(table, VENUE).and_then(DeValue::as_table);
        Left {
            places: places(member(table, INSTRUMENTS)),
            currencies: places(venue.and_then(|venue| member(venue, CURRENCIES))),
            maimed: BTreeSet::new(),
        }
    }

    /// The fields that the instrument which `steps` lead to lacks, but for those that were told to
    /// be faulty; `None` where they lead to something else.
    pub(super) fn lacking(&self, table: &DeTable<'_>, steps: &[&str]) -> Option<Vec<String>> {
        let [INSTRUMENTS, at] = *steps else { return None };
        let place = place_of(at, &self.places)?;
        let listed = member(table, INSTRUMENTS)?.as_array()?;
        let names = missing::lacking(listed.get(place)?.get_ref().as_table()?).into_iter();
        let is_news = |name: &String| !self.maimed.contains(&(self.places[place], name.clone()));
        Some(names.filter(is_news).collect())
    }

    /// Leaves out the field of a section or of an instrument that `steps` lead to, or what is
    /// faulty as a whole. Whether there was something to leave out.
    pub(super) fn leave_out(&mut self, table: &mut DeTable<'_>, steps: &[&str]) -> bool {
        let Some((first, rest)) = steps.split_first() else { return false };
        let Some(value) = find(table, first) else { return false };
        match (value, rest) {
            (DeValue::Table(section), [CURRENCIES, at, ..]) if *first == VENUE => {
                let Some(DeValue::Array(listed)) = find(section, CURRENCIES) else { return false };
                let Some(place) = place_of(at, &self.currencies) else { return false };
                self.currencies.remove(place);
                leave_out_element(listed, place);
                // An empty list would be told to be none.
                !self.currencies.is_empty() || remove(section, CURRENCIES)
            }
            (DeValue::Table(section), [field, ..]) => remove(section, field),
            (DeValue::Array(listed), [at, rest @ ..]) => {
                let Some(place) = place_of(at, &self.places) else { return false };
                if let (Some(DeValue::Table(instrument)), [field, ..]) =
                    (listed.get_mut(place).map(|it| it.get_mut()), rest)
                {
                    self.maimed.insert((self.places[place], (*field).to_owned()));
                    return remove(instrument, field);
                }
                self.places.remove(place);
                leave_out_element(listed, place);
                true
            }
            (_, _) => remove(table, first),
        }
    }
}

/// Where an element of the file is in what is left.
fn place_of(at: &str, places: &[usize]) -> Option<usize> {
    let at = at.parse::<usize>().ok()?;
    places.iter().position(|place| *place == at)
}

fn leave_out_element(listed: &mut DeArray<'_>, place: usize) {
    let mut rest = DeArray::new();
    let all = listed.iter().enumerate().filter(|(found, _)| *found != place);
    all.for_each(|(_, element)| rest.push(element.clone()));
    *listed = rest;
}

fn member<'a, 'i>(table: &'a DeTable<'i>, name: &str) -> Option<&'a DeValue<'i>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value.get_ref())
}

fn find<'a, 'i>(table: &'a mut DeTable<'i>, name: &str) -> Option<&'a mut DeValue<'i>> {
    let found = table.iter_mut().find(|(key, _)| key.get_ref() == name);
    found.map(|(_, value)| value.get_mut())
}

fn remove(table: &mut DeTable<'_>, name: &str) -> bool {
    table.remove(name).is_some()
}
