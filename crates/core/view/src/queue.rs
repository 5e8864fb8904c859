//! The shown orders of one book, each in its level's queue.
//!
//! **Invariant:** an order that is in the index is in exactly one queue, and the other way round.
//!
//! A queue is a list of nodes in one arena, so an order leaves it without a search. Numbers are
//! looked up by runs of 64: orders are numbered densely, so a run's page holds many of them.

use std::collections::BTreeMap;

use types::{OrderId, Qty};

const RUN_BITS: u32 = 6;
const RUN_LEN: usize = 1 << RUN_BITS;
/// No node.
const NONE: u32 = u32::MAX;

/// The orders of one book.
#[derive(Clone, Debug, Default)]
pub(crate) struct Orders {
    nodes: Vec<Node>,
    free: Vec<u32>,
    /// By number without its last [`RUN_BITS`] bits.
    runs: BTreeMap<u64, Run>,
}

/// The oldest and the youngest order of a level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queue {
    first: u32,
    last: u32,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    order: OrderId,
    lots: Qty,
    /// The next older one.
    prev: u32,
    /// The next younger one.
    next: u32,
}

#[derive(Clone, Debug)]
struct Run {
    /// Nodes by the last bits of the number.
    nodes: Box<[u32; RUN_LEN]>,
    used: u32,
}

impl Queue {
    pub(crate) const EMPTY: Queue = Queue { first: NONE, last: NONE };
}

impl Orders {
    /// Puts an order at the back of `queue`; `false`, and nothing is done, when it is in one.
    pub(crate) fn push(&mut self, queue: &mut Queue, order: OrderId, lots: Qty) -> bool {
        let run = self.runs.entry(order.0 >> RUN_BITS).or_insert_with(Run::empty);
        let place = &mut run.nodes[in_run(order)];
        if *place != NONE {
            return false;
        }
        let node = Node { order, lots, prev: queue.last, next: NONE };
        let number = match self.free.pop() {
            Some(number) => {
                self.nodes[number as usize] = node;
                number
            }
            None => {
                self.nodes.push(node);
                u32::try_from(self.nodes.len() - 1).expect("a book has fewer orders than 2^32")
            }
        };
        *place = number;
        run.used += 1;
        match queue.last {
            NONE => queue.first = number,
            last => self.nodes[last as usize].next = number,
        }
        queue.last = number;
        true
    }

    /// Takes an order out of `queue`, which it is in; answers the lots it showed.
    pub(crate) fn remove(&mut self, queue: &mut Queue, order: OrderId) -> Qty {
        let run = self.runs.get_mut(&(order.0 >> RUN_BITS)).expect("a shown order is known");
        let number = std::mem::replace(&mut run.nodes[in_run(order)], NONE);
        assert!(number != NONE, "a shown order is known");
        run.used -= 1;
        if run.used == 0 {
            self.runs.remove(&(order.0 >> RUN_BITS));
        }
        let Node { lots, prev, next, .. } = self.nodes[number as usize];
        match prev {
            NONE => queue.first = next,
            prev => self.nodes[prev as usize].next = next,
        }
        match next {
            NONE => queue.last = prev,
            next => self.nodes[next as usize].prev = prev,
        }
        self.free.push(number);
        lots
    }

    /// The lots that an order shows, to be changed where it stands.
    pub(crate) fn lots_mut(&mut self, order: OrderId) -> Option<&mut Qty> {
        let number = self.find(order)?;
        Some(&mut self.nodes[number as usize].lots)
    }

    /// The orders of `queue`, oldest first.
    pub(crate) fn iter(&self, queue: Queue) -> impl Iterator<Item = (OrderId, Qty)> {
        let node = |number: u32| self.nodes.get(number as usize);
        let nodes = std::iter::successors(node(queue.first), move |it| node(it.next));
        nodes.map(|node| (node.order, node.lots))
    }

    /// The orders before `order` in its queue, the nearest first; `None` when it is in none.
    pub(crate) fn ahead(&self, order: OrderId) -> Option<impl Iterator<Item = (OrderId, Qty)>> {
        let node = |number: u32| self.nodes.get(number as usize);
        let own = node(self.find(order)?)?;
        let nodes = std::iter::successors(node(own.prev), move |it| node(it.prev));
        Some(nodes.map(|node| (node.order, node.lots)))
    }

    fn find(&self, order: OrderId) -> Option<u32> {
        let number = self.runs.get(&(order.0 >> RUN_BITS))?.nodes[in_run(order)];
        (number != NONE).then_some(number)
    }
}

impl Run {
    fn empty() -> Run {
        Run { nodes: Box::new([NONE; RUN_LEN]), used: 0 }
    }
}

fn in_run(order: OrderId) -> usize {
    order.0 as usize & (RUN_LEN - 1)
}
