//! How each command ends, as `rialto --help` says.

mod support;

use std::fs::{self, OpenOptions};
use std::net::TcpListener;
use std::os::unix::fs::FileExt;
use std::path::Path;

use serde_json::json;
use support::{Server, output, told};

#[track_caller]
fn check(arguments: &[&str], code: i32, expected: &str) {
    let (shown, errors, found) = told(&output(arguments));
    let told = format!("{shown}{errors}");
    assert_eq!(found, code, "{arguments:?}: {told}");
    assert!(told.contains(expected), "{arguments:?}: no {expected:?} in {told}");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// A folder of a venue in which something happened, ended in order.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    for name in ["ana", "bob", "eve"] {
        let body = json!({"client_request_id": name, "currency": "USD"});
        server.post("/v1/accounts", &body).ok();
    }
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    folder
}

#[test]
fn help_says_what_each_code_means() {
    check(&["--help"], 0, "  70  had to stop at once");
    for command in ["run", "profile", "replay", "verify", "backup", "restore", "journal", "admin"] {
        check(&[command, "--help"], 0, "Exit codes:");
    }
    check(&["help", "bench"], 0, "Usage:");
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    check(&["sell"], 2, "unrecognized subcommand");
    check(&["run", "--listen", "everywhere"], 2, "--listen");
    check(&["verify"], 2, "DIR");
    let open = ["run", "--data", text(&data), "--listen", "0.0.0.0:0"];
    check(&open, 2, "--insecure-http");
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:9464"] {
        let metrics = ["run", "--data", text(&data), "--metrics-listen", address];
        check(&metrics, 2, "--metrics-listen");
        check(&metrics, 2, "an address of this machine alone");
    }
    let same = ["--listen", "127.0.0.1:9464", "--metrics-listen", "127.0.0.1:9464"];
    check(&[&["run", "--data", text(&data)], &same[..]].concat(), 2, "expected another port");
    let filter = ["run", "--data", text(&data), "--log-filter", "a=b=c"];
    check(&filter, 2, "--log-filter");
    for rate in ["0", "10000001"] {
        let rate = ["run", "--data", text(&data), "--key-rate", rate];
        check(&rate, 2, "expected 1 to 10000000");
    }
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn what_cannot_start_ends_with_4() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    check(&["run", "--data", text(&data), "--listen", &address], 4, &address);
    let metrics = ["--listen", "127.0.0.1:0", "--metrics-listen", &address];
    check(&[&["run", "--data", text(&data)], &metrics[..]].concat(), 4, &address);
    assert!(!data.exists(), "nothing was made");

    let large = folder.path().join("large.toml");
    fs::write(&large, "[venue]\norders_max = 67108863\nlevel_pages_max = 15000000\n")
        .expect("a file");
    let run = ["run", "--data", text(&data), "--listen", "127.0.0.1:0", "--profile", text(&large)];
    check(&run, 4, "MiB) for orders_max, and this machine has");
    assert!(!data.exists(), "nothing was made");

    let server = Server::start(&data);
    check(&["run", "--data", text(&data), "--listen", "127.0.0.1:0"], 4, "in use");
    check(&["verify", text(&data)], 4, "in use");
    // What is running can be looked at.
    check(&["journal", text(&data)], 0, "symbol=PETR4");
    server.kill();
    check(&["verify", text(&data)], 0, "everything holds");

    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    check(&["run", "--data", text(&file), "--listen", "127.0.0.1:0"], 4, "data folder");
}

#[test]
fn a_damaged_folder_ends_with_3_and_names_the_place() {
    let folder = folder();
    let dir = text(folder.path());
    check(&["verify", dir], 0, "everything holds");
    let segment = folder.path().join("journal-00000000000000000000.seg");
    let file = OpenOptions::new().read(true).write(true).open(&segment).expect("a segment");
    let mut bytes = vec![0; 16 << 10];
    file.read_exact_at(&mut bytes, 0).expect("a segment's start");
    let at = bytes.windows(3).position(|bytes| bytes == b"bob").expect("a request id") as u64;
    file.write_all_at(b"rob", at).expect("a write");
    for arguments in
        [["verify", dir].as_slice(), &["run", "--data", dir, "--listen", "127.0.0.1:0"]]
    {
        check(arguments, 3, "journal-00000000000000000000.seg");
    }
    check(&["journal", dir], 3, "journal-00000000000000000000.seg");
}

#[test]
fn what_is_no_folder_of_a_venue_ends_with_3() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing");
    for command in ["verify", "journal"] {
        check(&[command, text(&missing)], 3, "no such file");
        check(&[command, text(folder.path())], 3, "there is no journal in the folder");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing was made");
}

#[test]
fn a_torn_tail_is_told_with_its_seqs_and_is_no_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = text(folder.path());
    let server = Server::start(folder.path());
    let body = json!({"client_request_id": "ana", "currency": "USD"});
    server.post("/v1/accounts", &body).ok();
    server.kill();
    // As a power cut leaves it: the last batch is there, save the end of its trailer.
    let segment = folder.path().join("journal-00000000000000000000.seg");
    let file = OpenOptions::new().read(true).write(true).open(&segment).expect("a segment");
    let mut bytes = vec![0; 64 << 10];
    file.read_exact_at(&mut bytes, 0).expect("a segment's start");
    let end = bytes.iter().rposition(|byte| *byte != 0).expect("it is not empty") as u64;
    file.write_all_at(&[0; 8], end - 7).expect("a write");

    check(&["verify", dir], 0, "torn tail: seqs 12 to 12");
    let server = Server::start(folder.path());
    let retried = server.post("/v1/accounts", &body).ok();
    assert_eq!(retried["account"]["cash"]["total"], "10000.00");
    let (status, logged) = server.stop();
    assert!(logged.contains("torn tail: seqs 12 to 12"), "{logged}");
    assert_eq!(status.code(), Some(0));
    check(&["verify", dir], 0, "tail           whole");
}
