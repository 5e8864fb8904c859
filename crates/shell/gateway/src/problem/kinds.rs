//! The gateway's own problems: each stable code with its status, and where it can happen.
//!
//! **Invariant:** api/errors.md has the same rows in the same words; a test compares.

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable for ever; snake_case.
    pub code: &'static str,
    pub status: u16,
    /// When it happens, for a person.
    pub when: &'static str,
    pub applies: Applies,
}

/// The operations that can meet a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// All.
    Every,
    /// Those that want to know who asks.
    Secured,
    /// Those with a body.
    Body,
    /// Those that only read.
    Read,
    /// Those that send a command to the venue.
    Command,
    /// Those that the engine answers: commands, and what only asks it.
    Engine,
    /// Those that name one of these: as a parameter of the path, or an account by its channel.
    Naming(&'static [&'static str]),
    /// These, by operation id.
    Only(&'static [&'static str]),
    /// None: it is what a request meets that names no operation.
    Nowhere,
}

/// Operations that hash a password.
const PASSWORDS: [&str; 4] =
    ["identity_register", "identity_log_in", "identity_change_password", "identity_reset_password"];
/// Operations that are there only where the admin API is.
const ADMIN: [&str; 13] = [
    "admin_kill_switches",
    "admin_kill_all",
    "admin_kill_account",
    "admin_kill_instrument",
    "admin_set_business_date",
    "admin_users",
    "admin_reset_password",
    "admin_remove_user",
    "admin_search",
    "admin_connections",
    "admin_pending_payments",
    "admin_confirm_payment",
    "admin_fail_payment",
];
const REMOVING: [&str; 2] = ["admin_remove_user", "identity_remove_me"];

/// Operations that look up one payment of an account.
const PAYMENTS: [&str; 2] = ["payments_get", "payments_get_by_client_id"];

/// Every kind, by status.
#[rustfmt::skip]
pub const KINDS: [Kind; 38] = [
    row("malformed_json", 400, Applies::Body,
        "the body is not JSON, not UTF-8, ends before its JSON does, or is too deep"),
    row("body_incomplete", 400, Applies::Body, "the body did not arrive whole, or not within 10 s"),
    row("unauthenticated", 401, Applies::Secured,
        "no key was sent, or one that is unknown or revoked: `detail` says which; \
        `WWW-Authenticate: Bearer`"),
    row("missing_scope", 403, Applies::Secured,
        "the key is good, but not for this: `expected` names the scope, `value` those it has"),
    row("foreign_origin", 403, Applies::Every,
        "a cookie is shown by a page that is not the venue's: `Origin` is not `expected`"),
    row("misdirected", 421, Applies::Every,
        "`Host` names somebody else: a page had its own name lead here"),
    row("wrong_password", 401, Applies::Only(&["identity_log_in", "identity_change_password"]),
        "name and password do not fit, or nobody has the name"),
    row("unknown_key", 404, Applies::Naming(&["key"]),
        "the path names a key that does not exist, is revoked, or is somebody else's"),
    row("unknown_login", 404, Applies::Naming(&["login"]),
        "the path names a login that does not exist, has ended, or is somebody else's"),
    row("unknown_user", 404, Applies::Naming(&["user"]),
        "the path names a user who does not exist, or was removed"),
    row("unknown_reset", 404, Applies::Only(&["identity_reset_password"]),
        "the token is none, was used before, or is too old"),
    row("accounts_not_flat", 409, Applies::Only(&REMOVING),
        "somebody who is to be removed has an account with cash, shares, open orders or payments \
        that wait"),
    row("name_taken", 409, Applies::Only(&["identity_register"]),
        "somebody has this name, in whatever case"),
    row("keys_full", 409, Applies::Only(&["identity_create"]),
        "whoever asks has 32 keys already"),
    row("person_accounts_full", 409, Applies::Only(&["accounts_open"]),
        "whoever asks has as many accounts as one person may; the scope `admin` may open more. A \
        retry gets its old answer, unless the venue was started anew since"),
    row("too_many_requests", 429, Applies::Only(&PASSWORDS),
        "too many passwords at once, or too many wrong ones for this name; \
        retry after `Retry-After`"),
    row("rate_limited", 429, Applies::Every,
        "one key or login, one account or, to register, log in or be a guest, one address asks too \
        much; retry after `Retry-After`"),
    row("guests_full", 503, Applies::Only(&["identity_guest"]),
        "as many guests are here as may be"),
    row("identity_failed", 500, Applies::Only(&[]),
        "the identity store failed; the logs say why"),
    row("unknown_path", 404, Applies::Only(&ADMIN),
        "there is nothing at this path; what is under `/v1/admin` may be switched off"),
    row("unknown_account", 404, Applies::Naming(&["account"]),
        "the path or query names an account that does not exist, or that is somebody else's"),
    row("unknown_order", 404, Applies::Naming(&["order", "client_order_id"]),
        "the path names an order that is neither open nor among the account's last 512 \
        closed ones; to cancel or replace it under a name that was used before \
        still gets the old answer"),
    row("unknown_payment", 404, Applies::Only(&PAYMENTS),
        "the path names a payment that is not among the account's last 512"),
    row("unknown_instrument", 404, Applies::Naming(&["symbol"]),
        "the path names an instrument that is not listed"),
    row("method_not_allowed", 405, Applies::Nowhere,
        "the path exists, with other methods: `expected` and `Allow` name them"),
    row("body_too_large", 413, Applies::Body, "the body has more than 65,536 bytes"),
    row("unsupported_media_type", 415, Applies::Body, "a body that is not `application/json`"),
    row("invalid_field", 422, Applies::Every,
        "a field of body, query, path or header does not pass; unknown and duplicate ones too"),
    row("missing_field", 422, Applies::Every,
        "a field is missing that this kind of request needs"),
    row("preview_too_long", 422, Applies::Only(&["orders_preview"]),
        "the order would make more than 10,000 trades at once; it can be placed, not previewed"),
    row("behind", 503, Applies::Read,
        "the venue, or the history that is asked, has not come as far as the read's `min_seq` \
        within 1 s, or the history's database cannot be used now; `value` is that number, or the \
        venue's, and `seq` how far it has come"),
    row("busy", 503, Applies::Engine,
        "the queue into the engine is full; retry after `Retry-After`"),
    row("streams_full", 503, Applies::Only(&["stream_open"]),
        "as many event streams are open as may be"),
    row("connections_full", 503, Applies::Nowhere, "as many connections are open as may be"),
    row("stopped", 503, Applies::Every, "the venue or the gateway is shutting down"),
    row("disk_full", 503, Applies::Command,
        "the journal's disk has no room for this command; while its reserve \
        lasts, a cancel that ends an open order and a kill switch still pass, and a \
        repeated request gets its old answer"),
    row("lost", 503, Applies::Command, "the venue took the command and ended before it answered"),
    row("no_answer", 504, Applies::Engine, "the venue has not answered within 10 s"),
];

const fn row(code: &'static str, status: u16, applies: Applies, when: &'static str) -> Kind {
    Kind { code, status, when, applies }
}

/// Whether the gateway or the venue may answer so.
pub fn is_listed(code: &str, status: u16) -> bool {
    let is_ours = KINDS.iter().any(|kind| (kind.code, kind.status) == (code, status));
    is_ours || wire::json::codes().iter().any(|known| known.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::openapi::REFUSALS;

    const ERRORS: &str = include_str!("../../../../../api/errors.md");

    /// The cells of the rows of a section that begin with a code.
    fn rows(section: &str) -> Vec<Vec<&'static str>> {
        let (_, rest) = ERRORS.split_once(section).expect("the section is there");
        let text = rest.split("\n## ").next().unwrap_or(rest);
        let rows = text.lines().filter(|line| line.starts_with("| `"));
        rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
    }

    #[test]
    fn the_gateways_problems_are_listed_word_for_word() {
        let listed: BTreeSet<String> =
            rows("## By the gateway").iter().map(|row| row[..3].join(" | ")).collect();
        let known: BTreeSet<String> = KINDS
            .iter()
            .map(|Kind { code, status, when, .. }| format!("`{code}` | {status} | {when}"))
            .collect();
        assert_eq!(listed, known);
    }

    #[test]
    fn the_venues_refusals_are_listed_word_for_word() {
        let listed: BTreeSet<String> =
            rows("## By the venue").iter().map(|row| row.join(" | ")).collect();
        let known: BTreeSet<String> = wire::json::codes()
            .iter()
            .map(|it| {
                let (status, ..) =
                    REFUSALS.iter().find(|(_, code, _)| *code == it.code).expect("it has a status");
                let status = match it.code {
                    "unknown_account" => format!("404 or {status}"),
                    _ => status.to_string(),
                };
                let field = match it.field {
                    "" => String::new(),
                    field => format!("`{field}`"),
                };
                format!("`{}` | {status} | {} | {field} | {}", it.code, it.detail, it.expected)
            })
            .collect();
        assert_eq!(listed, known);
        assert_eq!(REFUSALS.len(), known.len());
    }

    /// The code of each problem that the sources make stands there as a literal.
    #[test]
    fn every_problem_in_the_sources_is_of_a_kind() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut sources = String::new();
        read(&folder, &mut sources);
        let mut made = BTreeSet::new();
        for rest in sources.split("Problem::new(").skip(1) {
            let literals = rest.split('"').skip(1).step_by(2).take(1);
            let is_code = |text: &&str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            made.extend(literals.filter(is_code));
        }
        assert!(made.len() > 8, "{made:?}");
        for code in made {
            assert!(KINDS.iter().any(|kind| kind.code == code), "{code} is of no kind");
        }
        for Kind { code, .. } in KINDS {
            assert!(sources.contains(&format!("\"{code}\"")), "{code} never happens");
        }
    }

    fn read(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).expect("the sources are there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                read(&path, into);
            } else if !path.ends_with("problem/kinds.rs") {
                into.push_str(&std::fs::read_to_string(&path).expect("it can be read"));
            }
        }
    }
}
