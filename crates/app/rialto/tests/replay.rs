//! Recorded order flow: the golden figures, and lines that cannot be read.

mod support;

use std::fs;
use std::path::Path;

use support::{output, shared, told};

const HEADER: &str = "seq,ts_ns,cmd,order_id,side,price_ticks,qty,flags,exp_maker\n";

fn replay(path: &Path, more: &[&str]) -> (String, String, i32) {
    let path = path.to_str().expect("a path of text");
    told(&output(&[&["replay", path], more].concat()))
}

/// Replays lines after the header; a golden file lies beside them where one is given.
fn replay_lines(lines: &str, golden: Option<&str>) -> (String, String, i32) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("flow.csv");
    fs::write(&path, format!("{HEADER}{lines}")).expect("a file");
    if let Some(golden) = golden {
        fs::write(folder.path().join("flow.golden.json"), golden).expect("a file");
    }
    replay(&path, &["--json"])
}

#[track_caller]
fn check_golden(name: &str, expected: &[&str]) {
    let Some(path) = shared(&format!("data/replay/{name}.csv.gz")) else { return };
    let (shown, errors, code) = replay(&path, &[]);
    assert_eq!(code, 0, "{shown}{errors}");
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in expected.iter().chain(&["golden equal", "other refusals 0", "trial balance zero"]) {
        assert!(words.contains(line), "no {line:?} in {shown}");
    }
}

#[test]
fn aapl_gives_its_golden_figures() {
    check_golden(
        "aapl_nasdaq_2012-06-21_0930-1030",
        &[
            "trades 4,180",
            "sha256 f406717b3f5377e09c0b86bbed4ebc8d8b74fa7d7d09048720021c571b946cd7",
            "real makers 3,914 of 4,067",
            "unknown orders 20",
        ],
    );
}

#[test]
fn btcusd_gives_its_golden_figures() {
    check_golden(
        "btcusd_bitstamp_2026-05-02",
        &[
            "trades 251",
            "sha256 0518d6db596d9ea9f5fbdef563376fecccf557a4844e9cca15a93c310769b9c3",
            "post-only rejects 99,142",
            "unknown orders 99,546",
            "M amend 266",
        ],
    );
}

#[test]
fn every_kind_of_line_does_what_it_says() {
    let lines = "\
        0,1,A,10,S,100,5,S,\n\
        1,1,A,11,S,100,5,,\n\
        2,2,A,12,S,101,5,P,\n\
        3,2,A,13,B,101,5,P,\n\
        4,3,R,10,S,0,2,,\n\
        5,4,M,11,S,100,4,,\n\
        6,5,M,12,S,100,6,,\n\
        7,6,I,14,B,100,4,,10\n\
        8,7,I,15,B,100,1,,11\n\
        9,8,X,13,B,0,0,,\n\
        10,9,R,11,S,0,9,,\n\
        11,9,M,12,S,102,0,,\n";
    let (shown, errors, code) = replay_lines(lines, None);
    assert_eq!(code, 0, "{errors}");
    let found: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    // 14 takes the 3 that 10 has left and 1 of 11, so its maker is not just 10; 15 takes 1 of 11,
    // which kept its place before 12. 13 would have traded, so it is unknown later.
    let figures = [
        ("trades", 3),
        ("traded_qty", 5),
        ("exec_checked", 2),
        ("exec_exact_maker", 1),
        ("resting_orders", 0),
    ];
    for (name, expected) in figures {
        assert_eq!(found[name], expected, "{name} in {shown}");
    }
    let counts = serde_json::json!({
        "A": 4, "I": 2, "R": 2, "X": 1, "M": 3, "unknown": 1, "post_only_rejects": 1,
    });
    assert_eq!((&found["cmds"], &found["golden"]), (&counts, &serde_json::Value::Null));
}

#[test]
fn another_figure_than_the_golden_one_is_named_and_ends_with_1() {
    let golden = r#"{"tick": "0.01 USD", "lot": "1 share", "rows": 1, "trades": 7,
        "cmds": {"A": 1, "X": 2}, "best_bid": 100}"#;
    let (shown, errors, code) = replay_lines("0,1,A,10,B,100,5,,\n", Some(golden));
    assert_eq!(code, 1, "{errors}");
    let found: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let expected = serde_json::json!({"is_equal": false, "differences": [
        {"figure": "cmds.X", "expected": 2, "found": 0},
        {"figure": "trades", "expected": 7, "found": 0},
    ]});
    assert_eq!(found["golden"], expected);
}

#[test]
fn a_bad_line_is_named_with_its_column_its_value_and_what_would_pass() {
    let table = [
        ("1,1,A,1,B,1,1,,", "line 2, column seq: \"1\"", "0: lines are gap-free"),
        ("0,-1,A,1,B,1,1,,", "line 2, column ts_ns: \"-1\"", "a whole number"),
        ("0,1,Z,1,B,1,1,,", "line 2, column cmd: \"Z\"", "A, I, R, X or M"),
        ("0,1,A,,B,1,1,,", "line 2, column order_id: \"\"", "a whole number"),
        ("0,1,A,1,b,1,1,,", "line 2, column side: \"b\"", "B or S"),
        ("0,1,A,1,B,0,1,,", "line 2, column price_ticks: \"0\"", "1 to 18446744073709551615"),
        ("0,1,A,1,B,1.5,1,,", "line 2, column price_ticks: \"1.5\"", "a whole number"),
        ("0,1,A,1,B,1,0,,", "line 2, column qty: \"0\"", "1 to 281474976710656"),
        ("0,1,A,1,B,1,281474976710657,,", "column qty: \"281474976710657\"", "281474976710656"),
        ("0,1,A,1,B,1,99999999999999999999,,", "column qty", "a whole number"),
        ("0,1,A,1,B,1,1,Q,", "line 2, column flags: \"Q\"", "none, P, S or both"),
        ("0,1,X,1,B,1,1,P,", "line 2, column flags: \"P\"", "only a limit order"),
        ("0,1,I,1,B,1,1,,x", "line 2, column exp_maker: \"x\"", "a whole number"),
        ("0,1,A,1,B", "line 2, column price_ticks: \"\"", "nine columns"),
        ("0,1,A,1,B,1,1,,,7", "line 2, column exp_maker: \"7\"", "nothing behind"),
        ("", "line 2, column ts_ns: \"\"", "nine columns"),
        ("0,1,A,1,B,1,1,,\n1,0,A,2,B,1,1,,", "line 3, column ts_ns: \"0\"", "1 to"),
        ("0,1,A,1,B,1,1,,\n1,1,A,1,B,1,1,,", "line 3, column order_id: \"1\"", "no open order"),
    ];
    for (lines, place, expected) in table {
        let (shown, errors, code) = replay_lines(&format!("{lines}\n"), None);
        assert_eq!((code, shown.as_str()), (3, ""), "{lines}: {errors}");
        assert!(errors.contains(place) && errors.contains(expected), "{lines}: {errors}");
    }
}

#[test]
fn a_file_that_is_no_recording_ends_with_3() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |name: &str, bytes: &[u8], expected: &str| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        let (_, errors, code) = replay(&path, &[]);
        assert_eq!(code, 3, "{name}: {errors}");
        assert!(errors.contains(expected), "{name}: {errors}");
    };
    check("other.csv", b"a,b,c\n", "line 1, column header: \"a,b,c\" does not pass");
    check("long.csv", &[b'7'; 4096], "line 1 is longer than 256 bytes");
    check("bytes.csv", &[HEADER.as_bytes(), b"\xff\xfe,1\n"].concat(), "a line of UTF-8 text");
    check("unpacked.csv.gz", HEADER.as_bytes(), "line 1 cannot be read");
    check("cut.csv.gz", &[0x1f, 0x8b, 8, 0, 0], "line 1 cannot be read");
    let (_, errors, code) = replay(&folder.path().join("none.csv"), &[]);
    assert!(code == 3 && errors.contains("none.csv"), "{code} {errors}");
    fs::write(folder.path().join("other.golden.json"), "[]").expect("a file");
    check("other.csv", HEADER.as_bytes(), "other.golden.json");
}
