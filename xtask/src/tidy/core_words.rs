//! Words that must not stand in core: what reads a clock, draws a number, does I/O, logs, or orders
//! by hash.
//!
//! Clippy bans the types too, by `crates/core/clippy.toml`; this also sees macros, modules and
//! literals.

use super::rust::{self, RustFile};
use super::{Finding, Rule};
use proc_macro2::{Delimiter, Spacing, TokenTree};

const NAMES: &[&str] = &[
    "HashMap",
    "HashSet",
    "Instant",
    "SystemTime",
    "f32",
    "f64",
    "async",
    "await",
    "thread_local",
    "OnceLock",
    "LazyLock",
];
const MACROS: &[&str] =
    &["println", "print", "eprintln", "eprint", "trace", "debug", "info", "warn", "error"];
const CRATES: &[&str] = &["rand", "tokio", "log", "tracing"];
const STD_MODULES: &[&str] = &["fs", "net", "thread", "io", "env", "process"];

/// Checks `crates/core/*/src`, without what only tests see.
pub fn check(files: &[RustFile]) -> Vec<Finding> {
    let is_core = |path: &str| path.starts_with("crates/core/") && path.contains("/src/");
    let core: Vec<_> = files
        .iter()
        .filter(|file| is_core(file.path))
        .map(|file| (file.path, rust::shipped(&file.tokens)))
        .collect();
    let test_modules: Vec<String> = core
        .iter()
        .flat_map(|(path, shipped)| shipped.test_modules.iter().map(|name| module(path, name)))
        .collect();
    let is_test = |path: &str| {
        let inside = |module: &String| path.strip_prefix(module.as_str());
        test_modules.iter().filter_map(inside).any(|rest| rest == ".rs" || rest.starts_with('/'))
    };
    let mut findings = Vec::new();
    for (path, shipped) in core.iter().filter(|(path, _)| !is_test(path)) {
        rust::each_level(&shipped.tokens, &mut |level| {
            findings.extend((0..level.len()).filter_map(|at| {
                let word = banned(level, at)?;
                let text = format!("{path}:{}: {word} in core", rust::line(&level[at]));
                let place = (*path).to_owned();
                Some(Finding { rule: Rule::CoreWord, place, number: 1, text })
            }));
        });
    }
    findings
}

/// Returns the path of a module declared in `file`, without its ending.
fn module(file: &str, name: &str) -> String {
    let (folder, stem) = file.rsplit_once('/').unwrap_or(("", file));
    match stem.trim_end_matches(".rs") {
        "lib" | "main" | "mod" => format!("{folder}/{name}"),
        stem => format!("{folder}/{stem}/{name}"),
    }
}

fn banned(level: &[TokenTree], at: usize) -> Option<String> {
    match &level[at] {
        TokenTree::Ident(ident) => banned_name(level, at, &ident.to_string()),
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            (is_float(&text) && !is_field(level, at)).then(|| format!("float {text}"))
        }
        TokenTree::Group(_) | TokenTree::Punct(_) => None,
    }
}

fn banned_name(level: &[TokenTree], at: usize, name: &str) -> Option<String> {
    let is_path = is_path_separator(level, at + 1);
    if NAMES.contains(&name) || (is_path && CRATES.contains(&name)) {
        return Some(format!("`{name}`"));
    }
    if MACROS.contains(&name) && is_macro_call(level, at) {
        return Some(format!("`{name}!`"));
    }
    if name == "static" && rust::is_ident(level.get(at + 1), "mut") {
        return Some("`static mut`".to_owned());
    }
    if name == "std" && is_path {
        return std_module(level, at + 3).map(|module| format!("`std::{module}`"));
    }
    None
}

/// Finds a banned module at `at`, or in the list of a `use std::{…}`.
fn std_module(level: &[TokenTree], at: usize) -> Option<&'static str> {
    if let Some(list) = rust::group_at(level, at, Delimiter::Brace) {
        let list: Vec<TokenTree> = list.stream().into_iter().collect();
        let mut starts =
            (0..list.len()).filter(|&at| at == 0 || rust::is_punct(list.get(at - 1), ','));
        return starts.find_map(|start| std_module(&list, start));
    }
    STD_MODULES.iter().copied().find(|module| rust::is_ident(level.get(at), module))
}

fn is_path_separator(level: &[TokenTree], at: usize) -> bool {
    rust::is_punct(level.get(at), ':') && rust::is_punct(level.get(at + 1), ':')
}

/// Tells `name!(…)` from `name != …`.
fn is_macro_call(level: &[TokenTree], at: usize) -> bool {
    match level.get(at + 1) {
        Some(TokenTree::Punct(punct)) if punct.as_char() == '!' => {
            punct.spacing() == Spacing::Alone || !rust::is_punct(level.get(at + 2), '=')
        }
        _ => false,
    }
}

/// Tells a float from an integer, whose suffix may hold an `e` too.
fn is_float(literal: &str) -> bool {
    if !literal.starts_with(|c: char| c.is_ascii_digit()) || literal.starts_with("0x") {
        return false;
    }
    let mark = literal.find(|c: char| !c.is_ascii_digit() && c != '_');
    mark.is_some_and(|mark| literal[mark..].starts_with(['.', 'e', 'E', 'f']))
}

/// Tells the `0.1` of `pair.0.1`, which is one token, from a float behind a range's dots.
fn is_field(level: &[TokenTree], at: usize) -> bool {
    let dot = |back: usize| at >= back && rust::is_punct(level.get(at - back), '.');
    dot(1) && !dot(2)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{file, texts};
    use super::*;

    fn check_at(path: &str, text: &str) -> Vec<Finding> {
        let files = [file(path, text)];
        check(&rust::parse_all(&files).files)
    }

    #[test]
    fn each_banned_word_is_found() {
        for (text, word) in [
            ("use std::collections::HashMap;", "`HashMap`"),
            ("use std::collections::{BTreeMap, HashSet};", "`HashSet`"),
            ("fn f() { let now = Instant::now(); }", "`Instant`"),
            ("fn f(at: std::time::SystemTime) {}", "`SystemTime`"),
            ("use std::fs::File;", "`std::fs`"),
            ("use std::{fmt, net::{TcpStream}};", "`std::net`"),
            ("fn f() { m!(std::thread::spawn(g)) }", "`std::thread`"),
            ("fn f() { println!(\"\") }", "`println!`"),
            ("fn f() { eprintln!(\"\") }", "`eprintln!`"),
            ("fn f() { tracing::info!(\"\") }", "`tracing`"),
            ("fn f() { warn!(\"\") }", "`warn!`"),
            ("fn f(x: f32) {}", "`f32`"),
            ("fn f() -> Option<f64> { None }", "`f64`"),
            ("const A: B = c(1.5);", "float 1.5"),
            ("const A: B = c(0..1e9);", "float 1e9"),
            ("fn f() { rand::random() }", "`rand`"),
            ("use tokio::sync;", "`tokio`"),
            ("async fn f() {}", "`async`"),
            ("static mut A: u8 = 0;", "`static mut`"),
        ] {
            let findings = check_at("crates/core/a/src/lib.rs", text);
            let expected = format!("crates/core/a/src/lib.rs:1: {word} in core");
            assert!(texts(&findings).contains(&expected.as_str()), "{text}: {findings:?}");
        }
    }

    #[test]
    fn comments_strings_tests_and_look_alikes_are_left_alone() {
        for text in [
            "// HashMap\n/// f64\nconst A: &str = \"Instant\";",
            "#[cfg(test)] mod tests { use std::collections::HashMap; }",
            "fn f(error: u8) -> bool { error != 1 }",
            "fn f() -> usize { 1usize + 0xfe + pair.0.1 }",
            "use std::{fmt, ops};",
        ] {
            assert_eq!(texts(&check_at("crates/core/a/src/lib.rs", text)), [""; 0]);
        }
    }

    #[test]
    fn only_core_sources_are_checked() {
        for path in ["crates/core/a/tests/t.rs", "crates/shell/a/src/lib.rs", "xtask/src/main.rs"] {
            assert_eq!(texts(&check_at(path, "use std::fs;")), [""; 0]);
        }
    }

    #[test]
    fn a_test_module_in_its_own_file_is_left_alone() {
        let files = [
            file("crates/core/a/src/lib.rs", "#[cfg(test)]\nmod tests;\nmod b;"),
            file("crates/core/a/src/tests.rs", "use std::fs;"),
            file("crates/core/a/src/tests/more.rs", "use std::fs;"),
            file("crates/core/a/src/b.rs", "#[cfg(test)]\nmod tests;"),
            file("crates/core/a/src/b/tests.rs", "use std::fs;"),
            file("crates/core/a/src/tests_of_b.rs", "use std::fs;"),
        ];
        let findings = check(&rust::parse_all(&files).files);
        assert_eq!(texts(&findings), ["crates/core/a/src/tests_of_b.rs:1: `std::fs` in core"]);
    }
}
