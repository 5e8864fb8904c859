//! Hints ahead of use: a command's memory is asked for while earlier commands are applied.
//!
//! **Invariant:** hints change no result. Three stages, each reading what the one before asked
//! for, some commands apart; no branch depends on memory that may not have arrived.

use book::Hint;
use types::AccountId;

use crate::clearing::Clearing;
use crate::command::{Action, Command};
use crate::matching::Matching;
use crate::requests::RequestSlot;

/// Commands between two stages.
const STRIDE: usize = 6;
/// Hints under way.
const RING: usize = 16;

/// The hints of commands that are soon to be applied.
///
/// Push every command [`Lookahead::DISTANCE`] commands before it is applied, in order.
#[derive(Debug, Default)]
pub struct Lookahead {
    pushed: usize,
    ring: [Hinted; RING],
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
    /// The request that will be forgotten for this one.
    forgotten: RequestSlot,
}

impl Lookahead {
    /// How many commands ahead of its use a command is best pushed.
    pub const DISTANCE: usize = 2 * STRIDE + 3;

    #[inline(always)]
    pub(crate) fn push(&mut self, clearing: &Clearing, matching: &Matching, command: &Command) {
        let at = self.next(first(clearing, matching, command));
        let second = &mut self.ring[at.wrapping_sub(STRIDE) % RING];
        second.row = clearing.hint_row(second.row);
        second.node = matching.hint_node(second.node);
        clearing.hint_forgotten(second.forgotten);
        let third = &self.ring[at.wrapping_sub(2 * STRIDE) % RING];
        matching.hint_links(third.node);
        matching.hint_links(third.level);
        clearing.hint_lines(third.account, third.row);
    }

    /// Like [`Lookahead::push`], for nothing but the command's request.
    #[inline(always)]
    pub(crate) fn push_request(&mut self, clearing: &Clearing, command: &Command) {
        let (Some(request), Some(account)) = (&command.request, command.action.account()) else {
            return;
        };
        let forgotten = clearing.hint_request(account, request);
        let at = self.next(Hinted { forgotten, ..Hinted::default() });
        clearing.hint_forgotten(self.ring[at.wrapping_sub(STRIDE) % RING].forgotten);
    }

    /// Begins the hints of one more command; gives back its position.
    #[inline(always)]
    fn next(&mut self, hinted: Hinted) -> usize {
        let at = self.pushed;
        self.pushed += 1;
        self.ring[at % RING] = hinted;
        at
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
        hinted.forgotten = clearing.hint_request(account, request);
    }
    hinted
}
