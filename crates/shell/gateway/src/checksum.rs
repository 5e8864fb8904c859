//! The checksum by which a client knows that its copy of a book is right.

use std::fmt::{self, Write};

use types::{Price, Qty};
use wire::json::Scale;

/// Levels of each side that count.
pub const CHECKSUM_LEVELS: usize = 25;

/// Sums up a book: CRC-32 as in zlib of `price:qty;` for each of the best [`CHECKSUM_LEVELS`] bids,
/// `|`, and the same for asks.
///
/// Levels come best first, with the lots they show; decimals are written exactly as they are sent.
///
/// Source: api/events.md, with test vectors.
pub fn depth_checksum(
    bids: impl Iterator<Item = (Price, Qty)>,
    asks: impl Iterator<Item = (Price, Qty)>,
    scale: &Scale,
) -> u32 {
    let mut sum = Sum(crc32fast::Hasher::new());
    sum.side(bids, scale);
    sum.0.update(b"|");
    sum.side(asks, scale);
    sum.0.finalize()
}

/// Takes text without keeping it.
struct Sum(crc32fast::Hasher);

impl Sum {
    fn side(&mut self, levels: impl Iterator<Item = (Price, Qty)>, scale: &Scale) {
        for (price, lots) in levels.take(CHECKSUM_LEVELS) {
            let told = write!(self, "{}:{};", scale.price(price), scale.qty(lots));
            told.expect("a checksum takes any text");
        }
    }
}

impl Write for Sum {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
