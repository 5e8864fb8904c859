//! Searches what the servers of the tests logged for secrets: keys, logins, reset links, the hashes
//! of any of them, and passwords.
//!
//! **Invariant:** a log that shows one makes the run fail, and so does a run without logs.

use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// Names the folder to the tests that start a server.
pub const LOGS: &str = "RIALTO_TEST_LOGS";
/// Keys, logins and reset links end in as many hexadecimal digits, and so does what the identity
/// store keeps of them. No log has a reason to show so many in a row.
const SECRET_DIGITS: usize = 64;
/// What the hash of a password begins with.
const PASSWORD_HASH: &str = "$argon2";
/// The passwords of the tests that start a server.
const PASSWORDS: [&str; 4] = ["correct horse", "correct%20horse", "wrong horse", "battery staple"];

/// Empties the folder of the logs.
pub fn begin(workspace: &Workspace) -> Result<()> {
    let logs = workspace.logs();
    if logs.exists() {
        std::fs::remove_dir_all(&logs).with_context(|| format!("cannot empty {logs:?}"))?;
    }
    std::fs::create_dir_all(&logs).with_context(|| format!("cannot make {logs:?}"))
}

/// Searches all logs in the folder.
///
/// # Errors
/// When one shows a secret, or there is nothing to search.
pub fn search(workspace: &Workspace) -> Result<()> {
    let (logs, lines) = search_folder(&workspace.logs())?;
    println!("no secret in {lines} lines of {logs} logs");
    Ok(())
}

/// How many logs and lines were searched.
fn search_folder(folder: &Path) -> Result<(usize, usize)> {
    let (mut logs, mut lines, mut leaks) = (0, 0, Vec::new());
    for entry in folder.read_dir().with_context(|| format!("cannot read {folder:?}"))? {
        let path = entry?.path();
        let log = std::fs::read(&path).with_context(|| format!("cannot read {path:?}"))?;
        logs += 1;
        for (number, line) in (1..).zip(String::from_utf8_lossy(&log).lines()) {
            lines += 1;
            if let Some(secret) = secret_in(line) {
                // The line itself is not shown: this output is a log, too.
                leaks.push(format!("{}:{number}: {secret}", path.display()));
            }
        }
    }
    ensure!(leaks.is_empty(), "secrets are logged:\n{}", leaks.join("\n"));
    ensure!(lines > 0, "nothing was logged to {}, so nothing was searched", folder.display());
    Ok((logs, lines))
}

/// What kind of secret a line shows.
fn secret_in(line: &str) -> Option<&'static str> {
    let mut words = line.split(|letter: char| !letter.is_ascii_hexdigit());
    if words.any(|word| word.len() >= SECRET_DIGITS) {
        return Some("a key, a login, a reset link or the hash of one");
    }
    if line.contains(PASSWORD_HASH) {
        return Some("the hash of a password");
    }
    PASSWORDS.iter().any(|password| line.contains(password)).then_some("a password")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn secrets_are_known_by_their_form() {
        let leaks = [
            format!("authorization: Bearer rialto_key_{DIGITS}"),
            format!("rialto_session=rialto_login_{DIGITS}; Path=/"),
            format!("{{\"token\":\"rialto_reset_{DIGITS}\"}}"),
            format!("fingerprint={}", DIGITS.to_uppercase()),
            "hash=$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
            r#"body: {"name":"ana","password":"correct horse"}"#.to_owned(),
        ];
        for leak in &leaks {
            assert!(secret_in(leak).is_some(), "{leak}");
        }
        let harmless = [
            "INFO request{id=\"7\" method=POST path=/v1/auth/login}: finished status=200"
                .to_owned(),
            "INFO a new venue folder=data venue=0123456789abcdef0123456789abcdef".to_owned(),
            format!("{}-{}", &DIGITS[..40], &DIGITS[..40]),
        ];
        for line in &harmless {
            assert_eq!(secret_in(line), None, "{line}");
        }
    }

    #[test]
    fn a_leak_in_any_log_is_an_error_and_so_is_an_empty_folder() {
        let folder = std::env::temp_dir().join(format!("xtask-secrets-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(search_folder(&folder).unwrap_err().to_string().contains("nothing was logged"));
        std::fs::write(folder.join("one.log"), "listening\n").unwrap();
        assert_eq!(search_folder(&folder).unwrap(), (1, 1));
        let leak = format!("listening\nkey rialto_key_{DIGITS}\n");
        std::fs::write(folder.join("two.log"), leak).unwrap();
        let error = search_folder(&folder).unwrap_err().to_string();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(error.contains("two.log:2: a key"), "{error}");
        assert!(!error.contains(DIGITS), "the secret is not shown again: {error}");
    }
}
