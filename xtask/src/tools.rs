//! Programs a task needs besides cargo: looked for first, installed where that is possible.

use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::process::Command;

/// A program, the Debian package that brings it, and what it is for.
pub struct Tool {
    pub program: &'static str,
    pub package: &'static str,
    pub purpose: &'static str,
}

pub const C_COMPILER: Tool = Tool {
    program: "cc",
    package: "build-essential",
    purpose: "links Rust and builds C libraries",
};
pub const MAKE: Tool =
    Tool { program: "make", package: "build-essential", purpose: "builds the allocator" };
pub const GIT: Tool = Tool { program: "git", package: "git", purpose: "lists the files to check" };
pub const STRACE: Tool = Tool {
    program: "strace",
    package: "strace",
    purpose: "shows that no answer precedes its sync, and makes a sync fail",
};

pub const CURL: Tool =
    Tool { program: "curl", package: "curl", purpose: "runs the README's tour, word for word" };

pub const PROMETHEUS: Tool = Tool {
    program: "prometheus",
    package: "prometheus",
    purpose: "runs every query of the dashboard and the alerts against a scrape",
};

pub const PYTHON: Tool = Tool {
    program: "python3",
    package: "python3-venv",
    purpose: "runs schemathesis, which asks what the API's description allows",
};

pub const NODE: Tool = Tool {
    program: "node",
    package: "nodejs",
    purpose: "builds and tests the web page, at version 20.19 or newer",
};

pub const NPM: Tool =
    Tool { program: "npm", package: "npm", purpose: "installs what the web page is built with" };

const CHROMIUM: Tool = Tool {
    program: "chromium",
    package: "chromium",
    purpose: "tries the web page as somebody would; CHROMIUM may name another browser of its kind",
};

const POSTGRES: Tool = Tool {
    program: "psql",
    package: "postgresql",
    purpose: "keeps history in a test, beside SQLite",
};

/// Makes sure that tests find a PostgreSQL: one that answers, one that is named, or the programs.
///
/// # Errors
/// As [`require`].
pub fn require_postgres() -> Result<()> {
    let is_named = std::env::var_os("RIALTO_TEST_PG_URL").is_some();
    let answers = || std::net::TcpStream::connect(("127.0.0.1", 5432)).is_ok();
    if is_named || Path::new("/usr/lib/postgresql").exists() || answers() {
        return Ok(());
    }
    require(&[&POSTGRES])
}

/// Makes sure that there is a browser: one that `CHROMIUM` names, or the system's.
///
/// # Errors
/// As [`require`].
pub fn require_chromium() -> Result<()> {
    if std::env::var_os("CHROMIUM").is_some() { Ok(()) } else { require(&[&CHROMIUM]) }
}

/// Makes sure that every tool is there; as root on Debian or Ubuntu it installs what is not.
///
/// # Errors
/// Names each missing program with its package and its purpose.
pub fn require(tools: &[&Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools.iter().copied().filter(|tool| !is_present(tool)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !can_install() {
        bail!("{}", describe(&missing));
    }
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    println!("xtask: installing {}", packages.join(", "));
    apt_get(&["update", "--quiet"])?;
    apt_get(
        &[&["install", "--yes", "--quiet", "--no-install-recommends"], &packages[..]].concat(),
    )?;
    let missing: Vec<&Tool> = missing.into_iter().filter(|tool| !is_present(tool)).collect();
    ensure!(missing.is_empty(), "{}", describe(&missing));
    Ok(())
}

/// Looks for an executable of this name along `PATH`.
pub fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn is_present(tool: &Tool) -> bool {
    is_on_path(tool.program)
}

fn can_install() -> bool {
    let user = Command::new("id").arg("-u").output();
    user.is_ok_and(|id| id.stdout == b"0\n") && Path::new("/usr/bin/apt-get").exists()
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    let status = command.status().context("cannot start apt-get")?;
    ensure!(status.success(), "apt-get {} failed: {status}", arguments.join(" "));
    Ok(())
}

fn describe(missing: &[&Tool]) -> String {
    let mut text = "this task needs what is not installed:".to_owned();
    for Tool { program, package, purpose } in missing {
        text += &format!("\n  {program}: {purpose} (Debian and Ubuntu: apt-get install {package})");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_its_package_and_purpose() {
        let tool = Tool { program: "no-such-program", package: "brings-it", purpose: "for a test" };
        assert!(!is_present(&tool));
        let text = describe(&[&tool]);
        for part in ["no-such-program", "apt-get install brings-it", "for a test"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
