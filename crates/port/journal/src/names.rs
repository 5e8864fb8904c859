//! The names of the files in a journal's folder.
//!
//! **Invariant:** a name says what is durable about its file: a segment's header and zeros, a whole
//! snapshot, a spare's zeros. What is not there yet is in a file whose name ends in `.tmp`.

const SEQ_DIGITS: usize = 20;
const SPARE_DIGITS: usize = 4;
/// A segment that the writer prepares.
pub(crate) const SEGMENT_TEMPORARY: &str = "segment.tmp";
/// A spare that is being prepared, perhaps on another thread.
pub(crate) const SPARE_TEMPORARY: &str = "spare.tmp";
/// A snapshot that is being written, perhaps on another thread.
pub(crate) const SNAPSHOT_TEMPORARY: &str = "snapshot.tmp";

pub(crate) fn segment(first_seq: u64) -> String {
    format!("journal-{first_seq:0SEQ_DIGITS$}.seg")
}

pub(crate) fn segment_first_seq(name: &str) -> Option<u64> {
    digits(name, "journal-", SEQ_DIGITS, ".seg")
}

pub(crate) fn snapshot(seq: u64) -> String {
    format!("snapshot-{seq:0SEQ_DIGITS$}.snap")
}

pub(crate) fn snapshot_seq(name: &str) -> Option<u64> {
    digits(name, "snapshot-", SEQ_DIGITS, ".snap")
}

pub(crate) fn spare(number: u64) -> String {
    format!("spare-{number:0SPARE_DIGITS$}.seg")
}

pub(crate) fn spare_number(name: &str) -> Option<u64> {
    digits(name, "spare-", SPARE_DIGITS, ".seg")
}

fn digits(name: &str, before: &str, count: usize, after: &str) -> Option<u64> {
    let digits = name.strip_prefix(before)?.strip_suffix(after)?;
    let is_number = digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}
