//! The keys and logins that are good now, in memory: a request does not wait for the disk.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rusqlite::{Connection, Row};
use tokio::sync::watch;
use types::{PrincipalId, Timestamp};

use crate::Scopes;
use crate::identity::{StoreError, id_of, time_of};
use crate::secret::Fingerprint;
use crate::uses::Use;

/// What somebody showed to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// The API key of this number.
    Key(u64),
    /// The login of this number.
    Login(u64),
}

/// Who is behind a key or a login, and what it is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// What was shown.
    pub credential: Credential,
    /// Whose it is.
    pub principal: PrincipalId,
    /// What it is good for.
    pub scopes: Scopes,
    /// A login's end; keys have none.
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Maps {
    known: HashMap<Fingerprint, Known>,
    fingerprints: HashMap<Credential, Fingerprint>,
    /// Those who leave, or have left: what they show lets nobody in.
    locked_out: HashSet<PrincipalId>,
}

#[derive(Debug)]
struct Known {
    bearer: Bearer,
    /// When it was last used, in nanoseconds; zero once that is written.
    used_ns: AtomicU64,
}

impl Maps {
    fn is_good(&self, bearer: &Bearer, now: Timestamp) -> bool {
        bearer.expires_at.is_none_or(|end| end > now)
            && !self.locked_out.contains(&bearer.principal)
    }
}

/// Both ways to look one up.
#[derive(Debug)]
pub(crate) struct Live {
    maps: RwLock<Maps>,
    endings: watch::Sender<u64>,
}

impl Live {
    pub(crate) fn load(connection: &Connection) -> Result<Live, StoreError> {
        let live = Live { maps: RwLock::default(), endings: watch::Sender::new(0) };
        let mut keys = connection.prepare(
            "SELECT fingerprint, id, owner, scopes, NULL FROM keys WHERE revoked_at IS NULL",
        )?;
        let mut logins = connection.prepare(
            "SELECT l.fingerprint, l.id, l.user, u.grants, l.expires_at
             FROM logins AS l JOIN users AS u ON u.id = l.user",
        )?;
        let read = |row: &Row<'_>, of: fn(u64) -> Credential, always: Scopes| {
            let bearer = Bearer {
                credential: of(row.get::<_, i64>(1)? as u64),
                principal: id_of(row.get(2)?),
                scopes: Scopes::from_bits(row.get(3)?).with(always),
                expires_at: row.get::<_, Option<i64>>(4)?.map(time_of),
            };
            Ok((Fingerprint(row.get(0)?), bearer))
        };
        let keys = keys.query_map([], |row| read(row, Credential::Key, Scopes::NONE))?;
        let person = Scopes::PERSON;
        let logins = logins.query_map([], |row| read(row, Credential::Login, person))?;
        for found in keys.chain(logins) {
            let (fingerprint, bearer) = found?;
            live.add(fingerprint, bearer);
        }
        let mut leaving = connection.prepare(
            "SELECT user FROM departures UNION SELECT id FROM users WHERE removed_at IS NOT NULL",
        )?;
        for user in leaving.query_map([], |row| Ok(id_of(row.get(0)?)))? {
            live.lock_out(user?);
        }
        Ok(live)
    }

    pub(crate) fn add(&self, fingerprint: Fingerprint, bearer: Bearer) {
        let mut maps = self.write();
        maps.fingerprints.insert(bearer.credential, fingerprint);
        maps.known.insert(fingerprint, Known { bearer, used_ns: AtomicU64::new(0) });
    }

    /// Ends those that `is_over` picks, and tells whoever waits for it.
    pub(crate) fn end(&self, is_over: impl Fn(&Bearer) -> bool) {
        let mut maps = self.write();
        let Maps { known, fingerprints, .. } = &mut *maps;
        let before = known.len();
        known.retain(|_, found| !is_over(&found.bearer));
        fingerprints.retain(|_, fingerprint| known.contains_key(fingerprint));
        let has_ended = known.len() < before;
        drop(maps);
        if has_ended {
            self.endings.send_modify(|count| *count += 1);
        }
    }

    /// Lets somebody in no more, and tells whoever waits for it.
    pub(crate) fn lock_out(&self, user: PrincipalId) {
        self.write().locked_out.insert(user);
        self.endings.send_modify(|count| *count += 1);
    }

    pub(crate) fn let_in(&self, user: PrincipalId) {
        self.write().locked_out.remove(&user);
    }

    pub(crate) fn is_locked_out(&self, user: PrincipalId) -> bool {
        self.read().locked_out.contains(&user)
    }

    /// What was used since the last call.
    pub(crate) fn take_uses(&self) -> Vec<Use> {
        let maps = self.read();
        let taken = maps.known.values().filter_map(|known| {
            let Bearer { credential, principal, .. } = known.bearer;
            let at = Timestamp(known.used_ns.swap(0, Ordering::Relaxed));
            (at.0 > 0).then_some(Use { credential, principal, at })
        });
        taken.collect()
    }

    /// Takes back what could not be written.
    pub(crate) fn give_back(&self, uses: &[Use]) {
        let maps = self.read();
        for used in uses {
            let known = maps.fingerprints.get(&used.credential);
            if let Some(known) = known.and_then(|found| maps.known.get(found)) {
                known.used_ns.fetch_max(used.at.0, Ordering::Relaxed);
            }
        }
    }

    pub(crate) fn find(&self, text: &str, now: Timestamp) -> Option<Bearer> {
        let maps = self.read();
        let found = maps.known.get(&Fingerprint::of(text))?;
        if !maps.is_good(&found.bearer, now) {
            return None;
        }
        found.used_ns.fetch_max(now.0, Ordering::Relaxed);
        Some(found.bearer)
    }

    pub(crate) fn is_alive(&self, credential: Credential, now: Timestamp) -> bool {
        let maps = self.read();
        let found = maps.fingerprints.get(&credential).and_then(|found| maps.known.get(found));
        found.is_some_and(|found| maps.is_good(&found.bearer, now))
    }

    pub(crate) fn endings(&self) -> watch::Receiver<u64> {
        self.endings.subscribe()
    }

    // Nothing is left half done in the maps by a panic: whoever holds the lock only inserts and
    // removes.
    fn read(&self) -> RwLockReadGuard<'_, Maps> {
        self.maps.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Maps> {
        self.maps.write().unwrap_or_else(PoisonError::into_inner)
    }
}
