//! The neutral workload file, and the sums over trades that prove what was matched.
//!
//! Layout, little endian: 64 bytes of header, then records of 32 bytes. Source: the comment at the
//! head of `../shared/bench/lobw/src/lib.rs`.

use std::path::Path;

use anyhow::{Context, Result, ensure};

const MAGIC: &[u8; 8] = b"LOBW0001";
const HEADER_BYTES: usize = 64;
const RECORD_BYTES: usize = 32;

/// What a record asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Limit,
    Cancel,
    /// Cancel of `replaced`, then a limit order under the new id; nothing if `replaced` is gone.
    Replace,
    Market,
    Ioc,
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) op: Op,
    pub(crate) buy: bool,
    pub(crate) symbol: u16,
    pub(crate) qty: u32,
    pub(crate) id: u64,
    pub(crate) replaced: u64,
    pub(crate) price: u32,
}

/// A workload: its first `prefill` records are not timed.
pub(crate) struct Workload {
    pub(crate) symbols: u32,
    pub(crate) prefill: usize,
    pub(crate) price_max: u32,
    pub(crate) target: u32,
    pub(crate) records: Vec<Record>,
}

impl Workload {
    /// Reads a file, checking its length against its header before anything is allocated.
    pub(crate) fn read(path: &Path) -> Result<Workload> {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        ensure!(bytes.len() >= HEADER_BYTES && &bytes[..8] == MAGIC, "no LOBW0001 file");
        let (prefill, timed) = (word(&bytes, 16), word(&bytes, 24));
        let records = (bytes.len() - HEADER_BYTES) / RECORD_BYTES;
        ensure!(prefill.checked_add(timed) == Some(records as u64), "cut short: {records} records");
        let records = bytes[HEADER_BYTES..].chunks_exact(RECORD_BYTES).map(record);
        Ok(Workload {
            symbols: half(&bytes, 12),
            prefill: prefill as usize,
            price_max: half(&bytes, 44),
            target: word(&bytes, 56) as u32,
            records: records.collect::<Result<_>>()?,
        })
    }
}

/// The digest over all trades, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TradeHash {
    pub(crate) trades: u64,
    pub(crate) hash: u64,
}

impl TradeHash {
    #[inline(always)]
    pub(crate) fn trade(&mut self, maker: u64, taker: u64, price: u64, qty: u64) {
        self.trades += 1;
        self.hash = (self.hash ^ maker).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ taker.wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
            ^ (price << 32 | qty);
    }
}

fn record(bytes: &[u8]) -> Result<Record> {
    let op = match bytes[0] {
        1 => Op::Limit,
        2 => Op::Cancel,
        3 => Op::Replace,
        4 => Op::Market,
        5 => Op::Ioc,
        other => anyhow::bail!("operation {other}, expected 1 to 5"),
    };
    Ok(Record {
        op,
        buy: bytes[1] == 0,
        symbol: u16::from_le_bytes([bytes[2], bytes[3]]),
        qty: half(bytes, 4),
        id: word(bytes, 8),
        replaced: word(bytes, 16),
        price: half(bytes, 24),
    })
}

fn word(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

fn half(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}
