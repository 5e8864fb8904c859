//! One side of one book: levels keyed by rank, the better price having the smaller rank.
//!
//! **Invariant:** a directory entry is not 0 when, and only when, its page holds an order; `best`
//! is the lowest rank that has orders. It deliberately does not know which side it is: rank is the
//! distance from the best price possible, for both.

use types::{Price, Side};

use crate::arena::{Arena, Level, PAGE_LEN};
use crate::bitmap::Bitmap;

/// The rank of no level.
pub(crate) const RANK_NONE: u32 = u32::MAX;

/// Distance in ticks from the best price possible on a side.
pub(crate) type Rank = u32;

pub(crate) struct Ladder {
    /// Lowest occupied rank, or [`RANK_NONE`].
    pub(crate) best: Rank,
    /// Slot of its level's head; meaningless without one.
    pub(crate) best_head: u32,
    /// The best price possible: the limit for buys, 1 for sells.
    origin: u32,
    side: Side,
    /// Page number of each run of 64 ranks; 0 is none. Committed by the system when touched.
    directory: Vec<u32>,
    /// The runs that have a page.
    columns: Bitmap,
}

impl Ladder {
    pub(crate) fn new(side: Side, price_limit: Price) -> Ladder {
        let limit = price_limit.ticks() as u32;
        let columns = limit.div_ceil(PAGE_LEN as u32);
        let origin = match side {
            Side::Buy => limit,
            Side::Sell => 1,
        };
        Ladder {
            best: RANK_NONE,
            best_head: 0,
            origin,
            side,
            directory: vec![0; columns as usize],
            columns: Bitmap::new(columns),
        }
    }

    /// The rank of a price within the instrument's limit.
    #[inline(always)]
    pub(crate) fn rank(&self, price: Price) -> Rank {
        (price.ticks() as u32).abs_diff(self.origin)
    }

    #[inline(always)]
    pub(crate) fn price(&self, rank: Rank) -> Price {
        let ticks = match self.side {
            Side::Buy => self.origin - rank,
            Side::Sell => self.origin + rank,
        };
        Price::new(u64::from(ticks)).expect("a rank has a valid price")
    }

    pub(crate) fn best_price(&self) -> Option<Price> {
        (self.best != RANK_NONE).then(|| self.price(self.best))
    }

    /// The head of the level at `rank`, or one that is always empty.
    #[inline(always)]
    pub(crate) fn head(&self, rank: Rank) -> u32 {
        self.directory[rank as usize / PAGE_LEN] * PAGE_LEN as u32 + rank % PAGE_LEN as u32
    }

    /// Like [`Ladder::head`], for any rank: past the end, one that is always empty.
    #[inline(always)]
    pub(crate) fn head_or_none(&self, rank: Rank) -> u32 {
        let page = self.directory.get(rank as usize / PAGE_LEN).copied().unwrap_or(0);
        page * PAGE_LEN as u32 + rank % PAGE_LEN as u32
    }

    /// The page that holds `rank`; 0 is none.
    #[inline(always)]
    pub(crate) fn page(&self, rank: Rank) -> u32 {
        self.directory[rank as usize / PAGE_LEN]
    }

    /// Whether the page with this number is this ladder's, at this place.
    #[inline(always)]
    pub(crate) fn owns(&self, page: u32, column: u32) -> bool {
        page != 0 && self.directory.get(column as usize) == Some(&page)
    }

    /// Marks the level at `rank` occupied and returns its head.
    #[inline(always)]
    pub(crate) fn occupy(&mut self, arena: &mut Arena, rank: Rank) -> u32 {
        let page = match self.page(rank) {
            0 => self.open_page(arena, rank / PAGE_LEN as u32),
            page => page,
        };
        let step = rank % PAGE_LEN as u32;
        let head = page * PAGE_LEN as u32 + step;
        arena.pages[page as usize].occupied |= 1 << step;
        if rank < self.best {
            self.best = rank;
            self.best_head = head;
        }
        head
    }

    /// Marks the level with this head empty, and finds the next best if it was the best.
    #[inline]
    pub(crate) fn vacate(&mut self, arena: &mut Arena, head: u32) {
        let level = arena.nodes[head as usize];
        assert!(level.level() == Level::default(), "an empty ring has no totals");
        let number = head / PAGE_LEN as u32;
        let page = &mut arena.pages[number as usize];
        page.occupied &= !(1 << (head % PAGE_LEN as u32));
        let (occupied, column) = (page.occupied, page.column);
        if occupied == 0 {
            self.close_page(arena, number, column);
        }
        if head != self.best_head {
            return;
        }
        if occupied != 0 {
            (self.best, self.best_head) = self.first_in(arena, column);
            return;
        }
        (self.best, self.best_head) = match self.columns.first() {
            Some(column) => self.first_in(arena, column),
            None => (RANK_NONE, 0),
        };
    }

    /// The lowest occupied rank of a column that has a page, and its level's head.
    fn first_in(&self, arena: &Arena, column: u32) -> (Rank, u32) {
        let number = self.directory[column as usize];
        let step = arena.pages[number as usize].occupied.trailing_zeros();
        (column * PAGE_LEN as u32 + step, number * PAGE_LEN as u32 + step)
    }

    /// The lowest occupied rank that is at least `from`, or [`RANK_NONE`].
    pub(crate) fn next(&self, arena: &Arena, from: Rank) -> Rank {
        let column = from / PAGE_LEN as u32;
        let Some(number) = self.directory.get(column as usize) else {
            return RANK_NONE;
        };
        let occupied = arena.pages[*number as usize].occupied;
        let rest_of_page = occupied & (!0 << (from % PAGE_LEN as u32));
        if rest_of_page != 0 {
            return column * PAGE_LEN as u32 + rest_of_page.trailing_zeros();
        }
        match self.columns.first_from(column + 1) {
            Some(column) => self.first_in(arena, column).0,
            None => RANK_NONE,
        }
    }

    #[cold]
    #[inline(never)]
    fn open_page(&mut self, arena: &mut Arena, column: u32) -> u32 {
        let first_ticks = self.price(column * PAGE_LEN as u32).ticks() as u32;
        let page = arena.claim_page(column, first_ticks);
        self.directory[column as usize] = page;
        self.columns.insert(column);
        page
    }

    #[cold]
    #[inline(never)]
    fn close_page(&mut self, arena: &mut Arena, page: u32, column: u32) {
        assert!(self.directory[column as usize] == page, "the page is this ladder's");
        self.directory[column as usize] = 0;
        self.columns.remove(column);
        arena.release_page(page);
    }

    /// Checks directory, bitmap, levels and best price against each other, for tests.
    ///
    /// # Panics
    /// On the first fact that does not hold.
    pub(crate) fn check_invariants(&self, arena: &Arena) {
        let mut best = RANK_NONE;
        let mut pages = 0;
        let mut from = 0;
        while let Some(column) = self.columns.first_from(from) {
            let number = self.directory[column as usize];
            let page = arena.pages[number as usize];
            assert_ne!(page.occupied, 0, "a page in use holds an order");
            assert_eq!(page.column, column, "a page knows its place");
            for step in 0..PAGE_LEN as u32 {
                let orders = self.check_level(arena, column * PAGE_LEN as u32 + step);
                assert_eq!(page.occupied >> step & 1 == 1, orders > 0, "occupied = has orders");
            }
            if pages == 0 {
                best = column * PAGE_LEN as u32 + page.occupied.trailing_zeros();
            }
            pages += 1;
            from = column + 1;
        }
        if self.directory.len() <= 1 << 12 {
            let listed = self.directory.iter().filter(|page| **page != 0).count();
            assert_eq!(listed, pages, "the bitmap names every page of the directory");
        }
        assert_eq!(self.best, best, "the cached best is the lowest rank");
        if best != RANK_NONE {
            assert_eq!(self.best_head, self.head(best), "the cached head is the best level's");
        }
    }

    fn check_level(&self, arena: &Arena, rank: Rank) -> u32 {
        let head = self.head(rank);
        let mut sums = Level::default();
        let mut before = head;
        let mut slot = arena.nodes[head as usize].next;
        while slot != head {
            let node = arena.nodes[slot as usize];
            assert_eq!(node.prev, before, "links agree");
            assert_eq!((node.head(), node.side()), (head, self.side), "an order knows its level");
            assert_eq!(arena.price(node), self.price(rank), "an order knows its price");
            assert!(node.lots > 0 || arena.hidden_lots(slot, node) > 0, "an order has lots");
            let found = arena.find(types::OrderId(node.id)).map(|found| found.0);
            assert_eq!(found, Some(slot), "the index finds the order");
            sums.lots.0 += node.lots;
            sums.orders += 1;
            before = slot;
            slot = node.next;
        }
        assert_eq!(arena.nodes[head as usize].prev, before, "the ring closes");
        assert_eq!(arena.nodes[head as usize].level(), sums, "a level's totals are its orders'");
        sums.orders
    }
}
