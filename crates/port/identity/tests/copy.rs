//! A copy of the store is the store at one moment, and copying leaves no trace.

use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;

use identity::{CopyError, DisplayName, Identity, NewPerson, UserName, copy};
use types::{Currency, PrincipalId, Timestamp};

const NOW: Timestamp = Timestamp(1_700_000_000_000_000_000);

fn register(store: &Identity, name: u8) -> PrincipalId {
    let person = NewPerson {
        name: UserName::guest([name; 8]),
        display_name: DisplayName::new("Guest").unwrap(),
        password: None,
        currency: Currency::new("USD").unwrap(),
    };
    store.register(NOW, &person, 1_000).unwrap()
}

/// The names and bytes of the files in a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_store_in_use_is_copied_as_it_is_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("identity.db"), folder.path().join("copy.db"));
    let store = Identity::open(&from, NOW).unwrap();
    let ana = register(&store, 1);
    copy(&from, &to).unwrap();
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    let bob = register(&store, 2);
    for beside in ["copy.db-wal", "copy.db-shm", "copy.db-journal"] {
        assert!(!folder.path().join(beside).exists(), "{beside}");
    }
    let copied = Identity::open(&to, NOW).unwrap();
    assert_eq!(copied.person(ana).unwrap(), store.person(ana).unwrap());
    assert_eq!(copied.person(bob).unwrap(), None);
    assert_eq!(register(&copied, 3), bob, "its numbers go on where those of the store were");
}

#[test]
fn a_store_that_was_closed_is_copied_without_a_file_beside_it() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (from, to) = (folder.path().join("identity.db"), other.path().join("copy.db"));
    let ana = register(&Identity::open(&from, NOW).unwrap(), 1);
    let before = files(folder.path());
    copy(&from, &to).unwrap();
    assert_eq!(files(folder.path()), before);
    assert_eq!(files(other.path()).len(), 1);
    assert!(Identity::open(&to, NOW).unwrap().person(ana).unwrap().is_some());
}

#[test]
fn of_a_store_that_nobody_closed_the_log_is_copied_too() {
    let (killed, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let store = Identity::open(&folder.path().join("identity.db"), NOW).unwrap();
    let ana = register(&store, 1);
    // As the end of the process leaves it.
    for (name, bytes) in files(folder.path()) {
        fs::write(killed.path().join(name), bytes).unwrap();
    }
    let from = killed.path().join("identity.db");
    let (before, log) = (fs::read(&from).unwrap(), killed.path().join("identity.db-wal"));
    let logged = fs::read(&log).unwrap();
    let to = other.path().join("copy.db");
    copy(&from, &to).unwrap();
    assert!(Identity::open(&to, NOW).unwrap().person(ana).unwrap().is_some());
    assert_eq!((fs::read(&from).unwrap(), fs::read(&log).unwrap()), (before, logged));
}

#[test]
fn a_damaged_store_and_a_missing_one_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("identity.db");
    let missing = copy(&from, &folder.path().join("none.db"));
    assert!(matches!(missing, Err(CopyError::Io(_))), "{missing:?}");
    register(&Identity::open(&from, NOW).unwrap(), 1);
    let file = fs::OpenOptions::new().write(true).open(&from).unwrap();
    file.write_all_at(&[0xff; 64], 4096).unwrap();
    let damaged = copy(&from, &folder.path().join("copy.db"));
    assert!(
        matches!(damaged, Err(CopyError::Damaged { .. } | CopyError::Sqlite(_))),
        "{damaged:?}"
    );
    let again = copy(&from, &folder.path().join("copy.db"));
    assert!(matches!(again, Err(CopyError::Io(_))), "a file is not written over: {again:?}");
}
