//! No secret that a run made stands in its logs, and only their owner can read the files of them.

mod support;

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use support::Server;

#[test]
fn no_secret_is_logged_and_the_files_are_private() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start_logging(folder.path(), "trace");
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let (password, wrong) = ("correct horse", "wrong horse");
    let person = json!({"name": "ana", "password": password});
    server.post("/v1/auth/register", &person).ok();
    let login = text(&server.post("/v1/auth/login", &person).ok()["token"]);
    let refused = server.post("/v1/auth/login", &json!({"name": "ana", "password": wrong}));
    assert_eq!(refused.status, 401);
    let guest = text(&server.post("/v1/auth/guest", &json!({})).ok()["token"]);
    let body = json!({"label": "bot", "scopes": ["read"]});
    let key = text(&server.post("/v1/keys", &body).ok()["secret"]);
    let admin = server.key.clone();
    for name in ["admin.key", "identity.db", "identity.db-wal"] {
        let found = folder.path().join(name).metadata().expect(name).permissions().mode();
        assert_eq!(found & 0o777, 0o600, "{name}");
    }
    let (status, logged) = server.stop();
    assert_eq!(status.code(), Some(0), "{logged}");
    assert!(logged.contains("/v1/auth/register"), "requests are logged: {logged}");
    for secret in [password, wrong, &login, &guest, &key, &admin] {
        // The letters that name its kind may be there.
        let secret = secret.rsplit('_').next().expect("one part at least");
        assert!(!logged.contains(secret), "a secret is logged");
    }
}
