//! Bytes of a snapshot: each value has exactly one encoding, integers are little-endian.
//!
//! **Invariant:** decoding any bytes gives a value or a [`RestoreError`]; nothing is allocated for
//! a count that the bytes left could not hold.

use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::fmt;

/// Why a snapshot cannot be restored. Nothing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreError {
    /// Byte offset at which it went wrong.
    pub offset: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for RestoreError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "view snapshot, byte {}: expected {}", self.offset, self.expected)
    }
}

impl Error for RestoreError {}

/// A value with one encoding.
pub(crate) trait Canonical: Sized {
    /// Fewest bytes an encoding has.
    const BYTES_MIN: usize;

    fn encode(&self, out: &mut Vec<u8>);

    fn decode(input: &mut Input<'_>) -> Result<Self, RestoreError>;
}

/// Bytes still to be decoded.
pub(crate) struct Input<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Input<'a> {
        Input { bytes, offset: 0 }
    }

    /// Says that the value that ended just now is not one.
    pub(crate) fn fail<T>(&self, expected: &'static str) -> Result<T, RestoreError> {
        Err(RestoreError { offset: self.offset, expected })
    }

    pub(crate) fn some<T>(
        &self,
        value: Option<T>,
        expected: &'static str,
    ) -> Result<T, RestoreError> {
        value.map_or_else(|| self.fail(expected), Ok)
    }

    pub(crate) fn finish(&self) -> Result<(), RestoreError> {
        if self.offset < self.bytes.len() {
            return self.fail("the end");
        }
        Ok(())
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], RestoreError> {
        let Some(taken) = self.bytes.get(self.offset..).and_then(|rest| rest.get(..count)) else {
            return self.fail("more bytes");
        };
        self.offset += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], RestoreError> {
        self.take(N).map(|bytes| bytes.try_into().expect("as many were taken"))
    }

    fn count(&mut self, bytes_min: usize) -> Result<usize, RestoreError> {
        let count = u32::decode(self)? as usize;
        let left = self.bytes.len() - self.offset;
        if count.saturating_mul(bytes_min) > left {
            return self.fail("a count that the bytes left can hold");
        }
        Ok(count)
    }
}

macro_rules! canonical_integers {
    ($($integer:ty),*) => {$(
        impl Canonical for $integer {
            const BYTES_MIN: usize = size_of::<$integer>();

            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn decode(input: &mut Input<'_>) -> Result<Self, RestoreError> {
                input.array().map(<$integer>::from_le_bytes)
            }
        }
    )*};
}

canonical_integers!(u8, u16, u32, u64, i64, u128, i128);

impl Canonical for bool {
    const BYTES_MIN: usize = 1;

    fn encode(&self, out: &mut Vec<u8>) {
        u8::from(*self).encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<bool, RestoreError> {
        match u8::decode(input)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => input.fail("0 or 1"),
        }
    }
}

impl<T: Canonical> Canonical for Option<T> {
    const BYTES_MIN: usize = 1;

    fn encode(&self, out: &mut Vec<u8>) {
        self.is_some().encode(out);
        if let Some(value) = self {
            value.encode(out);
        }
    }

    fn decode(input: &mut Input<'_>) -> Result<Option<T>, RestoreError> {
        bool::decode(input)?.then(|| T::decode(input)).transpose()
    }
}

impl<A: Canonical, B: Canonical> Canonical for (A, B) {
    const BYTES_MIN: usize = A::BYTES_MIN + B::BYTES_MIN;

    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
        self.1.encode(out);
    }

    fn decode(input: &mut Input<'_>) -> Result<(A, B), RestoreError> {
        Ok((A::decode(input)?, B::decode(input)?))
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    const BYTES_MIN: usize = 4;

    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self.iter(), out);
    }

    fn decode(input: &mut Input<'_>) -> Result<Vec<T>, RestoreError> {
        let count = input.count(T::BYTES_MIN)?;
        (0..count).map(|_| T::decode(input)).collect()
    }
}

impl<T: Canonical> Canonical for VecDeque<T> {
    const BYTES_MIN: usize = 4;

    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self.iter(), out);
    }

    fn decode(input: &mut Input<'_>) -> Result<VecDeque<T>, RestoreError> {
        Vec::decode(input).map(VecDeque::from)
    }
}

impl<K: Canonical + Ord, V: Canonical> Canonical for BTreeMap<K, V> {
    const BYTES_MIN: usize = 4;

    fn encode(&self, out: &mut Vec<u8>) {
        encode_count(self.len(), out);
        for (key, value) in self {
            key.encode(out);
            value.encode(out);
        }
    }

    fn decode(input: &mut Input<'_>) -> Result<BTreeMap<K, V>, RestoreError> {
        let entries = Vec::<(K, V)>::decode(input)?;
        if !entries.is_sorted_by(|a, b| a.0 < b.0) {
            return input.fail("keys in ascending order before here");
        }
        Ok(entries.into_iter().collect())
    }
}

/// Encodes like a list of the same values.
pub(crate) fn encode_all<'a, T: Canonical + 'a>(
    values: impl ExactSizeIterator<Item = &'a T>,
    out: &mut Vec<u8>,
) {
    encode_count(values.len(), out);
    for value in values {
        value.encode(out);
    }
}

pub(crate) fn encode_count(count: usize, out: &mut Vec<u8>) {
    u32::try_from(count).expect("tables are bounded below 2^32").encode(out);
}
