//! Hints ahead of use: the memory of commands is asked for while earlier commands are applied.
//!
//! **Invariant:** hints change no result. Three stages, each reading what the one before asked
//! for, some commands apart; no branch depends on memory that may not have arrived.
//!
//! Several commands are hinted at one after the other: each hint first waits for its address, a
//! walk through the system's tables, and walks that follow each other closely go on side by side.

use book::Hint;
use types::AccountId;

use crate::clearing::Clearing;
use crate::command::{Action, Command};
use crate::matching::Matching;
use crate::requests::RequestSlot;

/// Batches of hints that are kept: the three under way, and one more for a power of two.
const RING: usize = 4;

const _: () = assert!(RING.is_power_of_two() && RING >= 3, "counts may wrap around");

/// The hints of commands that are soon to be applied.
///
/// Push all commands in order, [`Lookahead::BATCH`] of them at a time, the first of which is
/// applied [`Lookahead::DISTANCE`] commands later.
#[derive(Debug, Default)]
pub struct Lookahead {
    pushed: usize,
    ring: [[Hinted; Lookahead::BATCH]; RING],
}

/// What is known of a command's memory so far. What does not apply is zero, which hints at nothing
/// of use: so the later stages need no branch.
#[derive(Clone, Copy, Debug, Default)]
struct Hinted {
    account: AccountId,
    /// Of a cancel or replace, where its order is at clearing and at matching.
    row: u32,
    node: Hint,
    /// Of a new order, the level it may rest at.
    level: Hint,
    /// Where its request will be remembered, and the one that will be forgotten for it.
    request: u64,
    forgotten: RequestSlot,
}

impl Lookahead {
    /// Commands that are pushed at a time.
    pub const BATCH: usize = 8;
    /// How many commands ahead of its use the first of a batch is best pushed.
    pub const DISTANCE: usize = 3 * Lookahead::BATCH;

    /// The batches to push right before `all[at]` is applied, none as a rule.
    #[inline(always)]
    pub fn due<T>(all: &[T], at: usize) -> std::slice::Chunks<'_, T> {
        let is_due = at.is_multiple_of(Lookahead::BATCH);
        let from = if at == 0 { 0 } else { at + Lookahead::DISTANCE };
        let to = if is_due { at + Lookahead::DISTANCE + Lookahead::BATCH } else { 0 };
        let to = to.min(all.len());
        all[from.min(to)..to].chunks(Lookahead::BATCH)
    }

    #[inline(always)]
    pub(crate) fn push<'a>(
        &mut self,
        clearing: &Clearing,
        matching: &Matching,
        commands: impl ExactSizeIterator<Item = &'a Command>,
    ) {
        assert!(commands.len() <= Lookahead::BATCH, "a batch at a time");
        let at = self.pushed;
        self.pushed += 1;
        self.ring[at % RING] = [Hinted::default(); Lookahead::BATCH];
        for (hinted, command) in self.ring[at % RING].iter_mut().zip(commands) {
            *hinted = first(clearing, matching, command);
        }
        self.ring[at % RING].iter().for_each(|hinted| clearing.hint_request(hinted.request));
        for hinted in &mut self.ring[at.wrapping_sub(1) % RING] {
            hinted.row = clearing.hint_row(hinted.row);
            hinted.node = matching.hint_node(hinted.node);
            clearing.hint_forgotten(hinted.forgotten);
        }
        for hinted in &self.ring[at.wrapping_sub(2) % RING] {
            matching.hint_links(hinted.node);
            matching.hint_links(hinted.level);
            clearing.hint_lines(hinted.account, hinted.row);
        }
    }
}

#[inline(always)]
fn first(clearing: &Clearing, matching: &Matching, command: &Command) -> Hinted {
    let (account, mut hinted) = if let Action::Place { account, order } = &command.action {
        clearing.hint_place(*account, order.instrument);
        let level = matching.hint_level(order.instrument, order.side, order.order_type);
        (*account, Hinted { account: *account, level, ..Hinted::default() })
    } else if let Action::Cancel { account, order } | Action::Replace { account, order, .. } =
        &command.action
    {
        let row = clearing.hint_index(*order);
        let node = matching.hint_index(*order);
        (*account, Hinted { account: *account, row, node, ..Hinted::default() })
    } else {
        return Hinted::default();
    };
    clearing.hint_account(account);
    if let Some(request) = &command.request {
        hinted.request = clearing.request_place(account, request);
        hinted.forgotten = clearing.hint_oldest(account);
    }
    hinted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_pushed_once_in_order_and_the_distance_ahead() {
        for len in 0..100 {
            let all: Vec<usize> = (0..len).collect();
            let mut pushed: Vec<usize> = Vec::new();
            for at in 0..len {
                for batch in Lookahead::due(&all, at) {
                    assert!(at == 0 || batch[0] == at + Lookahead::DISTANCE, "{at} of {len}");
                    pushed.extend(batch);
                }
            }
            assert_eq!(pushed, all);
        }
    }
}
