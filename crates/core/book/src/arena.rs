//! The memory that all books of a shard share: nodes, level pages, iceberg reserves, order index.
//!
//! **Invariant:** every node is in one ring: that of its price when it rests, its own when it
//! heads an empty level; or it is on the list of free nodes. It deliberately matches nothing.
//!
//! A level is the head of a ring of nodes, so an order leaves its level without a branch. Nodes
//! come in pages of 64, each either levels of 64 neighbouring prices or orders; page 0 is neither.
//!
//! | offset | bytes | field | of an order | of a level's head |
//! |---|---|---|---|---|
//! | 0 | 8 | `id` | order id | orders in the ring |
//! | 8 | 4 | `prev` | older neighbour | youngest order |
//! | 12 | 4 | `next` | younger neighbour, or next free node | oldest order |
//! | 16 | 8 | `lots` | displayed lots | displayed lots in the ring |
//! | 24 | 4 | `home` | slot of the level's head, and flags; 0 when free | 0 |
//! | 28 | 4 | `owner` | account | 0 |

use types::planted::{self, Bug};
use types::{AccountId, OrderId, Price, QTY_LOTS_MAX, Qty, Side, prefetch};

use crate::book::NewResting;
use crate::index::OrderIndex;

/// Levels or orders in a page.
pub(crate) const PAGE_LEN: usize = 64;
const ICEBERG: u32 = 1 << 31;
const SELL: u32 = 1 << 30;
const HEAD_MASK: u32 = SELL - 1;

/// Where a resting order is in its arena, for as long as it rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub(crate) u32);

impl Slot {
    /// A subscript below [`Arena::slots_max`], for what a caller keeps beside each order.
    #[inline(always)]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where an order is likely to be found; never trusted, so it may be as old as it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hint(pub(crate) u32);

impl Hint {
    /// The subscript of the node it leads to, once [`Arena::hint_node`] gave it back.
    #[inline(always)]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What an [`Arena`] reserves, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArenaLimits {
    /// Orders that may rest at a time, in all books.
    pub orders_max: u32,
    /// Runs of 64 neighbouring prices that may hold orders at a time, in all books and sides.
    pub pages_max: u32,
    /// Clearing shards that number orders.
    pub sources: u16,
}

/// What a price shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Level {
    /// Displayed lots.
    pub lots: Qty,
    /// Resting orders.
    pub orders: u32,
}

/// One resting order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resting {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub owner: AccountId,
    /// Buy or sell.
    pub side: Side,
    /// Its price.
    pub price: Price,
    /// Displayed lots; zero only for an iceberg in the middle of a paused pro-rata round.
    pub lots: Qty,
    /// Lots that an iceberg does not show.
    pub hidden: Qty,
    /// Lots that an iceberg shows at a time; zero for any other order.
    pub display: Qty,
}

/// The orders of all books of one matching shard.
pub struct Arena {
    pub(crate) nodes: Vec<Node>,
    /// By page number.
    pub(crate) pages: Vec<Page>,
    /// By slot; cold, committed by the system when first touched.
    hidden: Vec<u64>,
    display: Vec<u64>,
    index: OrderIndex,
    /// The first free node; 0 is none.
    free: u32,
    free_pages: Vec<u32>,
    pages_left: u32,
    pages_max: u32,
}

/// See the table above.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(32))]
pub(crate) struct Node {
    pub(crate) id: u64,
    pub(crate) prev: u32,
    pub(crate) next: u32,
    pub(crate) lots: u64,
    home: u32,
    pub(crate) owner: u32,
}

const _: () = assert!(size_of::<Node>() == 32);

/// What belongs to 64 neighbouring levels; all zeros for a page of orders.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Page {
    /// Bit i is set when level i has orders.
    pub(crate) occupied: u64,
    /// The page's place in its ladder's directory.
    pub(crate) column: u32,
    /// Price of level 0; the others follow upwards for sells, downwards for buys.
    pub(crate) first_ticks: u32,
}

impl Node {
    /// Whether an order rests here: this is neither free nor a level's head.
    #[inline(always)]
    pub(crate) fn is_order(self) -> bool {
        self.home != 0
    }

    /// The slot of its level's head.
    #[inline(always)]
    pub(crate) fn head(self) -> u32 {
        self.home & HEAD_MASK
    }

    #[inline(always)]
    pub(crate) fn side(self) -> Side {
        if self.home & SELL == 0 { Side::Buy } else { Side::Sell }
    }

    #[inline(always)]
    pub(crate) fn is_iceberg(self) -> bool {
        self.home & ICEBERG != 0
    }

    /// What the level shows, for a level's head.
    #[inline(always)]
    pub(crate) fn level(self) -> Level {
        Level { lots: Qty(self.lots), orders: self.id as u32 }
    }
}

impl Arena {
    /// An empty arena.
    ///
    /// # Panics
    /// If the limits need more than 2^30 slots.
    pub fn new(limits: ArenaLimits) -> Arena {
        let pages = 1 + u64::from(limits.pages_max) + u64::from(limits.orders_max).div_ceil(64);
        assert!(pages * PAGE_LEN as u64 <= u64::from(SELL), "slots fit 30 bits");
        let slots = pages as usize * PAGE_LEN;
        let mut arena = Arena {
            nodes: Vec::with_capacity(slots),
            pages: Vec::with_capacity(pages as usize),
            hidden: vec![0; slots],
            display: vec![0; slots],
            index: OrderIndex::new(limits.orders_max, limits.sources),
            free: 0,
            free_pages: Vec::with_capacity(limits.pages_max as usize),
            pages_left: limits.pages_max,
            pages_max: limits.pages_max,
        };
        arena.append_page(Page::default());
        arena
    }

    /// One more than the largest subscript of a slot.
    pub fn slots_max(&self) -> usize {
        self.hidden.len()
    }

    /// Where `order` rests.
    #[inline]
    pub fn find(&self, order: OrderId) -> Option<Slot> {
        self.index.get(order).map(Slot)
    }

    /// The order at `slot`.
    ///
    /// # Panics
    /// If none rests there.
    pub fn resting(&self, slot: Slot) -> Resting {
        let node = self.live(slot);
        Resting {
            order: OrderId(node.id),
            owner: AccountId(node.owner),
            side: node.side(),
            price: self.price(node),
            lots: Qty(node.lots),
            hidden: Qty(self.hidden_lots(slot.0, node)),
            display: Qty(if node.is_iceberg() { self.display[slot.0 as usize] } else { 0 }),
        }
    }

    /// Where `first` and the later orders of its source rest, by number.
    pub fn following(&self, first: OrderId) -> impl Iterator<Item = Slot> {
        self.index.following(first).map(Slot)
    }

    /// Resting orders, in all books.
    pub fn len(&self) -> u32 {
        self.index.len()
    }

    /// Whether nothing rests.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Whether no order may rest at all now; [`crate::Book::has_room`] asks for a price.
    pub fn is_full(&self) -> bool {
        !self.index.has_room()
    }

    /// Level pages in use.
    pub fn pages_used(&self) -> u32 {
        self.pages_max - self.pages_left
    }

    /// Like [`Arena::find`], at once if the hint, taken through its three stages, was right.
    #[inline(always)]
    pub fn find_hinted(&self, order: OrderId, hint: Hint) -> Option<Slot> {
        match self.nodes.get(hint.0 as usize) {
            Some(node) if node.id == order.0 && node.is_order() => Some(Slot(hint.0)),
            Some(_) | None => self.find(order),
        }
    }

    /// First of three hints before `order` is looked up: asks for its index entry.
    ///
    /// Give each some four commands after the one before it; each reads what that asked for.
    #[inline(always)]
    pub fn hint_index(&self, order: OrderId) -> Hint {
        Hint(self.index.hint(order))
    }

    /// Second hint: asks for the order's node.
    #[inline(always)]
    pub fn hint_node(&self, hint: Hint) -> Hint {
        let slot = self.index.at(hint.0);
        prefetch(&self.nodes, slot as usize);
        Hint(slot)
    }

    /// Third hint: asks for the order's level and neighbours, or a level's oldest and youngest.
    #[inline(always)]
    pub fn hint_links(&self, hint: Hint) {
        if let Some(node) = self.nodes.get(hint.0 as usize) {
            prefetch(&self.nodes, node.prev as usize);
            prefetch(&self.nodes, node.next as usize);
            prefetch(&self.nodes, node.head() as usize);
        }
    }

    /// Whether a page of levels may be claimed.
    pub(crate) fn has_page(&self) -> bool {
        self.pages_left > 0
    }

    /// Gives 64 empty levels to a ladder and returns the page's number.
    pub(crate) fn claim_page(&mut self, column: u32, first_ticks: u32) -> u32 {
        assert!(self.has_page(), "the caller asked for room");
        self.pages_left -= 1;
        let page = Page { occupied: 0, column, first_ticks };
        match self.free_pages.pop() {
            Some(number) => {
                self.pages[number as usize] = page;
                number
            }
            None => self.append_page(page),
        }
    }

    /// Takes back a page whose levels are all empty.
    pub(crate) fn release_page(&mut self, number: u32) {
        assert!(self.pages[number as usize].occupied == 0, "only an empty page goes back");
        self.pages_left += 1;
        self.free_pages.push(number);
    }

    /// Puts a new order at the back of the ring of `head`; returns its slot and what shows now.
    #[inline(always)]
    pub(crate) fn link_new(&mut self, head: u32, new: &NewResting) -> (u32, Level) {
        assert!(new.order.0 != 0, "orders count from 1");
        assert!(new.owner.0 != 0, "accounts count from 1");
        assert!(new.lots.0 <= QTY_LOTS_MAX, "a quantity within its limit");
        if self.free == 0 {
            self.append_orders();
        }
        let slot = self.free;
        self.index.insert(new.order, slot);
        let mut home = head | (new.side.index() as u32 * SELL);
        if !new.display.is_zero() {
            home |= ICEBERG;
            self.hidden[slot as usize] = new.hidden.0;
            self.display[slot as usize] = new.display.0;
        }
        let nodes = self.nodes.as_mut_slice();
        let level = &mut nodes[head as usize];
        let last = level.prev;
        level.prev = slot;
        level.id += 1;
        level.lots = level.lots.checked_add(new.lots.0).expect("the caller asked for room");
        let shown = level.level();
        nodes[last as usize].next = slot;
        let node = &mut nodes[slot as usize];
        assert!(!node.is_order(), "a free node holds no order");
        self.free = node.next;
        let (id, lots, owner) = (new.order.0, new.lots.0, new.owner.0);
        *node = Node { id, lots, prev: last, next: head, home, owner };
        (slot, shown)
    }

    /// Takes the order at `slot` out of its level, frees its node, and returns what is left there.
    #[inline(always)]
    pub(crate) fn unlink(&mut self, slot: u32, node: Node) -> Level {
        let nodes = self.nodes.as_mut_slice();
        nodes[node.prev as usize].next = node.next;
        nodes[node.next as usize].prev = node.prev;
        let head = &mut nodes[node.head() as usize];
        head.id -= 1;
        head.lots -= node.lots;
        let level = head.level();
        self.free_node(slot, node);
        level
    }

    /// Frees the node of an order that its level's ring no longer holds.
    #[inline(always)]
    pub(crate) fn free_node(&mut self, slot: u32, node: Node) {
        self.index.remove(OrderId(node.id));
        let free = &mut self.nodes[slot as usize];
        free.home = 0;
        free.next = self.free;
        self.free = slot;
    }

    /// Takes displayed lots from an order and its level.
    #[inline(always)]
    pub(crate) fn take_lots(&mut self, slot: u32, lots: u64) {
        let node = &mut self.nodes[slot as usize];
        node.lots -= lots;
        let head = node.head();
        self.nodes[head as usize].lots -= lots;
    }

    /// Shows the next part of an iceberg whose displayed lots are gone, at the back of its level.
    pub(crate) fn refresh(&mut self, slot: u32) -> u64 {
        let node = self.nodes[slot as usize];
        assert!(node.lots == 0, "only an exhausted iceberg shows its next part");
        let hidden = &mut self.hidden[slot as usize];
        let shown = self.display[slot as usize].min(*hidden);
        assert!(shown > 0, "an iceberg with nothing hidden is gone");
        *hidden -= shown;
        let head = node.head();
        let before = if planted::is(Bug::IcebergKeepsItsPlace) { node.next } else { head };
        self.move_before(before, slot);
        self.nodes[slot as usize].lots = shown;
        self.nodes[head as usize].lots += shown;
        shown
    }

    /// Takes up to `lots` from what an iceberg hides, and returns how many were taken.
    pub(crate) fn take_hidden(&mut self, slot: u32, lots: u64) -> u64 {
        if !self.nodes[slot as usize].is_iceberg() {
            return 0;
        }
        let hidden = &mut self.hidden[slot as usize];
        let taken = lots.min(*hidden);
        *hidden -= taken;
        taken
    }

    /// What an order does not show.
    #[inline(always)]
    pub(crate) fn hidden_lots(&self, slot: u32, node: Node) -> u64 {
        if node.is_iceberg() { self.hidden[slot as usize] } else { 0 }
    }

    /// The order at `slot`, which must rest.
    #[inline(always)]
    pub(crate) fn live(&self, slot: Slot) -> Node {
        let node = self.nodes[slot.0 as usize];
        assert!(node.is_order(), "an order rests at the slot");
        node
    }

    /// The price of a resting order.
    #[inline(always)]
    pub(crate) fn price(&self, node: Node) -> Price {
        let head = node.head();
        let first = self.pages[head as usize / PAGE_LEN].first_ticks;
        let step = head % PAGE_LEN as u32;
        let ticks = match node.side() {
            Side::Buy => first - step,
            Side::Sell => first + step,
        };
        Price::new(u64::from(ticks)).expect("a level has a valid price")
    }

    /// Moves an order within its ring: to the back, where `next` is the level's head.
    pub(crate) fn move_before(&mut self, next: u32, slot: u32) {
        let node = self.nodes[slot as usize];
        self.nodes[node.prev as usize].next = node.next;
        self.nodes[node.next as usize].prev = node.prev;
        let prev = self.nodes[next as usize].prev;
        self.nodes[next as usize].prev = slot;
        self.nodes[prev as usize].next = slot;
        let node = &mut self.nodes[slot as usize];
        node.prev = prev;
        node.next = next;
    }

    /// Adds a page of empty rings within the reserved capacity.
    #[cold]
    #[inline(never)]
    fn append_page(&mut self, page: Page) -> u32 {
        let number = self.pages.len() as u32;
        assert!(self.pages.len() < self.pages.capacity(), "pages were reserved");
        self.pages.push(page);
        let first = self.nodes.len() as u32;
        for slot in first..first + PAGE_LEN as u32 {
            self.nodes.push(Node { prev: slot, next: slot, ..Node::default() });
        }
        number
    }

    /// Adds a page of free nodes, the lowest slot to be used first.
    #[cold]
    #[inline(never)]
    fn append_orders(&mut self) {
        let page = self.append_page(Page::default());
        let first = page * PAGE_LEN as u32;
        for slot in (first..first + PAGE_LEN as u32).rev() {
            self.nodes[slot as usize].next = self.free;
            self.free = slot;
        }
    }

    /// Checks the free list and the index against the nodes, for tests.
    ///
    /// # Panics
    /// On the first fact that does not hold.
    pub fn check_invariants(&self) {
        let mut free = 0;
        let mut slot = self.free;
        while slot != 0 {
            let node = self.nodes[slot as usize];
            assert!(!node.is_order(), "a free node holds no order");
            assert_eq!(self.pages[slot as usize / PAGE_LEN].first_ticks, 0, "not a level");
            free += 1;
            slot = node.next;
        }
        let level_pages = self.pages_used() as usize + self.free_pages.len() + 1;
        let order_nodes = self.nodes.len() - level_pages * PAGE_LEN;
        assert_eq!(free + self.len() as usize, order_nodes, "a node is free or rests");
        let empty = &self.nodes[..PAGE_LEN];
        assert!(empty.iter().all(|node| node.id == 0 && node.lots == 0), "page 0 stays empty");
    }
}
