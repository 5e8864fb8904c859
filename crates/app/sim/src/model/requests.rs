//! The requests of one scope that are remembered, oldest first.

use types::{OrderId, RequestId, Seq};
use venue::{Action, Done, Reject};

/// A request and what it came to.
#[derive(Clone, Debug)]
pub(super) struct Remembered {
    pub id: RequestId,
    pub action: Action,
    pub seq: Seq,
    pub result: Result<Done, Reject>,
    /// The order it placed.
    pub placed: Option<OrderId>,
}

/// The last few requests, and older ones whose order is open.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    kept: Vec<Remembered>,
}

impl Memory {
    pub fn find(&self, id: RequestId) -> Option<&Remembered> {
        self.kept.iter().find(|kept| kept.id == id)
    }

    pub fn push(&mut self, request: Remembered) {
        assert!(self.find(request.id).is_none(), "a remembered id is never pushed again");
        self.kept.push(request);
    }

    /// Forgets what is beyond the last `last` requests and placed no order that is still open.
    pub fn forget(&mut self, last: u32, is_open: impl Fn(OrderId) -> bool) {
        let beyond = self.kept.len().saturating_sub(last as usize);
        let mut position = 0;
        self.kept.retain(|kept| {
            position += 1;
            position > beyond || kept.placed.is_some_and(&is_open)
        });
    }

    pub fn iter(&self) -> impl Iterator<Item = &Remembered> {
        self.kept.iter()
    }
}
