//! Puts the files of the web page into the binary, where they have been built: those in web/dist.
//!
//! **Invariant:** it builds no page and needs no Node: without web/dist the binary has none.
//! `cargo xtask run` builds the page first, with a compressed copy beside each file.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// The endings of compressed copies, by gzip and by Brotli.
const COPIES: [&str; 2] = ["gz", "br"];

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = manifest.ancestors().nth(3).expect("it lies in crates/app");
    let (web, dist) = (root.join("web"), root.join("web/dist"));
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        list(&dist, &mut files)?;
    }
    // A folder that is not there would have this run again at every build.
    let watched = if dist.exists() { &dist } else { &web };
    println!("cargo::rerun-if-changed={}", watched.display());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    std::fs::write(out.join("web.rs"), table(&dist, &files))
}

/// The files below a folder, sorted; what begins with a dot is of its builder.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            list(&path, files)?;
        } else if !is_copy(&path) {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether a file is the compressed copy of one that is there.
fn is_copy(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    COPIES.contains(&ending) && path.with_extension("").is_file()
}

/// The files as an expression of Rust.
fn table(dist: &Path, files: &[PathBuf]) -> String {
    let mut table = String::from("&[\n");
    for file in files {
        let below = file.strip_prefix(dist).expect("it lies there");
        let name: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let [gzip, brotli] = COPIES.map(|ending| {
            let copy = PathBuf::from(format!("{}.{ending}", file.display()));
            if copy.is_file() { format!("Some(include_bytes!({copy:?}))") } else { "None".into() }
        });
        let (name, line) = (name.join("/"), &mut table);
        writeln!(
            line,
            "WebFile {{ path: {name:?}, bytes: include_bytes!({file:?}), \
             gzip: {gzip}, brotli: {brotli} }},"
        )
        .expect("memory");
    }
    table + "]\n"
}
