//! Events into rows: the same events give the same rows, however they come in batches.
//!
//! **Invariant:** a row depends on the events up to it alone, never on a clock, on what the
//! database has, or on where a batch ends: a store that was rebuilt equals one that ran along.

use std::collections::BTreeMap;

use types::{AccountId, Date, Seq, Timestamp};
use venue::{Event, Events, Genesis, Stamped};
use view::{Earned, Interval, Views};

use crate::clearing::Clearing;
use crate::market::Market;
use crate::names;
use crate::rows::Rows;
use crate::tables::{self, Part};
use crate::value::Value;

pub(crate) const MINUTE_NS: u64 = Interval::Minute.ns();
/// Nobody's number: it stands for everybody.
pub(crate) const EVERYBODY: u32 = 0;

/// Folds events into rows of one database.
#[derive(Debug)]
pub(crate) struct Projection {
    views: Views,
    rows: Rows,
    /// Engine time of the last event.
    at: Timestamp,
    /// The business date, and as it is written.
    date: (Date, Value),
    folder: Folder,
}

/// What each database keeps of its own.
#[derive(Debug)]
enum Folder {
    Clearing(Clearing),
    Market(Market),
}

/// An event, and what is there to tell of it.
pub(crate) struct Told<'a> {
    pub(crate) stamped: &'a Stamped<'a>,
    pub(crate) views: &'a Views,
    /// The business date it belongs to, as it is written.
    pub(crate) date: &'a Value,
}

impl Projection {
    /// Goes on after `views`, whose last event was at `at`, with the sums so far, and what each
    /// account was worth when that was last written of a minute and of a business date.
    pub(crate) fn new(
        part: Part,
        genesis: &Genesis,
        (views, at): (Views, Timestamp),
        (rows, told): (Rows, [BTreeMap<AccountId, Earned>; 2]),
    ) -> Projection {
        let folder = match part {
            Part::ClearingData => Folder::Clearing(Clearing::new(told)),
            Part::MarketData => Folder::Market(Market::new(genesis)),
        };
        let date = views.business_date();
        let date = (date, names::date(date));
        Projection { views, rows, at, date, folder }
    }

    /// Takes events in, those of them that are new.
    pub(crate) fn absorb(&mut self, events: &Events) {
        let after = self.views.event_seq();
        events.iter().filter(|stamped| stamped.seq > after).for_each(|it| self.absorb_one(&it));
    }

    fn absorb_one(&mut self, stamped: &Stamped<'_>) {
        match &mut self.folder {
            Folder::Clearing(it) => it.before(stamped, self.at, &self.views, &mut self.rows),
            Folder::Market(it) => it.before(stamped, self.at, &self.views, &mut self.rows),
        }
        self.views.absorb_one(stamped);
        let date = self.views.business_date();
        let is_new = date != self.date.0;
        if is_new {
            self.date = (date, names::date(date));
        }
        let told = Told { stamped, views: &self.views, date: &self.date.1 };
        mark_time(&told, self.at, is_new, &mut self.rows);
        match &mut self.folder {
            Folder::Clearing(folder) => folder.after(&told, &mut self.rows),
            Folder::Market(folder) => folder.after(&told, &mut self.rows),
        }
        self.at = stamped.at;
    }

    /// The rows of what was absorbed since [`Projection::clear`].
    pub(crate) fn rows(&mut self) -> &Rows {
        match &mut self.folder {
            Folder::Clearing(folder) => folder.finish(&self.views, &mut self.rows),
            Folder::Market(folder) => folder.finish(&self.views, &mut self.rows),
        }
        &self.rows
    }

    /// Rows that wait, those that fall together included.
    pub(crate) fn waiting(&self) -> usize {
        self.rows.count()
    }

    /// Forgets the rows, which are written.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.rows.end_dates_before(&self.date.1);
    }

    /// The last event absorbed, and engine time then.
    pub(crate) fn reached(&self) -> (Seq, Timestamp) {
        (self.views.event_seq(), self.at)
    }
}

/// Notes the first event of each minute and business date, so that times find seqs.
fn mark_time(told: &Told<'_>, last: Timestamp, is_new_date: bool, rows: &mut Rows) {
    let Told { stamped, date, .. } = told;
    let is_first = stamped.seq == 1;
    if is_first || last.0 / MINUTE_NS != stamped.at.0 / MINUTE_NS {
        let minute = Value::from(stamped.at.0 / MINUTE_NS);
        rows.put(tables::MINUTES, vec![minute, stamped.seq.into()]);
    }
    if is_first || is_new_date {
        rows.put(tables::BUSINESS_DATES, vec![(*date).clone(), stamped.seq.into()]);
    }
}

/// The event as its owner is told it, if it has one.
pub(crate) fn is_own<'a>(stamped: &Stamped<'a>) -> Option<&'a venue::AccountEvent> {
    match stamped.event {
        Event::Account(event) => Some(event),
        Event::Public(_) | Event::Refused { .. } => None,
    }
}
