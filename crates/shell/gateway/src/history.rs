//! What was: orders, fills, payments, ledger entries, trades and candles from the store.
//!
//! **Invariant:** an answer tells how far the store was before it was asked; what is asked about an
//! account is asked for its owner only, by the venue's own views.

pub(crate) mod market;
pub(crate) mod money;
pub(crate) mod orders;
pub(crate) mod statistics;

use std::fmt;
use std::future::Future;

use store::{Edge, Page, Part, Range, Standing, StoreError};
use types::{Seq, Timestamp};

use crate::gateway::{Gateway, MIN_SEQ_WAIT_MAX};
use crate::market_candles::{check_range, moment_of};
use crate::page::{CURSOR_EXPECTED, Cursor, HISTORY, List};
use crate::problem::Problem;
use crate::query::Params;
use crate::reply::Seqs;

const UNUSABLE: &str = ": its database cannot be used now";

/// The store, as far as it is now.
pub(crate) struct Past<'a> {
    gateway: &'a Gateway,
    history: &'a store::History,
    seqs: Seqs,
}

/// What every list of history is asked with.
pub(crate) struct Asked {
    pub range: Range,
    pub page: Page,
}

impl Asked {
    /// Takes `from`, `to`, `limit` and `cursor`; one more row than a page shows tells whether more
    /// follow.
    pub(crate) fn take(params: &mut Params, list: List, of: u32) -> Result<Asked, Problem> {
        let range = range(params)?;
        let rows = params.rows("limit", HISTORY)? + 1;
        let cursor = params.parsed("cursor", CURSOR_EXPECTED, |it| Cursor::read(list, of, it))?;
        Ok(Asked { range, page: Page { edge: Edge::Below(cursor.unwrap_or(u64::MAX)), rows } })
    }

    /// Cuts what was found to a page, and tells where the next one begins.
    pub(crate) fn cut<T>(
        &self,
        found: &mut Vec<T>,
        (list, of): (List, u32),
        key: impl Fn(&T) -> u64,
    ) -> Option<String> {
        if found.len() < self.page.rows {
            return None;
        }
        found.truncate(self.page.rows - 1);
        found.last().map(|last| Cursor { list, of, last: key(last) }.write())
    }
}

/// Takes `from` and `to`.
pub(crate) fn range(params: &mut Params) -> Result<Range, Problem> {
    let (from, to) = (moment_of(params, "from")?, moment_of(params, "to")?);
    // Later than any engine time is as good as the last moment that databases count.
    let bounded = |at: Timestamp| Timestamp(at.0.min(i64::MAX.unsigned_abs()));
    let range = Range { from: from.map(bounded), to: to.map(bounded) };
    check_range(range.from, range.to)?;
    Ok(range)
}

impl<'a> Past<'a> {
    /// The store, once it has come as far as the read wants.
    ///
    /// # Errors
    /// `behind` when it has not within [`MIN_SEQ_WAIT_MAX`], or cannot be written or read now.
    pub(crate) async fn reached(
        gateway: &'a Gateway,
        part: Part,
        min_seq: Option<Seq>,
    ) -> Result<Past<'a>, Problem> {
        let venue = gateway.read(Seqs::of);
        let behind = |seq, why| Problem::history_behind(min_seq, venue.seq, seq, why);
        let Some(history) = gateway.history() else {
            return Err(behind(0, ": this venue keeps none"));
        };
        let standings = history.standings();
        let fault = |standing: &Standing| match &standing.fault {
            Some(fault) => Err(failed(behind(standing.written.seq, UNUSABLE), fault)),
            None => Ok(()),
        };
        fault(&standings.of(part))?;
        if let Some(min_seq) = min_seq {
            let reach = standings.reach(part, min_seq, venue.event_seq);
            let in_time = tokio::time::timeout(MIN_SEQ_WAIT_MAX, reach).await;
            if !in_time.is_ok_and(|is_reached| is_reached) {
                fault(&standings.of(part))?;
                return Err(behind(standings.of(part).written.seq, ""));
            }
        }
        let standing = standings.of(part);
        fault(&standing)?;
        let written = standing.written;
        // What came since without an event is in it too.
        let venue = gateway.read(Seqs::of);
        let seq = if written.event_seq == venue.event_seq { venue.seq } else { written.seq };
        let seqs = Seqs { seq, event_seq: written.event_seq };
        Ok(Past { gateway, history, seqs })
    }

    pub(crate) fn seqs(&self) -> Seqs {
        self.seqs
    }

    /// Asks the store.
    pub(crate) async fn ask<T, F: Future<Output = Result<T, StoreError>>>(
        &self,
        ask: impl FnOnce(&'a store::History) -> F,
    ) -> Result<T, Problem> {
        ask(self.history).await.map_err(|error| self.failed(&error))
    }

    /// What is told of a question that failed.
    pub(crate) fn failed(&self, error: &StoreError) -> Problem {
        failed(self.behind(UNUSABLE), error)
    }

    fn behind(&self, why: &str) -> Problem {
        let venue = self.gateway.read(Seqs::of);
        Problem::history_behind(None, venue.seq, self.seqs.seq, why)
    }

    /// The store, for questions that outlive the request.
    pub(crate) fn history(&self) -> &'a store::History {
        self.history
    }

    /// Waits until a database is past `moment`, or has event `event_seq`; tells the time of its
    /// last event.
    ///
    /// # Errors
    /// `behind` when it is not within [`MIN_SEQ_WAIT_MAX`].
    pub(crate) async fn reach_moment(
        &self,
        part: Part,
        moment: Timestamp,
        event_seq: Seq,
    ) -> Result<Timestamp, Problem> {
        let standings = self.history.standings();
        if standings.of(part).written.at < moment {
            let reach = standings.reach(part, Seq::MAX, event_seq);
            let in_time = tokio::time::timeout(MIN_SEQ_WAIT_MAX, reach).await;
            if !in_time.is_ok_and(|is_reached| is_reached) {
                return Err(self.behind(""));
            }
        }
        Ok(standings.of(part).written.at)
    }
}

/// The reason is the operator's: it may name hosts and files.
fn failed(problem: Problem, fault: &dyn fmt::Display) -> Problem {
    tracing::warn!(%fault, "no history");
    problem
}
