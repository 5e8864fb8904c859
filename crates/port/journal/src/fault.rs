//! What can be wrong with a place in a journal, and how it is told.
//!
//! **Invariant:** each [`Corruption`] names the file, the byte, the seq that belongs there, what
//! was expected and found, and why it cannot be a torn tail.

/// What is wrong at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file is not as long as it says.
    #[error("the file has {found} bytes, not {expected}")]
    FileBytes {
        /// Bytes it should have.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
    /// The file is longer than any may be.
    #[error("the file has {found} bytes, more than {max}")]
    FileTooLong {
        /// Bytes a file may have.
        max: u64,
        /// Bytes it has.
        found: u64,
    },
    /// The file does not start as one of this kind does.
    #[error("magic {found:#018x}, not {expected:#018x}")]
    Magic {
        /// What it should be.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// The format is of a version this program cannot read.
    #[error("format version {found}, not {expected}")]
    FormatVersion {
        /// The version this program reads.
        expected: u16,
        /// The file's.
        found: u16,
    },
    /// A checksum does not fit the bytes.
    #[error("crc {found:#010x}, not {expected:#010x}")]
    Crc {
        /// The crc of the bytes.
        expected: u32,
        /// The crc stored with them.
        found: u32,
    },
    /// A length no record has.
    #[error("length {found}, not {min} to {max}")]
    Length {
        /// The shortest possible here.
        min: u32,
        /// The longest possible here.
        max: u32,
        /// What is stored.
        found: u32,
    },
    /// A record that ends after the file does.
    #[error("length {found} where {left} bytes are left")]
    PastEnd {
        /// Bytes left in the file.
        left: u64,
        /// What is stored.
        found: u32,
    },
    /// Another seq than the next.
    #[error("seq {found}, not {expected}")]
    Seq {
        /// The next seq.
        expected: u64,
        /// What is stored.
        found: u64,
    },
    /// A record of unknown kind.
    #[error("kind {found}, of 1 and 2")]
    Kind {
        /// What is stored.
        found: u8,
    },
    /// A reserved field that is not zero.
    #[error("reserved field {found}, not 0")]
    Reserved {
        /// What is stored.
        found: u8,
    },
    /// A trailer that is not as long as trailers are.
    #[error("a trailer of length {found}, not {expected}")]
    TrailerBytes {
        /// The length of a trailer.
        expected: u32,
        /// What is stored.
        found: u32,
    },
    /// A trailer of a version this program cannot read.
    #[error("trailer version {found}, not {expected}")]
    TrailerVersion {
        /// The version this program reads.
        expected: u16,
        /// What is stored.
        found: u16,
    },
    /// A trailer for another batch than the one before it.
    #[error("a trailer for seq {found_first} to {found_last}, not {first} to {last}")]
    TrailerRange {
        /// First seq of the batch.
        first: u64,
        /// Last seq of the batch.
        last: u64,
        /// First seq in the trailer.
        found_first: u64,
        /// Last seq in the trailer.
        found_last: u64,
    },
    /// A trailer that calls more durable than was written.
    #[error("durable up to {found}, beyond {max}")]
    Watermark {
        /// The most that can be durable.
        max: u64,
        /// What is stored.
        found: u64,
    },
    /// An epoch that cannot come here.
    #[error("epoch {found}, not {expected}")]
    Epoch {
        /// The epoch that belongs here.
        expected: u64,
        /// What is stored.
        found: u64,
    },
    /// The crc before is another.
    #[error("crc before {found:#010x}, not {expected:#010x}")]
    ChainBefore {
        /// The crc of what comes before.
        expected: u32,
        /// What is stored.
        found: u32,
    },
    /// The event hash before is another.
    #[error("event hash before {found:#018x}, not {expected:#018x}")]
    EventHashBefore {
        /// The event hash of the last trailer before.
        expected: u64,
        /// What is stored.
        found: u64,
    },
    /// Bytes where nothing was written.
    #[error("byte {at} is not zero")]
    NotZero {
        /// The first such byte of the file.
        at: u64,
    },
    /// A batch without its end.
    #[error("the batch from seq {first} has no trailer")]
    NoTrailer {
        /// First seq of the batch.
        first: u64,
    },
    /// The file belongs to another journal.
    #[error("venue {found_venue:#x} shard {found_shard}, not {venue:#x} shard {shard}")]
    Foreign {
        /// This journal's venue.
        venue: u128,
        /// This journal's shard.
        shard: u32,
        /// The file's venue.
        found_venue: u128,
        /// The file's shard.
        found_shard: u32,
    },
    /// Records are missing: the journal ends before a snapshot.
    #[error("the journal ends at seq {last}, but snapshot {snapshot} was taken of it")]
    BehindSnapshot {
        /// The journal's last seq.
        last: u64,
        /// The snapshot's seq.
        snapshot: u64,
    },
    /// The first segments are gone and no snapshot stands for them.
    #[error("the journal starts at seq {first}, and no snapshot covers what is before")]
    NoStart {
        /// First seq of the oldest segment.
        first: u64,
    },
}

impl Fault {
    /// Tells whether a write that was interrupted can look like this.
    ///
    /// If not, the bytes are as they were written and still wrong: that is never a torn tail.
    pub(crate) fn can_be_torn(&self) -> bool {
        match self {
            Fault::Crc { .. }
            | Fault::Length { .. }
            | Fault::PastEnd { .. }
            | Fault::NotZero { .. }
            | Fault::NoTrailer { .. } => true,
            Fault::FileBytes { .. }
            | Fault::FileTooLong { .. }
            | Fault::Magic { .. }
            | Fault::FormatVersion { .. }
            | Fault::Seq { .. }
            | Fault::Kind { .. }
            | Fault::Reserved { .. }
            | Fault::TrailerBytes { .. }
            | Fault::TrailerVersion { .. }
            | Fault::TrailerRange { .. }
            | Fault::Watermark { .. }
            | Fault::Epoch { .. }
            | Fault::ChainBefore { .. }
            | Fault::EventHashBefore { .. }
            | Fault::Foreign { .. }
            | Fault::BehindSnapshot { .. }
            | Fault::NoStart { .. } => false,
        }
    }
}

/// Why a bad place cannot be a torn tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Proof {
    /// A later trailer of the segment says the place was durable.
    #[error("the trailer at byte {at} says seq {durable_seq} was durable")]
    Trailer {
        /// Where that trailer is.
        at: u64,
        /// What it calls durable.
        durable_seq: u64,
    },
    /// A segment gets its successor only once it is durable.
    #[error("the segment from seq {first_seq} was begun after it was durable")]
    LaterSegment {
        /// First seq of the next segment.
        first_seq: u64,
    },
    /// A file gets its name only once its header is durable.
    #[error("a file has its name only once this was durable")]
    Named,
    /// The checksum holds, so this is what was written.
    #[error("its crc holds, so it was written so")]
    Intact,
    /// A snapshot is taken of durable records only.
    #[error("a snapshot is taken of durable records only")]
    Snapshot,
}

/// Damage to what was durable. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} is damaged at byte {offset}, where seq {seq} belongs: {fault}; {proof}")]
pub struct Corruption {
    /// The file.
    pub file: String,
    /// The bad place in it, in bytes.
    pub offset: u64,
    /// The seq that belongs there.
    pub seq: u64,
    /// What is wrong.
    pub fault: Fault,
    /// Why it cannot be a torn tail.
    pub proof: Proof,
}
