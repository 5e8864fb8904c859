//! Order books of one matching shard: price-time and pro-rata matching, depth, queue positions.
//!
//! **Invariant:** a resting order is in exactly one ring, that of its price, oldest first; a
//! level's totals are the sums over its ring; the cached best price is the lowest occupied rank.
//! It deliberately knows no cash, no phase and no band, and refuses nothing: the venue asks
//! ([`Book::has_room`], [`Book::fillable`], [`Book::crosses`]) before it acts.
//!
//! All books of a shard share one [`Arena`], so capacities are the shard's, not the book's.
//! Nothing allocates after construction, but for the upper pages of an [`OrderIndex`] whose orders
//! are spread wider than it says.

mod arena;
mod bitmap;
mod book;
mod index;
mod ladder;
mod matching;
mod pro_rata;
mod rehearse;
mod view;

pub use arena::{Arena, ArenaLimits, Hint, Level, Resting, Slot};
pub use book::{Book, NewResting, Reduced, Removed, Rested};
pub use index::OrderIndex;
pub use matching::{Match, Round, Stop, Taker};
pub use view::{Levels, Orders, Position};
