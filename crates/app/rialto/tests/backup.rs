//! Backups of the real binary under load: whole or not there, and what is restored is the venue.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use rusqlite::Connection;
use serde_json::{Value, json};
use support::{PATIENCE, Server, output, rialto, told};
use tempfile::TempDir;

const WRITERS: usize = 4;
/// Backups while guests come.
const ROUNDS: usize = 4;
/// No limit is met, and no log of each request slows it down.
const UNBOUND: [&str; 8] = [
    "--listen",
    "127.0.0.1:0",
    "--account-rate",
    "10000000",
    "--key-rate",
    "10000000",
    "--log-filter",
    "warn",
];

/// A data folder and room for backups beside it.
struct Place(TempDir);

/// Clients that place orders until the load ends or the venue does.
struct Load {
    is_over: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    writers: Vec<JoinHandle<Vec<(String, Instant)>>>,
}

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().expect("a path of text").to_owned()
    }

    /// Runs `rialto` with the names of folders in it.
    fn run(&self, command: &str, names: &[&str]) -> (String, i32) {
        let names = names.iter().map(|name| match name.strip_prefix("--") {
            Some(_) => (*name).to_owned(),
            None => self.text(name),
        });
        let arguments: Vec<String> = [command.to_owned()].into_iter().chain(names).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        both(&output(&arguments))
    }

    #[track_caller]
    fn done(&self, command: &str, names: &[&str]) -> String {
        let (shown, code) = self.run(command, names);
        assert_eq!(code, 0, "{command} {names:?}: {shown}");
        shown
    }

    #[track_caller]
    fn refused(&self, command: &str, names: &[&str], code: i32, expected: &str) {
        let (shown, found) = self.run(command, names);
        assert_eq!(found, code, "{command} {names:?}: {shown}");
        assert!(shown.contains(expected), "{command} {names:?}: no {expected:?} in {shown}");
    }

    /// The names in a folder.
    fn names(&self, folder: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(self.path(folder)).expect("a folder");
        entries.map(|it| it.expect("it").file_name().into_string().expect("text")).collect()
    }

    fn manifest(&self, backup: &str) -> Value {
        let text = fs::read(self.path(backup).join("backup.json")).expect("a manifest");
        serde_json::from_slice(&text).expect("JSON")
    }

    /// The names of all requests in the journal of a folder.
    fn requests(&self, folder: &str) -> BTreeSet<String> {
        let shown = self.done("journal", &[folder, "--json"]);
        let record = |line| serde_json::from_str::<Value>(line).expect("JSON");
        let named =
            shown.lines().filter_map(|line| record(line)["request"].as_str().map(str::to_owned));
        named.collect()
    }

    /// How many files there are in the folder that is to become the backup `name`.
    fn begun(&self, name: &str) -> Option<usize> {
        let prefix = format!("{name}.partial-");
        let partial = self.names("").into_iter().find(|found| found.starts_with(&prefix))?;
        // It may have been given its name just now.
        fs::read_dir(self.path(&partial)).ok().map(Iterator::count)
    }
}

impl Load {
    fn start(server: &Server) -> Load {
        let (is_over, answered) = (Arc::default(), Arc::default());
        let writers = (0..WRITERS).map(|writer| {
            let body = json!({"client_request_id": format!("w{writer}"), "currency": "BRL"});
            let opened = server.post("/v1/accounts", &body).ok();
            let id = opened["account"]["account_id"].as_str().expect("an id").to_owned();
            let (address, key) = (server.address.clone(), server.key.clone());
            let (is_over, answered) = (Arc::clone(&is_over), Arc::clone(&answered));
            thread::spawn(move || write(&address, &key, &id, &is_over, &answered))
        });
        let writers = writers.collect();
        Load { is_over, answered, writers }
    }

    /// Waits until so many more orders were answered.
    fn wait(&self, orders: u64) {
        let goal = self.answered.load(Ordering::Relaxed) + orders;
        let start = Instant::now();
        while self.answered.load(Ordering::Relaxed) < goal {
            assert!(start.elapsed() < PATIENCE, "orders are not answered");
            thread::yield_now();
        }
    }

    /// The names of what was answered before a moment.
    fn end(self, moment: Instant) -> BTreeSet<String> {
        self.is_over.store(true, Ordering::Relaxed);
        let written = self.writers.into_iter().flat_map(|it| it.join().expect("a writer"));
        written.filter(|(_, at)| *at < moment).map(|(name, _)| name).collect()
    }
}

/// Places orders that nobody fills, each of which ends at once.
fn write(
    address: &str,
    key: &str,
    account: &str,
    is_over: &AtomicBool,
    answered: &AtomicU64,
) -> Vec<(String, Instant)> {
    let mut placed = Vec::new();
    let mut connection = support::Connection::open(address, key);
    while !is_over.load(Ordering::Relaxed) {
        let name = format!("order-{account}-{}", placed.len());
        let order = json!({"client_order_id": name, "symbol": "PETR4", "side": "buy",
            "type": "limit", "time_in_force": "ioc", "qty": "1", "price": "9.00"});
        let path = format!("/v1/accounts/{account}/orders");
        let Some(reply) = connection.try_send("POST", &path, Some(&order)) else { break };
        reply.ok();
        placed.push((name, Instant::now()));
        answered.fetch_add(1, Ordering::Relaxed);
    }
    placed
}

fn both(output: &Output) -> (String, i32) {
    let (shown, errors, code) = told(output);
    (shown + &errors, code)
}

/// A venue in which something happened, stopped, and a backup of it.
fn small() -> Place {
    let place = Place::new();
    let server = Server::start(&place.path("data"));
    let body = json!({"client_request_id": "ana", "currency": "BRL"});
    server.post("/v1/accounts", &body).ok();
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    place.done("backup", &["data", "backup"]);
    place
}

#[test]
fn a_backup_taken_under_load_has_all_that_was_answered_before_it() {
    let place = Place::new();
    let server = Server::start_with(&place.path("data"), &UNBOUND);
    let person = json!({"name": "mia", "password": "correct horse"});
    server.post("/v1/auth/register", &person).ok();
    let key = server.post("/v1/keys", &json!({"label": "bot", "scopes": ["read"]})).ok();
    let load = Load::start(&server);
    load.wait(300);
    let first = json!({"client_order_id": "first", "symbol": "PETR4", "side": "buy",
        "type": "limit", "qty": "1", "price": "9.00"});
    let answer = server.post("/v1/accounts/2/orders", &first);
    let began = Instant::now();
    place.done("backup", &["data", "backup"]);
    load.wait(50);
    let answered = load.end(began);
    let admin = server.key.clone();
    server.kill();

    let mode = |name: &str| fs::metadata(place.path(name)).expect(name).permissions().mode();
    for (name, expected) in
        [("backup", 0o700), ("backup/identity.db", 0o600), ("backup/admin.key", 0o600)]
    {
        assert_eq!(mode(name) & 0o777, expected, "{name}");
    }
    let shown = place.done("restore", &["backup", "restored"]);
    assert!(shown.contains(place.manifest("backup")["venue"].as_str().expect("an id")), "{shown}");
    let shown = place.done("verify", &["restored"]);
    assert!(shown.contains("everything holds"), "{shown}");
    assert!(shown.contains("tail           whole"), "{shown}");
    let requests = place.requests("restored");
    assert!(answered.len() >= 300 && answered.is_subset(&requests), "{}", answered.len());

    let server = Server::start(&place.path("restored"));
    assert_eq!(server.key, admin);
    let again = server.post("/v1/accounts/2/orders", &first);
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{again:?}");
    assert_eq!(again.body["seq"], answer.ok()["seq"]);
    server.post("/v1/auth/login", &person).ok();
    let bot = server.with_key(key["secret"].as_str().expect("a secret"));
    bot.get("/v1/accounts").ok();
}

#[test]
fn backups_while_segments_roll_and_snapshots_are_made_are_each_whole() {
    let place = Place::new();
    let server = Server::start_with(&place.path("data"), &UNBOUND);
    let load = Load::start(&server);
    let (mut last_seq, mut most) = (0, (0, 0));
    let start = Instant::now();
    // Until there were snapshots to choose from, and segments beyond them.
    for round in 0.. {
        assert!(start.elapsed() < PATIENCE, "no snapshots: {most:?}");
        let name = format!("backup-{round}");
        place.done("backup", &["data", &name]);
        place.done("restore", &[&name, "--check"]);
        let manifest = place.manifest(&name);
        let seq = manifest["last_seq"].as_u64().expect("a seq");
        assert!(seq > last_seq, "{seq} after {last_seq}");
        last_seq = seq;
        let names = place.names(&name);
        let count = |suffix: &str| names.iter().filter(|name| name.ends_with(suffix)).count();
        most = (count(".seg").max(most.0), count(".snap").max(most.1));
        if most.0 >= 3 && most.1 >= 1 {
            place.done("restore", &[&name, "restored"]);
            break;
        }
        fs::remove_dir_all(place.path(&name)).expect("it is there");
    }
    load.end(Instant::now());
    let shown = place.done("verify", &["restored"]);
    assert!(shown.contains("everything holds"), "{shown}");
    server.stop();
    place.done("verify", &["data"]);
}

/// Whose accounts the journal of a folder has, and whom its store of people has.
fn owners_and_people(place: &Place, folder: &str) -> [BTreeSet<i64>; 2] {
    let shown = place.done("journal", &[folder, "--json"]);
    let records = shown.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let opened = records.filter(|record| record["kind"] == "open_account");
    let owners = opened.map(|record| record["owner"].as_i64().expect("a number")).collect();
    let store = Connection::open(place.path(folder).join("identity.db")).expect("a store");
    let mut people = store.prepare("SELECT id FROM users WHERE id > 1").expect("it is read");
    let people = people.query_map([], |row| row.get(0)).expect("it is read");
    [owners, people.collect::<Result<_, _>>().expect("numbers")]
}

#[test]
fn whoever_a_backup_has_an_account_of_is_among_its_people_and_the_other_way_round() {
    let place = Place::new();
    let mut arguments = UNBOUND.to_vec();
    arguments.extend(["--address-rate", "10000000"]);
    let server = Server::start_with(&place.path("data"), &arguments);
    let (address, is_over) = (server.address.clone(), Arc::new(AtomicBool::new(false)));
    let has_ended = Arc::clone(&is_over);
    let guests = thread::spawn(move || {
        let mut connection = support::Connection::open(&address, "");
        // Until there are as many guests as may be.
        while !has_ended.load(Ordering::Relaxed) {
            let reply = connection.send("POST", "/v1/auth/guest", Some(&json!({})));
            if reply.status != 201 {
                return;
            }
        }
    });
    let mut came = Vec::new();
    for round in 0..ROUNDS {
        let name = format!("backup-{round}");
        place.done("backup", &["data", &name]);
        let [owners, people] = owners_and_people(&place, &name);
        assert!(owners.is_subset(&people), "{owners:?} of {people:?}");
        came.push(people.len());
    }
    assert!(came[0] < came[ROUNDS - 1], "guests came meanwhile: {came:?}");
    is_over.store(true, Ordering::Relaxed);
    guests.join().expect("they came");
    let last = format!("backup-{}", ROUNDS - 1);
    place.done("restore", &[&last, "restored"]);
    let restored = Server::start(&place.path("restored"));
    assert_eq!(restored.stop().0.code(), Some(0));
    let [owners, people] = owners_and_people(&place, "restored");
    assert_eq!(owners, people);
}

#[test]
fn a_backup_that_is_killed_is_whole_or_not_there_and_the_venue_goes_on() {
    let place = Place::new();
    let server = Server::start_with(&place.path("data"), &UNBOUND);
    let load = Load::start(&server);
    let (mut whole, mut absent) = (0, 0);
    for round in 0..16 {
        let name = format!("backup-{round}");
        let (from, to) = (place.text("data"), place.text(&name));
        let mut command = rialto(&["backup", &from, &to]);
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        // Each time a little later: with the folder, its first file, and so on to its end.
        let files = round / 2;
        let is_there = || place.begun(&name).is_some_and(|begun| begun >= files);
        while child.try_wait().expect("a child").is_none() && !is_there() {
            thread::yield_now();
        }
        child.kill().ok();
        child.wait().expect("it ends");
        if place.path(&name).exists() {
            place.done("restore", &[&name, "--check"]);
            whole += 1;
        } else {
            absent += 1;
        }
    }
    assert!(whole > 0 && absent > 0, "{whole} whole, {absent} absent");
    load.wait(50);
    load.end(Instant::now());
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    place.done("verify", &["data"]);
}

#[test]
fn of_a_venue_that_is_killed_the_backup_has_all_that_was_answered() {
    let place = Place::new();
    let server = Server::start_with(&place.path("data"), &UNBOUND);
    let load = Load::start(&server);
    load.wait(100);
    let began = Instant::now();
    let (from, to) = (place.text("data"), place.text("backup"));
    let mut command = rialto(&["backup", &from, &to]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    while place.begun("backup").is_none() && !place.path("backup").exists() {
        assert!(began.elapsed() < PATIENCE, "the backup does not begin");
        thread::yield_now();
    }
    server.kill();
    let (shown, code) = both(&child.wait_with_output().expect("it ends"));
    assert_eq!(code, 0, "{shown}");
    place.done("restore", &["backup", "--check"]);
    let before = place.requests("backup");

    // Nobody says any more what is durable: all is kept that a start would keep.
    place.done("backup", &["data", "backup-2"]);
    place.done("verify", &["backup-2"]);
    let answered = load.end(Instant::now());
    let after = place.requests("backup-2");
    assert!(answered.is_subset(&after) && before.is_subset(&after), "{}", after.len());
    let server = Server::start(&place.path("data"));
    let order = json!({"client_order_id": "last", "symbol": "PETR4", "side": "buy",
        "type": "limit", "qty": "1", "price": "9.00"});
    server.post("/v1/accounts/1/orders", &order).ok();
    server.kill();
    place.done("backup", &["data", "backup-3"]);
    assert!(place.requests("backup-3").contains("last"), "no mark says that it is durable");
}

#[test]
fn a_changed_byte_of_any_file_is_refused_by_its_name() {
    let place = small();
    let names = place.names("backup");
    let listed = ["admin.key", "backup.json", "identity.db", "journal-00000000000000000000.seg"];
    assert_eq!(names, listed.map(str::to_owned).into());
    let restored = |expected: &str| {
        place.refused("restore", &["backup", "restored"], 3, expected);
        place.refused("restore", &["backup", "--check"], 3, expected);
        assert!(!place.path("restored").exists() && place.begun("restored").is_none());
    };
    for name in &names {
        let path = place.path("backup").join(name);
        let file = fs::OpenOptions::new().read(true).write(true).open(&path).expect("a file");
        let bytes = file.metadata().expect("a length").len();
        for at in [0, bytes / 3, bytes / 2, bytes - 1] {
            let mut byte = [0];
            file.read_exact_at(&mut byte, at).expect("a byte");
            file.write_all_at(&[byte[0] ^ 1], at).expect("a write");
            restored(name);
            file.write_all_at(&byte, at).expect("a write");
        }
        file.set_len(bytes - 1).expect("it is cut");
        restored(name);
        fs::rename(&path, place.path("away")).expect("it is there");
        restored(name);
        fs::rename(place.path("away"), &path).expect("it is there");
        let whole = place.0.path().join("whole");
        fs::remove_dir_all(&whole).ok();
        place.done("backup", &["data", "whole"]);
        fs::copy(whole.join(name), &path).expect("it is there");
    }
}

#[test]
fn a_backup_of_a_later_version_is_refused() {
    let place = small();
    let path = place.path("backup/backup.json");
    let text = fs::read_to_string(&path).expect("a manifest");
    fs::write(&path, text.replace("\"format\": 1,", "\"format\": 2, \"colour\": \"red\","))
        .expect("a file");
    place.refused("restore", &["backup", "restored"], 3, "format 2, this program reads 1");
}

#[test]
fn what_is_no_venue_no_backup_or_not_empty_is_refused() {
    let place = small();
    place.refused("backup", &["missing", "other"], 3, "no such file");
    fs::create_dir(place.path("empty")).expect("a folder");
    place.refused("backup", &["empty", "other"], 3, "there is no journal in the folder");
    let before = place.names("data");
    place.refused("backup", &["data", "backup"], 2, "not empty");
    place.refused("backup", &["data", "data/backup"], 2, "expected a folder beside what");
    place.refused("backup", &["data", "data/deep/backup"], 2, "expected a folder beside what");
    place.refused("restore", &["backup", "backup/sub/data"], 2, "expected a folder beside what");
    place.refused("backup", &["data", "data/backup.json"], 2, "expected a folder beside");
    place.refused("backup", &["data", "backup/backup.json"], 2, "no folder");
    place.refused("restore", &["data", "other"], 3, "it has no backup.json");
    place.refused("restore", &["missing", "other"], 3, "it has no backup.json");
    place.refused("restore", &["backup", "data"], 2, "not empty");
    place.refused("restore", &["backup"], 2, "DATA");
    assert_eq!(place.names("data"), before, "nothing is written to what is copied");
    fs::rename(place.path("data/identity.db"), place.path("identity.db")).expect("it is there");
    place.refused("backup", &["data", "other"], 3, "identity.db is missing");
    assert_eq!(
        place.names(""),
        ["backup", "data", "empty", "identity.db"].map(str::to_owned).into()
    );
    place.done("restore", &["backup", "empty/deep/data"]);
    place.done("verify", &["empty/deep/data"]);
}

#[test]
fn a_history_that_is_ahead_is_made_anew() {
    let place = Place::new();
    let history = format!("sqlite:{}", place.text("history"));
    let arguments = ["--listen", "127.0.0.1:0", "--history", &history];
    let server = Server::start_with(&place.path("data"), &arguments);
    let open = |name: &str| {
        let body = json!({"client_request_id": name, "currency": "BRL"});
        server.post("/v1/accounts", &body).ok()["seq"].as_u64().expect("a seq")
    };
    open("ana");
    place.done("backup", &["data", "backup"]);
    let seq = open("bob");
    let start = Instant::now();
    while server.get(&format!("/v1/accounts/2/history/payments?min_seq={seq}")).status != 200 {
        assert!(start.elapsed() < PATIENCE, "the history never came");
    }
    server.stop();
    place.done("restore", &["backup", "restored"]);
    let data = place.text("restored");
    let run = ["run", "--demo", "--data", &data, "--history", &history, "--listen", "127.0.0.1:0"];
    let (shown, code) = both(&output(&run));
    assert_eq!(code, 4, "{shown}");
    assert!(shown.contains("is ahead of the journal"), "{shown}");
    let (shown, code) = both(&output(&["rebuild", &data, "--history", &history]));
    assert_eq!(code, 0, "{shown}");
    let server = Server::start_with(&place.path("restored"), &arguments);
    let accounts = server.get("/v1/accounts").ok()["accounts"].clone();
    assert_eq!(accounts.as_array().map(Vec::len), Some(1));
    // Answered just before the backup, and no later command said that it was durable.
    assert_eq!(accounts[0]["cash"]["total"], "10000.00");
    server.stop();
    let (shown, code) = both(&output(&["rebuild", &data, "--history", &history, "--check"]));
    assert_eq!(code, 0, "{shown}");
}
