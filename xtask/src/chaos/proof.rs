//! Proves from a trace that no answer leaves before its command is on the disk.
//!
//! **Invariant:** pure. A seq is durable once a sync of the file that holds its record has returned
//! 0, begun after the write of that record had ended. Layout of records: api/journal.md.

use super::trace::{Call, Step, Trace};
use anyhow::{Result, ensure};
use std::collections::{BTreeMap, BTreeSet};

const SEGMENT_MAGIC: &[u8] = b"RIALTOJS";
const SEGMENT_HEADER_BYTES: usize = 4_096;
const RECORD_HEAD_BYTES: usize = 16;
/// A trailer as far as its last seq: head, first seq, last seq.
const TRAILER_SEQS_BYTES: usize = 32;
const KIND_TRAILER: u8 = 2;

/// What a trace shows.
#[derive(Debug, Default)]
pub struct Proof {
    /// Seqs that answers carried.
    pub answered: BTreeSet<u64>,
    /// Answers with a seq.
    pub answers: usize,
    /// Syncs of the journal that succeeded, and that failed.
    pub syncs: usize,
    pub failed_syncs: usize,
    /// Seqs that were written and never durable.
    pub in_doubt: BTreeSet<u64>,
    pub violations: Vec<String>,
}

/// Follows the trace step by step.
#[derive(Default)]
struct Follower {
    /// Written and not yet covered by a sync, by file.
    written: BTreeMap<String, BTreeSet<u64>>,
    /// What the syncs under way cover, by call.
    syncing: BTreeMap<usize, BTreeSet<u64>>,
    /// At which step each seq became durable.
    durable: BTreeMap<u64, usize>,
    /// What was sent on each connection and is no whole answer yet.
    sent: BTreeMap<String, Sent>,
    proof: Proof,
}

/// The beginning of an answer.
#[derive(Default)]
struct Sent {
    bytes: Vec<u8>,
    /// The step at which its first byte left.
    since: usize,
}

/// Checks every answer. Seqs up to `durable_before` were durable when the trace began.
///
/// # Errors
/// When the trace does not show enough to tell.
pub fn prove(trace: &Trace, durable_before: u64) -> Result<Proof> {
    let mut follower = Follower::default();
    for (now, step) in trace.steps.iter().enumerate() {
        match *step {
            Step::Begin(place) => {
                follower.begin(now, place, &trace.calls[place], durable_before)?
            }
            Step::End(place) => follower.end(now, place, &trace.calls[place])?,
        }
    }
    let mut proof = follower.proof;
    proof.in_doubt.extend(follower.written.into_values().flatten());
    proof.in_doubt.extend(follower.syncing.into_values().flatten());
    proof.in_doubt.retain(|seq| !follower.durable.contains_key(seq));
    Ok(proof)
}

impl Follower {
    fn begin(&mut self, now: usize, place: usize, call: &Call, durable_before: u64) -> Result<()> {
        if is_sync(call) {
            let covered = self.written.get(&call.file).cloned().unwrap_or_default();
            self.syncing.insert(place, covered);
        } else if call.file.starts_with("TCP") {
            ensure!(!call.is_cut, "an answer is cut: {call:?}");
            self.send(now, call, durable_before);
        }
        Ok(())
    }

    fn end(&mut self, now: usize, place: usize, call: &Call) -> Result<()> {
        if is_sync(call) {
            let covered = self.syncing.remove(&place).unwrap_or_default();
            let is_journal = call.file.ends_with(".seg");
            if let Some(written) = self.written.get_mut(&call.file) {
                written.retain(|seq| !covered.contains(seq));
            }
            if call.result == Some(0) {
                self.proof.syncs += usize::from(is_journal);
                for seq in covered {
                    self.durable.entry(seq).or_insert(now);
                }
            } else {
                // The system may have dropped the pages: a later sync proves nothing of them.
                self.proof.failed_syncs += usize::from(is_journal);
                self.proof.in_doubt.extend(covered);
            }
        } else if call.name == "pwrite64" && call.file.ends_with(".seg") {
            let seqs = records(&call.bytes);
            ensure!(!call.is_cut || seqs.is_empty(), "a journal write is cut: {call:?}");
            self.written.entry(call.file.clone()).or_default().extend(seqs);
        }
        Ok(())
    }

    /// An answer leaves with its first byte, and is known when it is whole.
    fn send(&mut self, now: usize, call: &Call, durable_before: u64) {
        let sent = self.sent.entry(call.file.clone()).or_default();
        if sent.bytes.is_empty() {
            sent.since = now;
        }
        sent.bytes.extend(&call.bytes);
        while let Some((length, seq)) = answer(&sent.bytes) {
            sent.bytes.drain(..length);
            let since = std::mem::replace(&mut sent.since, now);
            let Some(seq) = seq else { continue };
            self.proof.answers += 1;
            self.proof.answered.insert(seq);
            let is_durable = self.durable.get(&seq).is_some_and(|at| *at < since);
            if seq > durable_before && !is_durable {
                let to = &call.file;
                let text = format!("the answer with seq {seq} left to {to} before its sync ended");
                self.proof.violations.push(text);
            }
        }
    }
}

fn is_sync(call: &Call) -> bool {
    call.name == "fdatasync" || call.name == "fsync"
}

/// The seqs of the batches in a journal write, as their trailers have them; none in headers, marks
/// and zeros.
fn records(bytes: &[u8]) -> Vec<u64> {
    let start = if bytes.starts_with(SEGMENT_MAGIC) { SEGMENT_HEADER_BYTES } else { 0 };
    let mut rest = bytes.get(start..).unwrap_or_default();
    let mut seqs = Vec::new();
    while let Some((head, _)) = rest.split_first_chunk::<RECORD_HEAD_BYTES>() {
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if length < RECORD_HEAD_BYTES {
            break;
        }
        if head[6] == KIND_TRAILER
            && let Some(trailer) = rest.first_chunk::<TRAILER_SEQS_BYTES>()
        {
            let (_, fields) = trailer.as_chunks::<8>().0.split_at(2);
            // A mark's first seq is above its last one.
            seqs.extend(u64::from_le_bytes(fields[0])..=u64::from_le_bytes(fields[1]));
        }
        rest = rest.get(length.next_multiple_of(8)..).unwrap_or_default();
    }
    seqs
}

/// The length of the first whole answer, and its seq; `None` while it is not whole.
fn answer(bytes: &[u8]) -> Option<(usize, Option<u64>)> {
    let head_bytes = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..head_bytes]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = length.and_then(|length| length.trim().parse::<usize>().ok()).unwrap_or(0);
    let body = bytes.get(head_bytes..head_bytes + length)?;
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    Some((head_bytes + length, body["seq"].as_u64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEGMENT: &str = "/d/journal-0.seg";

    /// A batch of records without payload, and the part of its trailer that is looked at.
    fn write(seqs: &[u64]) -> String {
        let mut bytes = Vec::new();
        for _ in seqs {
            bytes.extend_from_slice(&16_u64.to_le_bytes());
            bytes.extend_from_slice(&[0; 8]);
            let kind = bytes.len() - 10;
            bytes[kind] = 1;
        }
        let trailer = bytes.len();
        bytes.extend_from_slice(&[0; RECORD_HEAD_BYTES]);
        (bytes[trailer], bytes[trailer + 6]) = (32, KIND_TRAILER);
        for seq in [seqs[0], seqs[seqs.len() - 1]] {
            bytes.extend_from_slice(&seq.to_le_bytes());
        }
        let bytes: String = bytes.iter().map(|byte| format!("\\{byte:03o}")).collect();
        format!("10 1.0 pwrite64(9<{SEGMENT}>, \"{bytes}\", 1, 4096) = 1")
    }

    fn sync(result: &str) -> String {
        format!("10 1.0 fdatasync(9<{SEGMENT}>) = {result}")
    }

    fn answer_line(seq: u64) -> String {
        let body = format!("{{\\\"seq\\\":{seq},\\\"order_id\\\":\\\"1\\\"}}");
        let length = format!("{{\"seq\":{seq},\"order_id\":\"1\"}}").len();
        format!(
            "11 1.0 writev(12<TCP:[127.0.0.1:80->127.0.0.1:5]>, [{{iov_base=\"HTTP/1.1 200 OK\\r\\n\
             Content-Length: {length}\\r\\n\\r\\n\", iov_len=1}}, {{iov_base=\"{body}\", \
             iov_len=1}}], 2) = 1"
        )
    }

    fn proven(lines: &[String]) -> Proof {
        prove(&Trace::parse(&lines.join("\n")).unwrap(), 0).unwrap()
    }

    #[test]
    fn an_answer_after_its_sync_is_right() {
        let lines = [write(&[1, 2]), sync("0"), answer_line(1), answer_line(2), answer_line(1)];
        let proof = proven(&lines);
        assert_eq!(proof.violations, [""; 0]);
        assert_eq!((proof.answers, proof.syncs, proof.answered.len()), (3, 1, 2));
    }

    #[test]
    fn an_answer_before_its_sync_is_found() {
        let lines = [write(&[1]), answer_line(1), sync("0")];
        let violations = proven(&lines).violations;
        assert_eq!(violations.len(), 1);
        assert!(violations[0].contains("seq 1 left"), "{violations:?}");
    }

    #[test]
    fn an_answer_without_any_write_or_sync_is_found() {
        assert_eq!(proven(&[answer_line(1)]).violations.len(), 1);
        assert_eq!(proven(&[write(&[1]), answer_line(1)]).violations.len(), 1);
        assert_eq!(proven(&[write(&[1]), sync("0"), answer_line(2)]).violations.len(), 1);
    }

    #[test]
    fn a_sync_that_failed_makes_nothing_durable_nor_does_the_next() {
        let failed = sync("-1 EIO (Input/output error) (INJECTED)");
        let proof = proven(&[write(&[1]), failed, sync("0"), answer_line(1)]);
        assert_eq!(proof.violations.len(), 1);
        assert_eq!(proof.failed_syncs, 1);
    }

    #[test]
    fn a_sync_begun_before_the_write_or_of_another_file_proves_nothing() {
        let begun = format!("10 1.0 fdatasync(9<{SEGMENT}> <unfinished ...>");
        let ended = "10 1.0 <... fdatasync resumed>) = 0".to_owned();
        let other = write(&[1]).replacen("10 ", "12 ", 1);
        let lines = [begun.clone(), other, ended.clone(), answer_line(1)];
        assert_eq!(proven(&lines).violations.len(), 1);
        let lines = [write(&[1]), begun, answer_line(1), ended];
        assert_eq!(proven(&lines).violations.len(), 1, "still under way");
        let lines = [write(&[1]), sync("0").replace("journal", "other"), answer_line(1)];
        assert_eq!(proven(&lines).violations.len(), 1);
    }

    #[test]
    fn what_was_never_synced_is_in_doubt() {
        let failed = sync("-1 EIO (Input/output error) (INJECTED)");
        let proof = proven(&[write(&[1]), sync("0"), write(&[2, 3]), failed, write(&[4])]);
        assert_eq!(proof.in_doubt, BTreeSet::from([2, 3, 4]));
    }

    #[test]
    fn an_answer_in_two_parts_leaves_with_the_first() {
        let whole = answer_line(7);
        let head = whole.split("\\r\\n\\r\\n").next().unwrap();
        let first = format!("{head}\\r\\n\", iov_len=1}}], 1) = 1");
        let second = whole.replace("HTTP/1.1 200 OK\\r\\nContent-Length: 24\\r\\n", "");
        let lines = [write(&[7]), sync("0"), first.clone(), second.clone()];
        let proof = proven(&lines);
        assert_eq!((proof.answers, proof.violations.len()), (1, 0), "{whole}");
        let early = proven(&[write(&[7]), first, sync("0"), second]);
        assert_eq!((early.answers, early.violations.len()), (1, 1));
    }
}
