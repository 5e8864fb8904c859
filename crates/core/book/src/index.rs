//! From an order's dense number to a 32-bit value, in pages that are given back.
//!
//! **Invariant:** a page that is in use holds at least one order; page 0 of either kind is all
//! zeros and never in use, so a lookup needs no branch. It deliberately knows no order but that of
//! the numbers.
//!
//! | level | one entry covers | entries a page | page |
//! |---|---|---|---|
//! | root, one for each source | 65,536 orders | grows by one entry | 4 bytes an entry |
//! | branch | 64 orders | 1,024 | 4 KiB |
//! | leaf | 1 order | 64 | 256 bytes |

use types::{OrderId, prefetch};

const LEAF_BITS: u32 = 6;
const BRANCH_BITS: u32 = 10;
const LEAF_LEN: usize = 1 << LEAF_BITS;
const BRANCH_LEN: usize = 1 << BRANCH_BITS;
const ENTRIES_PER_LINE: usize = 16;

/// A map from order to a non-zero `u32`, for orders that each source numbers densely.
///
/// Memory follows the orders that are in, not the numbers ever given: a leaf and a branch return
/// to their pools when their last order goes. What is reserved at construction lasts unless the
/// orders are spread over more than `orders_max / 16` runs of 65,536 numbers, or a source numbers
/// more than 2^36; then the index allocates, at most 4 KiB an order and 4 bytes a run.
pub struct OrderIndex {
    roots: Vec<Vec<u32>>,
    branches: Vec<u32>,
    branch_leaves: Vec<u16>,
    branch_pool: Pool,
    leaves: Vec<u32>,
    leaf_orders: Vec<u8>,
    leaf_pool: Pool,
    /// The leaf last inserted into: new numbers come in sequence.
    recent: Recent,
    len: u32,
    orders_max: u32,
}

/// A run of 64 numbers and its leaf; 0 is none.
#[derive(Clone, Copy, Default)]
struct Recent {
    run: u64,
    leaf: u32,
}

/// Page numbers not in use, the last returned first.
struct Pool {
    returned: Vec<u32>,
    /// The lowest number never given.
    fresh: u32,
}

impl OrderIndex {
    /// Root entries reserved for each source.
    pub const ROOT_RESERVED: usize = 1 << 20;

    /// An empty index for at most `orders_max` orders of shards `0..sources`.
    ///
    /// # Panics
    /// If `orders_max` is 2^26 or more.
    pub fn new(orders_max: u32, sources: u16) -> OrderIndex {
        assert!(orders_max < 1 << (32 - LEAF_BITS), "a hint names an entry in 32 bits");
        let branches_reserved = orders_max as usize / 16 + 16 + usize::from(sources);
        let mut branches = Vec::with_capacity(branches_reserved * BRANCH_LEN);
        branches.resize(BRANCH_LEN, 0);
        let mut branch_leaves = Vec::with_capacity(branches_reserved);
        branch_leaves.push(0);
        let leaves = orders_max as usize + 1;
        OrderIndex {
            roots: (0..sources).map(|_| Vec::with_capacity(Self::ROOT_RESERVED)).collect(),
            branches,
            branch_leaves,
            branch_pool: Pool::new(branches_reserved),
            leaves: vec![0; leaves * LEAF_LEN],
            leaf_orders: vec![0; leaves],
            leaf_pool: Pool::new(leaves),
            recent: Recent::default(),
            len: 0,
            orders_max,
        }
    }

    /// The value of `order`.
    #[inline]
    pub fn get(&self, order: OrderId) -> Option<u32> {
        match self.leaves[self.entry(order)] {
            0 => None,
            value => Some(value),
        }
    }

    /// Orders that are in.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether no order is in.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether an order may be inserted now.
    pub fn has_room(&self) -> bool {
        self.len < self.orders_max
    }

    /// Adds `order`.
    ///
    /// # Panics
    /// If there is no room, the order is in already, its shard is not a source, or `value` is 0.
    #[inline(always)]
    pub fn insert(&mut self, order: OrderId, value: u32) {
        assert!(value != 0, "zero means absent");
        assert!(self.len < self.orders_max, "the caller asked for room");
        let run = order.0 >> LEAF_BITS;
        if self.recent.run != run || self.recent.leaf == 0 {
            self.recent = Recent { run, leaf: self.leaf_or_grow(order) };
        }
        let leaf = self.recent.leaf as usize;
        let entry = &mut self.leaves[leaf * LEAF_LEN + in_leaf(order)];
        assert!(*entry == 0, "an order is inserted once");
        *entry = value;
        self.leaf_orders[leaf] += 1;
        self.len += 1;
    }

    /// Takes `order` out.
    ///
    /// # Panics
    /// If it is not in.
    #[inline(always)]
    pub fn remove(&mut self, order: OrderId) {
        let leaf = self.leaf(order);
        let entry = &mut self.leaves[leaf * LEAF_LEN + in_leaf(order)];
        assert!(*entry != 0, "an order is removed once");
        *entry = 0;
        self.len -= 1;
        let orders = &mut self.leaf_orders[leaf];
        *orders -= 1;
        if *orders == 0 {
            self.shrink(order, leaf);
        }
    }

    /// Asks for the memory that a lookup of `order` will read last, and says where it is: for
    /// [`OrderIndex::at`], some commands later.
    #[inline(always)]
    pub fn hint(&self, order: OrderId) -> u32 {
        let entry = self.entry(order);
        prefetch(&self.leaves, entry);
        entry as u32
    }

    /// What a hint led to; by now it may be another order's value, or 0 for none.
    #[inline(always)]
    pub fn at(&self, hint: u32) -> u32 {
        self.leaves.get(hint as usize).copied().unwrap_or(0)
    }

    /// The values of `first` and the later orders of its source, by number. Reads the pages in use
    /// from there on, and 4 bytes for every 65,536 numbers given since.
    pub fn following(&self, first: OrderId) -> impl Iterator<Item = u32> {
        let root = self.roots.get(usize::from(first.shard().0)).map_or(&[][..], Vec::as_slice);
        let branches = root.get(in_root(first)..).unwrap_or_default().iter().enumerate();
        let leaves = branches.filter(|(_, branch)| **branch != 0).flat_map(move |(run, branch)| {
            let skipped = if run == 0 { in_branch(first) } else { 0 };
            let page = &self.branches[*branch as usize * BRANCH_LEN..][..BRANCH_LEN];
            let leaves = page.iter().enumerate().skip(skipped);
            leaves.map(move |(at, leaf)| (run == 0 && at == skipped, *leaf as usize))
        });
        leaves.filter(|(_, leaf)| *leaf != 0).flat_map(move |(is_first, leaf)| {
            let skipped = if is_first { in_leaf(first) } else { 0 };
            let page = &self.leaves[leaf * LEAF_LEN..][skipped..LEAF_LEN];
            page.iter().copied().filter(|value| *value != 0)
        })
    }

    /// Pages in use: branches and leaves.
    pub fn pages(&self) -> (u32, u32) {
        (self.branch_pool.used(), self.leaf_pool.used())
    }

    /// Where the value of `order` is, or a zero of the empty leaf.
    #[inline(always)]
    fn entry(&self, order: OrderId) -> usize {
        self.leaf(order) * LEAF_LEN + in_leaf(order)
    }

    #[inline(always)]
    fn leaf(&self, order: OrderId) -> usize {
        let branch = self.branch(order);
        self.branches[branch * BRANCH_LEN + in_branch(order)] as usize
    }

    #[inline(always)]
    fn branch(&self, order: OrderId) -> usize {
        let root = self.roots.get(usize::from(order.shard().0));
        root.and_then(|root| root.get(in_root(order))).copied().unwrap_or(0) as usize
    }

    /// The leaf of `order`; it is given one, and a branch, if it has none.
    #[cold]
    #[inline(never)]
    fn leaf_or_grow(&mut self, order: OrderId) -> u32 {
        if self.leaf(order) != 0 {
            return self.leaf(order) as u32;
        }
        let root = self.roots.get_mut(usize::from(order.shard().0)).expect("a known source");
        if root.len() <= in_root(order) {
            root.resize(in_root(order) + 1, 0);
        }
        let branch = &mut root[in_root(order)];
        if *branch == 0 {
            *branch = self.branch_pool.take();
        }
        let branch = *branch as usize;
        if branch == self.branch_leaves.len() {
            self.branches.resize(self.branches.len() + BRANCH_LEN, 0);
            self.branch_leaves.push(0);
        }
        let leaf = self.leaf_pool.take();
        self.branches[branch * BRANCH_LEN + in_branch(order)] = leaf;
        self.branch_leaves[branch] += 1;
        // The numbers that follow will come soon; a returned leaf is likely cold.
        for line in 0..LEAF_LEN / ENTRIES_PER_LINE {
            prefetch(&self.leaves, leaf as usize * LEAF_LEN + line * ENTRIES_PER_LINE);
        }
        leaf
    }

    /// Returns the empty `leaf` of `order`, and its branch if that was the last leaf.
    #[cold]
    #[inline(never)]
    fn shrink(&mut self, order: OrderId, leaf: usize) {
        let branch = self.branch(order);
        self.branches[branch * BRANCH_LEN + in_branch(order)] = 0;
        self.leaf_pool.give(leaf as u32);
        if self.recent.leaf == leaf as u32 {
            self.recent = Recent::default();
        }
        self.branch_leaves[branch] -= 1;
        if self.branch_leaves[branch] == 0 {
            self.roots[usize::from(order.shard().0)][in_root(order)] = 0;
            self.branch_pool.give(branch as u32);
        }
    }
}

impl Pool {
    fn new(reserved: usize) -> Pool {
        Pool { returned: Vec::with_capacity(reserved), fresh: 1 }
    }

    fn take(&mut self) -> u32 {
        if let Some(page) = self.returned.pop() {
            return page;
        }
        self.fresh += 1;
        self.fresh - 1
    }

    fn give(&mut self, page: u32) {
        self.returned.push(page);
    }

    fn used(&self) -> u32 {
        self.fresh - 1 - self.returned.len() as u32
    }
}

#[inline(always)]
fn in_leaf(order: OrderId) -> usize {
    order.local() as usize & (LEAF_LEN - 1)
}

#[inline(always)]
fn in_branch(order: OrderId) -> usize {
    (order.local() >> LEAF_BITS) as usize & (BRANCH_LEN - 1)
}

#[inline(always)]
fn in_root(order: OrderId) -> usize {
    (order.local() >> (LEAF_BITS + BRANCH_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::ShardId;

    fn order(shard: u16, local: u64) -> OrderId {
        OrderId::new(ShardId(shard), local)
    }

    #[test]
    fn following_orders_are_walked_by_number_within_their_source() {
        let mut index = OrderIndex::new(1_000, 2);
        let locals = [1, 2, 63, 64, 65, 4_000, 65_535, 65_536, 65_600, 200_000];
        for (at, local) in locals.into_iter().enumerate() {
            index.insert(order(1, local), at as u32 + 1);
            index.insert(order(0, local + 7), 500);
        }
        index.remove(order(1, 65));
        for first in 0..200_100 {
            let walked: Vec<u32> = index.following(order(1, first)).collect();
            let is_left = |(_, local): &(usize, u64)| *local >= first && *local != 65;
            let left = locals.into_iter().enumerate().filter(is_left);
            assert_eq!(walked, left.map(|(at, _)| at as u32 + 1).collect::<Vec<u32>>(), "{first}");
        }
        assert_eq!(index.following(order(1, 1 << 30)).count(), 0);
        assert_eq!(index.following(order(9, 0)).count(), 0);
    }

    #[test]
    fn pages_are_freed_with_their_last_order() {
        let mut index = OrderIndex::new(1_000, 2);
        for local in 1..=200 {
            index.insert(order(0, local), local as u32);
            index.insert(order(1, local), 1_000 + local as u32);
        }
        assert_eq!(index.pages(), (2, 8));
        for local in 1..=200 {
            index.remove(order(0, local));
        }
        assert_eq!((index.pages(), index.len()), ((1, 4), 200));
        for local in 1..=200 {
            assert_eq!(index.get(order(0, local)), None);
            assert_eq!(index.get(order(1, local)), Some(1_000 + local as u32));
            index.remove(order(1, local));
        }
        assert_eq!(index.pages(), (0, 0));
        assert!(index.is_empty());
    }

    #[test]
    fn a_window_that_moves_for_ever_needs_few_pages() {
        let mut index = OrderIndex::new(100, 1);
        for local in 1..=1_000_000 {
            index.insert(order(0, local), 7);
            if local > 100 - 1 {
                index.remove(order(0, local - 99));
            }
            assert!(index.pages().1 <= 3);
        }
        assert!(index.branch_pool.fresh <= 3 && index.leaf_pool.fresh <= 4);
    }

    #[test]
    fn orders_never_seen_and_unknown_sources_are_absent() {
        let index = OrderIndex::new(10, 1);
        for absent in [order(0, 0), order(0, OrderId::LOCAL_MAX), order(9, 1)] {
            assert_eq!(index.get(absent), None);
            assert_eq!(index.at(index.hint(absent)), 0);
        }
    }

    #[test]
    fn orders_far_from_each_other_have_room_too() {
        let mut index = OrderIndex::new(1_000, 1);
        for n in 1..=1_000 {
            assert!(index.has_room());
            index.insert(order(0, n << 16), n as u32);
        }
        assert!(!index.has_room());
        assert_eq!(index.pages(), (1_000, 1_000));
        for n in 1..=1_000 {
            assert_eq!(index.get(order(0, n << 16)), Some(n as u32));
            index.remove(order(0, n << 16));
        }
        assert_eq!(index.pages(), (0, 0));
    }
}
