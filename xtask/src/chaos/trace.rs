//! Reads what `strace -f -yy -o FILE` writes.
//!
//! **Invariant:** pure, and the order of steps is the order of the lines. strace stops a thread at
//! each call's begin and end and writes the line before it lets the thread go on, so a line that
//! comes later happened later, wherever one caused the other.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

/// One system call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub thread: u32,
    pub name: String,
    /// What the file descriptor stands for: a path, or the two ends of a connection.
    pub file: String,
    /// The bytes it was given.
    pub bytes: Vec<u8>,
    /// Whether strace showed fewer bytes than there were.
    pub is_cut: bool,
    /// What it returned, `None` while it has not.
    pub result: Option<i64>,
    pub is_injected: bool,
}

/// The begin or the end of a call, by its place in the list of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Begin(usize),
    End(usize),
}

/// A whole trace.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    pub calls: Vec<Call>,
    /// In the order in which they happened.
    pub steps: Vec<Step>,
}

impl Trace {
    pub fn parse(text: &str) -> Result<Trace> {
        let mut trace = Trace::default();
        let mut unfinished: BTreeMap<u32, usize> = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let read = trace.read_line(line, &mut unfinished);
            read.with_context(|| format!("line {} of the trace: {line:.200}", index + 1))?;
        }
        Ok(trace)
    }

    fn read_line(&mut self, line: &str, unfinished: &mut BTreeMap<u32, usize>) -> Result<()> {
        let (thread, rest) = line.split_once(char::is_whitespace).context("no thread")?;
        let thread: u32 = thread.parse().context("no thread")?;
        let (_time, rest) = rest.trim_start().split_once(' ').context("no time")?;
        let rest = rest.trim_start();
        // Signals and ends of threads, and a call in which the process ended before it was told.
        let ends = ["+++", "---", "???", "<... ??? resumed>"];
        if ends.iter().any(|end| rest.starts_with(end)) {
            return Ok(());
        }
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let call = unfinished.remove(&thread).context("nothing to resume")?;
            let (_, end) = resumed.split_once(" resumed>").context("no end")?;
            return self.end(call, end);
        }
        let (name, arguments) = rest.split_once('(').context("no call")?;
        let (arguments, end) = match arguments.strip_suffix("<unfinished ...>") {
            Some(begun) => (begun, None),
            None => (arguments, Some(arguments)),
        };
        let call = self.begin(thread, name, arguments)?;
        match end {
            Some(end) => self.end(call, end),
            None => {
                unfinished.insert(thread, call);
                Ok(())
            }
        }
    }

    fn begin(&mut self, thread: u32, name: &str, arguments: &str) -> Result<usize> {
        let (bytes, is_cut) = quoted(arguments)?;
        let file = file(arguments).to_owned();
        let (name, result, is_injected) = (name.to_owned(), None, false);
        let call = Call { thread, name, file, bytes, is_cut, result, is_injected };
        let place = self.calls.len();
        self.calls.push(call);
        self.steps.push(Step::Begin(place));
        Ok(place)
    }

    fn end(&mut self, place: usize, text: &str) -> Result<()> {
        // What a call was given may hold " = " too; its result comes last.
        let (_, result) = text.rsplit_once(") = ").context("no result")?;
        let call = &mut self.calls[place];
        let number = result.split(' ').next().unwrap_or_default();
        // A thread that was killed in a call has "?".
        call.result = (number != "?").then(|| number.parse()).transpose().context("no result")?;
        call.is_injected = result.ends_with("(INJECTED)");
        self.steps.push(Step::End(place));
        Ok(())
    }
}

/// The file of the first argument: `9</data/a.seg>` or `12<TCP:[127.0.0.1:80->127.0.0.1:5000]>`.
fn file(arguments: &str) -> &str {
    let Some((number, rest)) = arguments.split_once('<') else { return "" };
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return "";
    }
    // An arrow stands between the two ends of a connection.
    let close = rest.match_indices('>').find(|(at, _)| !rest[..*at].ends_with('-'));
    close.map_or("", |(at, _)| &rest[..at])
}

/// All bytes between quotes, one after the other, and whether dots after one say that it was cut.
fn quoted(arguments: &str) -> Result<(Vec<u8>, bool)> {
    let (mut bytes, mut is_cut) = (Vec::new(), false);
    let mut rest = arguments;
    while let Some((_, text)) = rest.split_once('"') {
        let length = unescape(text, &mut bytes)?;
        rest = &text[length..];
        is_cut |= rest.starts_with("...");
    }
    Ok((bytes, is_cut))
}

/// Reads up to behind the closing quote, and returns how long that was.
fn unescape(text: &str, bytes: &mut Vec<u8>) -> Result<usize> {
    let raw = text.as_bytes();
    let mut at = 0;
    loop {
        let byte = *raw.get(at).context("a quote is not closed")?;
        at += 1;
        match byte {
            b'"' => return Ok(at),
            b'\\' => {
                let digits = raw[at..].iter().take(3).take_while(|it| (b'0'..=b'7').contains(it));
                let count = digits.count();
                if count > 0 {
                    let code = u16::from_str_radix(&text[at..at + count], 8)?;
                    bytes.push(u8::try_from(code).context("an escape is over a byte")?);
                    at += count;
                } else {
                    bytes.push(named(*raw.get(at).context("a quote is not closed")?)?);
                    at += 1;
                }
            }
            other => bytes.push(other),
        }
    }
}

fn named(letter: u8) -> Result<u8> {
    let known = [
        (b'n', b'\n'),
        (b'r', b'\r'),
        (b't', b'\t'),
        (b'v', 11),
        (b'f', 12),
        (b'"', b'"'),
        (b'\\', b'\\'),
    ];
    let found = known.iter().find(|(name, _)| *name == letter);
    ensure!(found.is_some(), "unknown escape \\{}", char::from(letter));
    Ok(found.map_or(0, |(_, byte)| *byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_with_file_bytes_and_result() {
        let lines = [
            r#"10 1.5 pwrite64(9</d/a.seg>, "\1\0A\"\\\n\3771", 8, 4096) = 8"#,
            r#"10 1.6 fdatasync(9</d/a.seg>) = -1 EIO (Input/output error) (INJECTED)"#,
            concat!(
                r#"11 1.7 writev(12<TCP:[127.0.0.1:80->127.0.0.1:5]>, "#,
                r#"[{iov_base="ab", iov_len=2}, {iov_base="c) = 1"..., iov_len=9}], 2) = 11"#
            ),
            "11 1.8 +++ exited with 0 +++",
        ];
        let trace = Trace::parse(&lines.join("\n")).unwrap();
        let [written, synced, sent] = trace.calls.as_slice() else { panic!("three calls") };
        assert_eq!((written.file.as_str(), written.result), ("/d/a.seg", Some(8)));
        assert_eq!(written.bytes, [1, 0, b'A', b'"', b'\\', b'\n', 0xFF, b'1']);
        assert_eq!((synced.result, synced.is_injected), (Some(-1), true));
        assert_eq!(sent.file, "TCP:[127.0.0.1:80->127.0.0.1:5]");
        assert_eq!(
            (sent.bytes.as_slice(), sent.is_cut, sent.result),
            (&b"abc) = 1"[..], true, Some(11))
        );
        assert_eq!(trace.steps[..3], [Step::Begin(0), Step::End(0), Step::Begin(1)]);
    }

    #[test]
    fn a_call_that_others_interrupt_ends_where_it_is_resumed() {
        let text = "10 1.5 fdatasync(9</d/a> <unfinished ...>\n\
                    11    1.6 write(1</d/b>, \"x\", 1) = 1\n\
                    10 1.7 <... fdatasync resumed>) = 0\n\
                    10 1.8 fdatasync(9</d/a> <unfinished ...>\n\
                    10 1.9 <... fdatasync resumed>) = ?\n\
                    12 2.0 <... ??? resumed>) = ?";
        let trace = Trace::parse(text).unwrap();
        let steps = [Step::Begin(0), Step::Begin(1), Step::End(1), Step::End(0)];
        assert_eq!(trace.steps[..4], steps);
        let results: Vec<_> = trace.calls.iter().map(|call| call.result).collect();
        assert_eq!(results, [Some(0), Some(1), None]);
    }

    #[test]
    fn a_line_that_is_no_trace_is_told() {
        for bad in ["x", "10 1.5 what", "10 1.5 <... write resumed>) = 1", "10 1.5 f(\"a) = 1"] {
            assert!(Trace::parse(bad).is_err(), "{bad}");
        }
    }
}
