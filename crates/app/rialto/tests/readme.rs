//! The README's tours, word for word, each on a fresh server.

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use support::{PATIENCE, Server, root};

/// What the tour calls the server.
const ADDRESS: &str = "127.0.0.1:8080";
/// A command that does not end has a terminal of its own.
const ENDLESS: &str = "curl -N ";

/// A fenced block: its language and its text.
type Block = (String, String);

/// What runs in the third terminal, and what it must have said in the end.
struct Watch {
    child: Child,
    stdout: BufReader<ChildStdout>,
    shown: String,
    expected: String,
}

#[test]
fn the_five_minute_tour_works_word_for_word() {
    walk("Five-minute tour", "data");
}

#[test]
fn a_bot_is_written_in_ten_minutes_word_for_word() {
    walk("Write a bot in ten minutes", "bots");
}

/// Walks a section, whose reader serves from the folder `data`.
fn walk(title: &str, data: &str) {
    let section = section(title);
    let others = ["data", "bots"].into_iter().filter(|other| *other != data);
    for other in others {
        assert!(!section.contains(&format!("{other}/")), "{title} serves from {data}");
    }
    let blocks = blocks_of(&section);
    assert!(blocks.len() >= 10, "the tour is there: {blocks:?}");
    let folder = tempfile::tempdir().expect("a folder");
    let binary = folder.path().join("target/release");
    fs::create_dir_all(&binary).expect("a folder");
    symlink(env!("CARGO_BIN_EXE_rialto"), binary.join("rialto")).expect("a link");
    let verify = format!("target/release/rialto verify {data}");
    let data = folder.path().join(data);
    let mut server = Some(Server::start(&data));
    let mut watch = None;
    let mut place = blocks.iter().peekable();
    while let Some((language, text)) = place.next() {
        if language == "console" && text.contains("npx") {
            // It needs the network: what it says to the socket is what other tests say.
            continue;
        }
        if language == "console" {
            // Both things that the reader does in the first terminal.
            assert!(text.contains("pkill -9 rialto") && text.contains("cargo xtask run"), "{text}");
            if let Some(watch) = watch.take() {
                finish(watch);
            }
            server.take().expect("it runs").kill();
            server = Some(Server::start(&data));
            continue;
        }
        assert_eq!(language, "sh", "{text}");
        let expected = place.next_if(|(language, _)| language == "text");
        let is_begun = text.trim_end().ends_with('&');
        assert!(expected.is_some() || is_begun, "nothing is promised of {text}");
        let expected = expected.map_or("", |(_, expected)| expected.as_str());
        let script = text.replace(ADDRESS, &server.as_ref().expect("it runs").address);
        if script.starts_with(ENDLESS) {
            watch = Some(start(&script, expected, folder.path()));
        } else {
            let shown = run(&script, folder.path());
            assert_eq!(missing(&shown, expected), None, "after {text}: {shown}");
        }
    }
    if let Some(watch) = watch.take() {
        finish(watch);
    }
    let (status, logged) = server.take().expect("it runs").stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    let verified = run(&verify, folder.path());
    assert!(verified.contains("everything holds"), "{verified}");
}

fn section(title: &str) -> String {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let (_, rest) = readme.split_once(&format!("\n## {title}\n")).expect("the section");
    rest.split("\n## ").next().expect("a part").to_owned()
}

fn blocks_of(section: &str) -> Vec<Block> {
    let mut fences = section.split("```").skip(1);
    let mut blocks = Vec::new();
    while let (Some(block), Some(_between)) = (fences.next(), fences.next()) {
        let (language, text) = block.split_once('\n').expect("a block has lines");
        blocks.push((language.to_owned(), text.to_owned()));
    }
    blocks
}

fn shell(script: &str, folder: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-e", "-c", script]).current_dir(folder).stdin(Stdio::null());
    command
}

fn run(script: &str, folder: &Path) -> String {
    let output = shell(script, folder).output().expect("a shell");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {shown}{errors}");
    shown
}

fn start(script: &str, expected: &str, folder: &Path) -> Watch {
    // Ending the shell ends the command, which ends by itself when nobody does.
    let patience = PATIENCE.as_secs();
    let script = script.replacen(ENDLESS, &format!("exec {ENDLESS}--max-time {patience} "), 1);
    let mut command = shell(&script, folder);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a shell");
    let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    let expected = expected.to_owned();
    let mut watch = Watch { child, stdout, shown: String::new(), expected };
    // The snapshot is there before the tour goes on.
    watch.until("event: cut");
    watch
}

/// Reads until all that was promised was seen.
fn finish(mut watch: Watch) {
    let expected = watch.expected.clone();
    watch.until(&expected);
    watch.child.kill().expect("it runs");
    watch.child.wait().expect("it ends");
}

impl Watch {
    fn until(&mut self, expected: &str) {
        while let Some(line) = missing(&self.shown, expected) {
            let read = self.stdout.read_line(&mut self.shown).expect("text");
            assert!(read > 0, "no {line:?} in {}", self.shown);
        }
    }
}

/// The first line of `expected` that does not stand in `shown`, behind those before it.
fn missing<'a>(shown: &str, expected: &'a str) -> Option<&'a str> {
    let mut rest = shown;
    expected.lines().find(|line| match rest.split_once(*line) {
        Some((_, behind)) => {
            rest = behind;
            false
        }
        None => true,
    })
}
