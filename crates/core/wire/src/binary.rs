//! The writing and reading of binary fields: little-endian, in a fixed order, each with one form.
//!
//! **Invariant:** `T::get` accepts exactly the bytes that `T::put` writes, and never reads past
//! the end or allocates.

mod composite;
mod scalar;

use std::fmt;

/// Why bytes are not a valid record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Byte offset of the field at fault.
    pub offset: usize,
    /// The field at fault.
    pub field: &'static str,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a field, and what would have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The record ends inside the field.
    Short {
        /// Bytes that would pass.
        needed: usize,
        /// Bytes there are.
        left: usize,
    },
    /// The record goes on after its last field.
    Trailing {
        /// Bytes after it; zero would pass.
        left: usize,
    },
    /// A number outside its range.
    OutOfRange {
        /// The number.
        value: u64,
        /// The least that passes.
        min: u64,
        /// The most that passes.
        max: u64,
    },
    /// A byte of a text that is not printable ASCII, 0x21..=0x7e.
    NotPrintable {
        /// The byte.
        byte: u8,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DecodeError { offset, field, fault } = self;
        write!(out, "byte {offset}, {field}: ")?;
        match fault {
            Fault::Short { needed, left } => write!(out, "{left} bytes left, {needed} needed"),
            Fault::Trailing { left } => write!(out, "{left} bytes too many, 0 expected"),
            Fault::OutOfRange { value, min, max } => {
                write!(out, "{value} is out of range, {min} to {max} expected")
            }
            Fault::NotPrintable { byte } => {
                write!(out, "{byte:#04x} is not printable ASCII, 0x21 to 0x7e expected")
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// A value with exactly one binary form.
pub(crate) trait Field: Sized {
    /// Appends the value.
    fn put(&self, out: &mut Writer<'_>);
    /// Reads a value back.
    fn get(input: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// A record being written, front to back, in a place that has room for the longest of its kind.
///
/// It and the fields of a command are inlined always: else both of its numbers go through memory
/// at each field, which costs more than the field.
pub(crate) struct Writer<'a> {
    left: &'a mut [u8],
    whole: usize,
}

impl<'a> Writer<'a> {
    /// Begins at the first byte of `place`.
    #[inline(always)]
    pub fn new(place: &'a mut [u8]) -> Writer<'a> {
        let whole = place.len();
        Writer { left: place, whole }
    }

    /// Bytes written so far.
    #[inline(always)]
    pub fn length(&self) -> usize {
        self.whole - self.left.len()
    }

    /// Writes `N` bytes.
    #[inline(always)]
    pub fn array<const N: usize>(&mut self, bytes: [u8; N]) {
        let left = std::mem::take(&mut self.left);
        let (place, left) = left.split_first_chunk_mut().expect(ROOM);
        *place = bytes;
        self.left = left;
    }

    /// Writes the first `count` of `N` bytes. All are copied, which is cheaper than counting: what
    /// comes next goes over the others, for which there is room in the longest record.
    #[inline(always)]
    pub fn start_of<const N: usize>(&mut self, bytes: &[u8; N], count: usize) {
        let left = std::mem::take(&mut self.left);
        *left.first_chunk_mut().expect(ROOM) = *bytes;
        self.left = left.split_at_mut(count).1;
    }
}

const ROOM: &str = "there is room for the longest record";

/// Appends what `put` writes, at most `bytes_max`, to `out`.
pub(crate) fn append(out: &mut Vec<u8>, bytes_max: usize, put: impl FnOnce(&mut Writer<'_>)) {
    let start = out.len();
    out.resize(start + bytes_max, 0);
    let mut writer = Writer::new(&mut out[start..]);
    put(&mut writer);
    let length = writer.length();
    out.truncate(start + length);
}

/// A record being read, front to back.
pub(crate) struct Reader<'a> {
    left: &'a [u8],
    length: usize,
    name: &'static str,
}

impl<'a> Reader<'a> {
    /// Begins at the record's first byte.
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { left: bytes, length: bytes.len(), name: "record" }
    }

    /// Offset of the next byte.
    pub fn offset(&self) -> usize {
        self.length - self.left.len()
    }

    /// Reads the field called `name` in errors.
    #[inline]
    pub fn field<T: Field>(&mut self, name: &'static str) -> Result<T, DecodeError> {
        self.name = name;
        T::get(self)
    }

    /// Reads `N` bytes of the current field.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some((head, tail)) = self.left.split_first_chunk::<N>() else {
            return Err(self.short(N));
        };
        self.left = tail;
        Ok(*head)
    }

    /// Reads `count` bytes of the current field.
    #[inline]
    pub fn slice(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let Some((head, tail)) = self.left.split_at_checked(count) else {
            return Err(self.short(count));
        };
        self.left = tail;
        Ok(head)
    }

    /// Reads a one-byte tag of the current field, `min..=max`.
    #[inline]
    pub fn tag(&mut self, min: u8, max: u8) -> Result<u8, DecodeError> {
        let [tag] = self.array()?;
        if tag < min || tag > max {
            let width = size_of::<u8>();
            return Err(self.out_of_range(width, u64::from(tag), u64::from(min), u64::from(max)));
        }
        Ok(tag)
    }

    /// Reads a one-byte field called `name` in errors, `1..=max`: a kind or a count.
    #[inline]
    pub fn up_to(&mut self, name: &'static str, max: u8) -> Result<u8, DecodeError> {
        self.name = name;
        self.tag(1, max)
    }

    /// Ends the record.
    #[inline]
    pub fn finish(self) -> Result<(), DecodeError> {
        if self.left.is_empty() {
            return Ok(());
        }
        let fault = Fault::Trailing { left: self.left.len() };
        Err(DecodeError { offset: self.offset(), field: "end", fault })
    }

    /// The current field, of `width` bytes just read, is outside its range.
    #[cold]
    pub fn out_of_range(&self, width: usize, value: u64, min: u64, max: u64) -> DecodeError {
        let offset = self.offset() - width;
        DecodeError { offset, field: self.name, fault: Fault::OutOfRange { value, min, max } }
    }

    /// The current field's byte `back` bytes before the next one is not printable.
    #[cold]
    pub fn not_printable(&self, back: usize, byte: u8) -> DecodeError {
        let offset = self.offset() - back;
        DecodeError { offset, field: self.name, fault: Fault::NotPrintable { byte } }
    }

    #[cold]
    fn short(&self, needed: usize) -> DecodeError {
        let fault = Fault::Short { needed, left: self.left.len() };
        DecodeError { offset: self.offset(), field: self.name, fault }
    }
}

/// Reads a record's version byte, which must be `version`.
#[inline]
pub(crate) fn version(input: &mut Reader<'_>, version: u8) -> Result<(), DecodeError> {
    let found = input.field::<u8>("version")?;
    if found == version {
        return Ok(());
    }
    let (value, only) = (u64::from(found), u64::from(version));
    Err(input.out_of_range(size_of::<u8>(), value, only, only))
}
