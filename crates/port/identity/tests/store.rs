//! What the store promises: it survives a restart, forgets whom it shall, and keeps its trail.

use std::path::Path;

use identity::{
    Credential, DisplayName, HashCost, Identity, Label, NewKey, NewPerson, OPERATOR, Password,
    PasswordHash, RegisterError, Scopes, Secret, SecretKind, UserName,
};
use types::{Currency, PrincipalId, Timestamp};

const NOW: Timestamp = Timestamp(1_700_000_000_000_000_000);
const LATER: Timestamp = Timestamp(NOW.0 + 1_000_000_000);

fn hash(text: &str) -> PasswordHash {
    let password = Password::new(text).unwrap();
    PasswordHash::new(&password, [5; 16], HashCost { memory_kib: 8, passes: 1 })
}

fn person(name: &str) -> NewPerson {
    NewPerson {
        name: UserName::new(name).unwrap(),
        display_name: DisplayName::new("Ana Lima").unwrap(),
        password: Some(hash("correct horse")),
        currency: Currency::new("USD").unwrap(),
    }
}

fn secret(kind: SecretKind, byte: u8) -> Secret {
    Secret::new(kind, [byte; 32])
}

fn key(identity: &Identity, owner: PrincipalId, byte: u8) -> Secret {
    let secret = secret(SecretKind::Key, byte);
    let label = Label::new("bot").unwrap();
    let key = NewKey { owner, scopes: Scopes::PERSON, label };
    identity.create_key(NOW, owner, &key, &secret).unwrap();
    secret
}

#[test]
fn one_of_the_venues_own_is_made_once_and_is_nobody_who_logs_in_or_idles() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.db");
    let (name, shown) = (UserName::house("market maker"), DisplayName::new("Maker").unwrap());
    let store = Identity::open(&path, NOW).unwrap();
    let maker = store.house(NOW, &name, &shown).unwrap();
    drop(store);
    let store = Identity::open(&path, LATER).unwrap();
    assert_eq!(store.house(LATER, &name, &shown).unwrap(), maker);
    assert_eq!(store.shown_as(&[maker]).unwrap()[&maker], ("Maker".to_owned(), false));
    assert!(UserName::new(name.text()).is_none(), "nobody registers it");
    assert_eq!(store.password_of(&name).unwrap(), None);
    assert_eq!(store.idle_guests(Timestamp(u64::MAX >> 1)).unwrap(), []);
    assert_eq!(store.openings().unwrap(), []);
}

#[test]
fn all_is_there_after_a_restart_and_no_secret_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.db");
    let (id, key, login) = {
        let identity = Identity::open(&path, NOW).unwrap();
        let id = identity.register(NOW, &person("ana"), 0).unwrap();
        assert!(id > OPERATOR);
        let login = secret(SecretKind::Login, 2);
        identity.log_in(NOW, id, &login, LATER).unwrap();
        (id, key(&identity, id, 1), login)
    };
    let identity = Identity::open(&path, NOW).unwrap();
    for shown in [&key, &login] {
        assert_eq!(identity.bearer(shown.text(), NOW).unwrap().principal, id);
    }
    assert_eq!(identity.bearer(login.text(), LATER), None, "a login ends by itself");
    assert!(identity.bearer(key.text(), LATER).is_some());
    let (found, hash) = identity.password_of(&UserName::new("ANA").unwrap()).unwrap().unwrap();
    assert_eq!(found, id);
    assert!(hash.fits(&Password::new("correct horse").unwrap()));
    assert!(!hash.fits(&Password::new("correct house").unwrap()));
    drop(identity);
    for text in [key.text(), login.text(), "correct horse"] {
        assert!(!in_files(folder.path(), text), "{text} is in the file");
    }
}

fn in_files(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[test]
fn somebody_who_is_removed_leaves_a_number_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.db");
    let identity = Identity::open(&path, NOW).unwrap();
    let id = identity.register(NOW, &person("ana.lima"), 0).unwrap();
    let key = key(&identity, id, 1);
    identity.remove(LATER, id, id, "").unwrap();
    assert_eq!(identity.person(id).unwrap(), None);
    assert_eq!(identity.bearer(key.text(), LATER), None);
    let next = identity.register(LATER, &person("ana.lima"), 0).unwrap();
    assert!(next > id, "the name is free, the number is not");
    identity.remove(LATER, next, next, "").unwrap();
    // The venue still runs: its log of changes must have been emptied too.
    for text in ["ana.lima", "Ana Lima", "argon2id$"] {
        assert!(!in_files(folder.path(), text), "{text} is still in the file");
    }
}

#[test]
fn people_are_found_by_a_part_of_either_name_newest_first() {
    let identity = Identity::in_memory(NOW).unwrap();
    let [ana, bob, eve] = ["ana", "Bob", "eve"].map(|name| {
        let display_name = DisplayName::new(&format!("{name} 50% Lima")).unwrap();
        identity.register(NOW, &NewPerson { display_name, ..person(name) }, 0).unwrap()
    });
    let all = PrincipalId(i64::MAX as u64);
    let found = |part: &str, below, rows_max| -> Vec<PrincipalId> {
        let people = identity.people(part, below, rows_max).unwrap();
        people.into_iter().map(|person| person.id).collect()
    };
    assert_eq!(found("", all, 9), [eve, bob, ana, OPERATOR]);
    assert_eq!(found("LIMA", all, 2), [eve, bob]);
    assert_eq!(found("LIMA", bob, 2), [ana]);
    assert_eq!(found("bob", all, 9), [bob]);
    assert_eq!(found("0% l", all, 9), [eve, bob, ana]);
    assert_eq!(found("b%b", all, 9), [], "no letter stands for others");
    identity.remove(LATER, OPERATOR, eve, "").unwrap();
    assert_eq!(found("lima", all, 9), [bob, ana]);
    assert_eq!(identity.openings().unwrap().len(), 2, "nothing is opened for who is gone");
}

#[test]
fn a_name_is_one_whatever_its_case() {
    let identity = Identity::in_memory(NOW).unwrap();
    identity.register(NOW, &person("ana"), 0).unwrap();
    let taken = identity.register(NOW, &person("AnA"), 0);
    assert!(matches!(taken, Err(RegisterError::NameTaken)), "{taken:?}");
}

#[test]
fn the_audit_trail_cannot_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.db");
    let identity = Identity::open(&path, NOW).unwrap();
    let id = identity.register(NOW, &person("ana"), 0).unwrap();
    let trail = identity.audit(0, 10).unwrap();
    let actions: Vec<&str> = trail.iter().map(|row| row.action.as_str()).collect();
    assert_eq!((actions, trail[1].actor), (vec!["store_made", "registered"], Some(id)));
    drop(identity);
    let connection = rusqlite::Connection::open(&path).unwrap();
    for statement in ["DELETE FROM audit", "UPDATE audit SET actor = NULL"] {
        let refused = connection.execute(statement, []).unwrap_err().to_string();
        assert!(refused.contains("only added to"), "{refused}");
    }
}

#[test]
fn a_reset_link_works_once_in_its_time_and_ends_all_logins() {
    let identity = Identity::in_memory(NOW).unwrap();
    let id = identity.register(NOW, &person("ana"), 0).unwrap();
    let login = secret(SecretKind::Login, 2);
    identity.log_in(NOW, id, &login, Timestamp(LATER.0 + 1)).unwrap();
    let link = secret(SecretKind::Reset, 3);
    identity.create_reset(NOW, OPERATOR, id, &link, LATER).unwrap();
    let new = hash("battery staple");
    assert_eq!(identity.reset(LATER, link.text(), &new).unwrap(), None, "too late");
    assert_eq!(identity.reset(NOW, link.text(), &new).unwrap(), Some(id));
    assert_eq!(identity.reset(NOW, link.text(), &new).unwrap(), None, "used");
    assert_eq!(identity.bearer(login.text(), NOW), None);
    let (_, hash) = identity.password_of(&UserName::new("ana").unwrap()).unwrap().unwrap();
    assert_eq!(hash, new);
}

#[test]
fn one_login_too_many_ends_the_oldest() {
    let identity = Identity::in_memory(NOW).unwrap();
    let id = identity.register(NOW, &person("ana"), 0).unwrap();
    let endings = identity.endings();
    let logins: Vec<Credential> = (0..=identity::LOGINS_PER_PERSON_MAX as u8)
        .map(|byte| {
            let login = secret(SecretKind::Login, byte);
            identity.log_in(NOW, id, &login, LATER).unwrap().credential
        })
        .collect();
    assert!(endings.has_changed().unwrap(), "sockets are told");
    assert!(!identity.is_alive(logins[0], NOW));
    assert!(logins[1..].iter().all(|login| identity.is_alive(*login, NOW)));
}
