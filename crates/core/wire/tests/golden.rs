//! Golden files: bytes once released decode to the same values for ever, and encode to the same
//! bytes again. With `UPDATE_EXPECT=1` in the environment the files are written anew.
//!
//! A file holds records one after the other, each behind its length in two bytes.

mod common;

use std::fmt::Debug;
use std::path::Path;

use common::samples;
use wire::DecodeError;

fn check<T: PartialEq + Debug>(
    file: &str,
    values: &[T],
    encode: fn(&T, &mut Vec<u8>),
    decode: fn(&[u8]) -> Result<T, DecodeError>,
) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, framed(values, encode)).expect("the folder is in the repository");
    }
    let bytes = std::fs::read(&path).expect("the file is in the repository");
    assert_eq!(framed(values, encode), bytes, "{file}");
    let mut left = bytes.as_slice();
    for value in values {
        let (length, tail) = left.split_first_chunk().expect("a record for each value");
        let (record, tail) = tail.split_at(usize::from(u16::from_le_bytes(*length)));
        assert_eq!(decode(record).as_ref(), Ok(value), "{file}");
        left = tail;
    }
    assert!(left.is_empty(), "{file}: a value for each record");
}

fn framed<T>(values: &[T], encode: fn(&T, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    for value in values {
        let mut record = Vec::new();
        encode(value, &mut record);
        let length = u16::try_from(record.len()).expect("records are short");
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&record);
    }
    out
}

#[test]
fn commands_of_version_1() {
    let values = samples::commands();
    check("command-v1.bin", &values, wire::command::encode, wire::command::decode);
}

#[test]
fn geneses_of_version_1() {
    let values = samples::geneses();
    check("genesis-v1.bin", &values, wire::genesis::encode, wire::genesis::decode);
}

#[test]
fn messages_of_version_1() {
    let values = samples::messages();
    check("message-v1.bin", &values, wire::message::encode, wire::message::decode);
}

/// The example and the refusals of api/wire.md, which a stranger would write a decoder from.
#[test]
fn the_page_shows_these_bytes() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../api/wire.md");
    let page = std::fs::read_to_string(page).expect("the page is in the repository");
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim);
        let (_, offset, bytes) = (cells.next()?, cells.next()?, cells.next()?);
        let bytes = bytes.strip_prefix('`')?.strip_suffix('`')?;
        Some((offset.parse::<usize>().expect("an offset"), bytes))
    });
    let mut example = Vec::new();
    for (offset, bytes) in rows {
        assert_eq!(offset, example.len(), "rows follow each other");
        let bytes = bytes.split(' ').map(|byte| u8::from_str_radix(byte, 16).expect("hex"));
        example.extend(bytes);
    }
    assert_eq!(wire::command::decode(&example), Ok(samples::place()));
    for (tag, code) in wire::json::codes().iter().enumerate() {
        assert!(page.contains(&format!("\n| {tag} | {} | ", code.code)), "{}", code.code);
    }
}
