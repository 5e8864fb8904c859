//! What is kept up beside requests: when something was last used, what has expired, who leaves.

use identity::{
    Departure, DisplayName, HashCost, Identity, Label, Leaving, NewKey, NewPerson, OPERATOR,
    Password, PasswordHash, Scopes, Secret, SecretKind, UserName,
};
use types::{Currency, PrincipalId, Timestamp};

const NOW: Timestamp = Timestamp(1_700_000_000_000_000_000);

fn after(seconds: u64) -> Timestamp {
    Timestamp(NOW.0 + seconds * 1_000_000_000)
}

fn guest(identity: &Identity, byte: u8) -> PrincipalId {
    let person = NewPerson {
        name: UserName::guest([byte; 8]),
        display_name: DisplayName::new("Guest").unwrap(),
        password: None,
        currency: Currency::new("USD").unwrap(),
    };
    identity.register(NOW, &person, 9).unwrap()
}

fn login(identity: &Identity, user: PrincipalId, byte: u8, expires_at: Timestamp) -> Secret {
    let secret = Secret::new(SecretKind::Login, [byte; 32]);
    identity.log_in(NOW, user, &secret, expires_at).unwrap();
    secret
}

fn key(identity: &Identity, owner: PrincipalId, byte: u8) -> Secret {
    let secret = Secret::new(SecretKind::Key, [byte; 32]);
    let key = NewKey { owner, scopes: Scopes::PERSON, label: Label::new("bot").unwrap() };
    identity.create_key(NOW, owner, &key, &secret).unwrap();
    secret
}

#[test]
fn uses_are_noted_in_memory_and_written_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.db");
    let identity = Identity::open(&path, NOW).unwrap();
    let (user, idle) = (guest(&identity, 1), guest(&identity, 2));
    let (login, key) = (login(&identity, user, 1, after(900)), key(&identity, user, 2));
    identity.bearer(login.text(), after(10)).unwrap();
    identity.bearer(key.text(), after(30)).unwrap();
    identity.bearer(key.text(), after(20)).unwrap();
    assert_eq!(identity.keys(user).unwrap()[0].used_at, None, "a request writes nothing");
    assert_eq!(identity.write_uses(after(60), &[]).unwrap(), 2);
    assert_eq!(identity.write_uses(after(60), &[]).unwrap(), 0, "each use is written once");
    drop(identity);
    let identity = Identity::open(&path, NOW).unwrap();
    assert_eq!(identity.keys(user).unwrap()[0].used_at, Some(after(30)), "the latest counts");
    assert_eq!(identity.logins(NOW, user).unwrap()[0].seen_at, after(10));
    assert_eq!(identity.seen_at(user).unwrap(), Some(after(30)));
    assert_eq!(identity.idle_guests(after(30)).unwrap(), [idle]);
    identity.write_uses(after(60), &[idle]).unwrap();
    assert_eq!(identity.idle_guests(after(60)).unwrap(), [user], "who is connected is not idle");
}

#[test]
fn uses_that_cannot_be_written_are_written_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.db");
    let identity = Identity::open(&path, NOW).unwrap();
    let user = guest(&identity, 1);
    let key = key(&identity, user, 2);
    let other = rusqlite::Connection::open(&path).unwrap();
    let forbid = "CREATE TRIGGER forbid BEFORE UPDATE ON keys
                  BEGIN SELECT RAISE(ABORT, 'not now'); END";
    other.execute_batch(forbid).unwrap();
    identity.bearer(key.text(), after(10)).unwrap();
    identity.write_uses(after(60), &[]).unwrap_err();
    other.execute_batch("DROP TRIGGER forbid").unwrap();
    assert_eq!(identity.write_uses(after(120), &[]).unwrap(), 1);
    assert_eq!(identity.keys(user).unwrap()[0].used_at, Some(after(10)));
}

#[test]
fn expired_logins_and_links_are_deleted() {
    let identity = Identity::in_memory(NOW).unwrap();
    let user = guest(&identity, 1);
    let (short, long) = (login(&identity, user, 1, after(5)), login(&identity, user, 2, after(9)));
    let link = Secret::new(SecretKind::Reset, [3; 32]);
    identity.create_reset(NOW, OPERATOR, user, &link, after(5)).unwrap();
    assert!(identity.has_reset(after(4), link.text()).unwrap());
    assert_eq!(identity.delete_expired(after(4)).unwrap(), 0);
    assert_eq!(identity.delete_expired(after(5)).unwrap(), 1);
    // At an earlier time only what was deleted is gone.
    assert_eq!(identity.logins(NOW, user).unwrap().len(), 1);
    assert_eq!(identity.bearer(short.text(), NOW), None);
    assert!(identity.bearer(long.text(), NOW).is_some());
    assert!(!identity.has_reset(NOW, link.text()).unwrap());
}

#[test]
fn whoever_leaves_is_let_in_no_more_after_a_restart_too_unless_they_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.db");
    let identity = Identity::open(&path, NOW).unwrap();
    let password = PasswordHash::new(
        &Password::new("correct horse").unwrap(),
        [5; 16],
        HashCost { memory_kib: 8, passes: 1 },
    );
    let name = UserName::new("ana").unwrap();
    let person = NewPerson {
        name: name.clone(),
        display_name: DisplayName::new("Ana").unwrap(),
        password: Some(password),
        currency: Currency::new("USD").unwrap(),
    };
    let user = identity.register(NOW, &person, 0).unwrap();
    let (login, key) = (login(&identity, user, 1, after(900)), key(&identity, user, 2));
    let endings = identity.endings();
    let departure = Departure { user, actor: OPERATOR, leaving: Leaving::Asked };
    assert!(identity.begin_departure(NOW, departure).unwrap());
    assert!(!identity.begin_departure(NOW, departure).unwrap(), "once");
    assert!(endings.has_changed().unwrap(), "sockets are told");
    drop(identity);
    let identity = Identity::open(&path, NOW).unwrap();
    assert_eq!(identity.departures().unwrap(), [departure]);
    assert_eq!(identity.openings().unwrap(), [], "nothing is opened for who leaves");
    assert!(identity.is_leaving(user));
    for shown in [&login, &key] {
        assert_eq!(identity.bearer(shown.text(), NOW), None);
    }
    assert_eq!(identity.password_of(&name).unwrap(), None);
    identity.stay(user).unwrap();
    for shown in [&login, &key] {
        assert!(identity.bearer(shown.text(), NOW).is_some());
    }
    assert!(identity.password_of(&name).unwrap().is_some());
    assert!(identity.begin_departure(NOW, departure).unwrap());
    identity.remove(NOW, OPERATOR, user, "why").unwrap();
    assert_eq!((identity.departures().unwrap(), identity.is_leaving(user)), (vec![], true));
    assert!(!identity.begin_departure(NOW, departure).unwrap(), "who is gone does not leave");
    let trail = identity.audit(0, 99).unwrap();
    assert_eq!(trail.last().map(|row| row.detail.as_str()), Some("why"));
}

#[test]
fn a_name_that_hides_or_turns_text_is_none() {
    for hidden in
        ['\u{7}', '\u{ad}', '\u{61c}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{e0041}']
    {
        let text = format!("Ana{hidden}Lima");
        assert!(DisplayName::new(&text).is_none(), "{text:?}");
        assert!(Label::new(&text).is_none(), "{text:?}");
    }
    // Markup is text like any other: whoever shows it has to escape it.
    for shown in ["<b>Ana</b> & co", "Ana Lima", "安娜", "أنا"] {
        assert_eq!(DisplayName::new(shown).unwrap().text(), shown);
    }
}
