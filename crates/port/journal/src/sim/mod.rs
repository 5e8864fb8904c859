//! A simulated disk that dies on request, as [`Storage`]; the same seed dies the same death.
//!
//! **Invariant:** only what was synced survives for sure. On a power cut each unsynced 512-byte
//! sector is, on its own, any of its versions since the last sync, or torn between two; each
//! unsynced create, rename and remove happened or did not. So effects are lost and reordered.
//! When only the program dies, all that it wrote stays in the cache, and none of it is synced.
//!
//! It simulates no time, and no wrong bytes in what was synced: [`SimDisk::flip_bit`] is for those.

mod platter;
mod random;

use crate::storage::{Storage, StorageCall, StorageError, StorageFile};
use platter::Platter;
use random::Random;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// Calls that the log remembers.
pub const LOG_CALLS_MAX: usize = 1 << 16;

/// A handle to a simulated disk; clones share the disk.
#[derive(Debug, Clone)]
pub struct SimDisk {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Debug)]
struct State {
    platter: Platter,
    random: Random,
    calls: u64,
    log: VecDeque<SimCall>,
    /// Counts power-ons; a file opened before the last is dead.
    boots: u64,
    is_powered: bool,
    is_failed: bool,
    is_holding_syncs: bool,
    /// Syncs that may go on although others are held.
    let_through: u64,
    death_at: Option<(u64, Death)>,
    fail_sync_at: Option<(u64, Failure)>,
    capacity_bytes: Option<u64>,
}

/// One storage call, in the order in which calls returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimCall {
    /// Its number, from 1.
    pub number: u64,
    /// What was asked.
    pub call: StorageCall,
    /// The file; empty for the folder.
    pub name: String,
    /// Whether it succeeded. A call whose power was cut did not.
    pub is_completed: bool,
}

/// What dies in the middle of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    Power,
    Program,
}

/// What a failing sync leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// A disk that refuses every change from now on.
    Lasting,
    /// A disk that works again, and has forgotten what it did not write.
    Once,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Whole,
    /// It ends in its middle.
    Cut,
}

impl SimDisk {
    /// Makes an empty disk.
    pub fn new(seed: u64) -> SimDisk {
        SimDisk::with_files(seed, [])
    }

    /// Makes a disk with these files on it, durably.
    pub fn with_files(seed: u64, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> SimDisk {
        let mut platter = Platter::default();
        for (name, bytes) in files {
            platter.place(&name, bytes);
        }
        let state = State {
            platter,
            random: Random::new(seed),
            calls: 0,
            log: VecDeque::new(),
            boots: 0,
            is_powered: true,
            is_failed: false,
            is_holding_syncs: false,
            let_through: 0,
            death_at: None,
            fail_sync_at: None,
            capacity_bytes: None,
        };
        SimDisk { shared: Arc::new(Shared { state: Mutex::new(state), released: Condvar::new() }) }
    }

    /// Answers how many storage calls were made.
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// Cuts the power in the middle of the call of this number, from 1.
    pub fn cut_power_at(&self, call: u64) {
        self.state().death_at = Some((call, Death::Power));
    }

    /// Kills the program in the middle of the call of this number, from 1: the disk refuses all
    /// calls until [`SimDisk::power_on`], which here starts the program again.
    pub fn kill_program_at(&self, call: u64) {
        self.state().death_at = Some((call, Death::Program));
    }

    /// Lets the power and the program live on, whatever was asked before.
    pub fn cancel_death(&self) {
        self.state().death_at = None;
    }

    /// Cuts the power now. A disk without power refuses every call.
    pub fn cut_power(&self) {
        self.state().lose_power();
        self.shared.released.notify_all();
    }

    /// Gives the power back, with a disk that works. Files opened before stay dead.
    pub fn power_on(&self) {
        let mut state = self.state();
        assert!(!state.is_powered, "the power was cut before");
        state.is_powered = true;
        state.is_failed = false;
        state.is_holding_syncs = false;
        state.death_at = None;
        state.fail_sync_at = None;
        state.boots += 1;
    }

    /// Tells whether the disk has power.
    pub fn is_powered(&self) -> bool {
        self.state().is_powered
    }

    /// Lets the first sync from this call on fail, and from then on every call but reads.
    pub fn fail_sync_at(&self, call: u64) {
        self.state().fail_sync_at = Some((call, Failure::Lasting));
    }

    /// Lets the first sync from this call on fail, once. What it did not write of a file counts as
    /// written from then on, although a power cut will show that it is not.
    pub fn fail_one_sync_at(&self, call: u64) {
        self.state().fail_sync_at = Some((call, Failure::Once));
    }

    /// Sets how much fits on the disk; `None` is without end.
    pub fn set_capacity_bytes(&self, bytes: Option<u64>) {
        self.state().capacity_bytes = bytes;
    }

    /// Answers how much is on the disk.
    pub fn used_bytes(&self) -> u64 {
        self.state().platter.used_bytes()
    }

    /// Makes every sync wait, so that a test can see what does not wait for it.
    pub fn hold_syncs(&self) {
        self.state().is_holding_syncs = true;
    }

    /// Lets the waiting syncs go on.
    pub fn release_syncs(&self) {
        self.state().is_holding_syncs = false;
        self.shared.released.notify_all();
    }

    /// Lets one sync go on, and holds the next.
    pub fn release_one_sync(&self) {
        self.state().let_through += 1;
        self.shared.released.notify_all();
    }

    /// Answers the newest [`LOG_CALLS_MAX`] calls, oldest first.
    pub fn log(&self) -> Vec<SimCall> {
        self.state().log.iter().cloned().collect()
    }

    /// Answers all files, by name, as a program would read them now.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let state = self.state();
        let content = |name: String| {
            let file = state.platter.find(&name).expect("a listed name has a file");
            let bytes = state.platter.bytes(file).to_vec();
            (name, bytes)
        };
        state.platter.names().into_iter().map(content).collect()
    }

    /// Turns one bit of a file over, durably, as a failing medium does.
    ///
    /// # Panics
    /// If there is no such file or byte.
    pub fn flip_bit(&self, name: &str, offset: u64, bit: u8) {
        let mut state = self.state();
        let file = state.platter.find(name).expect("the file is there");
        state.platter.flip_bit(file, offset as usize, bit);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().expect("no call panics while it holds the disk")
    }

    /// Counts, logs and carries out one call.
    fn call<T>(
        &self,
        call: StorageCall,
        name: &str,
        act: impl FnOnce(&mut State, Fate) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let mut state = self.state();
        state.calls += 1;
        let number = state.calls;
        if call == StorageCall::Sync {
            while state.is_holding_syncs && state.let_through == 0 && state.is_powered {
                state = self.shared.released.wait(state).expect("no call panics");
            }
            state.let_through = state.let_through.saturating_sub(1);
        }
        let death = state.death_at.filter(|&(at, _)| at == number).map(|(_, death)| death);
        let fate = if death.is_some() { Fate::Cut } else { Fate::Whole };
        let mut result = state.check(call, name, number).and_then(|()| act(&mut state, fate));
        if let Some(death) = death.filter(|_| state.is_powered) {
            match death {
                Death::Power => state.lose_power(),
                Death::Program => state.is_powered = false,
            }
            result = Err(failed(call, name, "the power was cut"));
        }
        let is_completed = result.is_ok();
        if state.log.len() == LOG_CALLS_MAX {
            state.log.pop_front();
        }
        state.log.push_back(SimCall { number, call, name: name.to_owned(), is_completed });
        result
    }
}

impl State {
    fn check(&mut self, call: StorageCall, name: &str, number: u64) -> Result<(), StorageError> {
        if !self.is_powered {
            return Err(failed(call, name, "the disk has no power"));
        }
        let is_change = match call {
            StorageCall::Sync | StorageCall::SyncFolder => {
                let lasting = |(from, failure)| failure == Failure::Lasting && number >= from;
                self.is_failed |= self.fail_sync_at.is_some_and(lasting);
                true
            }
            StorageCall::Create
            | StorageCall::Write
            | StorageCall::Rename
            | StorageCall::Remove => true,
            StorageCall::Lock
            | StorageCall::List
            | StorageCall::Open
            | StorageCall::Length
            | StorageCall::Read => false,
        };
        if is_change && self.is_failed {
            return Err(failed(call, name, "the disk has failed"));
        }
        Ok(())
    }

    /// Tells whether this sync is the one that fails.
    fn fails_once(&mut self) -> bool {
        let calls = self.calls;
        let asked = self
            .fail_sync_at
            .take_if(|(from, failure)| *failure == Failure::Once && calls >= *from);
        asked.is_some()
    }

    fn find(&self, call: StorageCall, name: &str) -> Result<usize, StorageError> {
        let missing = || StorageError::NotFound { call, name: name.to_owned() };
        self.platter.find(name).ok_or_else(missing)
    }

    fn lose_power(&mut self) {
        self.platter.lose_power(&mut self.random);
        self.is_powered = false;
    }

    /// Tells whether a change happens; one that is cut may or may not.
    fn happens(&mut self, fate: Fate) -> bool {
        match fate {
            Fate::Whole => true,
            Fate::Cut => self.random.coin(),
        }
    }

    /// Answers how many of `wanted` more bytes fit.
    fn room(&self, wanted: usize) -> usize {
        let Some(capacity) = self.capacity_bytes else { return wanted };
        let left = capacity.saturating_sub(self.platter.used_bytes());
        wanted.min(usize::try_from(left).unwrap_or(usize::MAX))
    }
}

impl Storage for SimDisk {
    type File = SimFile;

    fn list(&self) -> Result<Vec<String>, StorageError> {
        self.call(StorageCall::List, "", |state, _| Ok(state.platter.names()))
    }

    fn create(&self, name: &str, bytes: u64) -> Result<SimFile, StorageError> {
        self.call(StorageCall::Create, name, |state, fate| {
            if let Some(old) = state.platter.find(name) {
                state.platter.remove(name, old);
            }
            let wanted = bytes as usize;
            let room = state.room(wanted);
            let file =
                if state.happens(fate) { Some(state.platter.create(name, room)) } else { None };
            match file {
                Some(file) if room == wanted => Ok(self.file(name, file, state.boots)),
                Some(_) | None => {
                    Err(StorageError::Full { call: StorageCall::Create, name: name.to_owned() })
                }
            }
        })
    }

    fn open(&self, name: &str) -> Result<SimFile, StorageError> {
        self.call(StorageCall::Open, name, |state, _| {
            let file = state.find(StorageCall::Open, name)?;
            Ok(self.file(name, file, state.boots))
        })
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), StorageError> {
        self.call(StorageCall::Rename, from, |state, fate| {
            let file = state.find(StorageCall::Rename, from)?;
            if state.happens(fate) {
                state.platter.rename(from, to, file);
            }
            Ok(())
        })
    }

    fn remove(&self, name: &str) -> Result<(), StorageError> {
        self.call(StorageCall::Remove, name, |state, fate| {
            let file = state.find(StorageCall::Remove, name)?;
            if state.happens(fate) {
                state.platter.remove(name, file);
            }
            Ok(())
        })
    }

    fn sync_folder(&self) -> Result<(), StorageError> {
        self.call(StorageCall::SyncFolder, "", |state, fate| {
            if state.fails_once() {
                return Err(failed(StorageCall::SyncFolder, "", "an error of the medium"));
            }
            // A sync that is cut has done some of its work, as any cut has.
            if fate == Fate::Whole {
                state.platter.sync_names();
            }
            Ok(())
        })
    }
}

impl SimDisk {
    fn file(&self, name: &str, file: usize, boot: u64) -> SimFile {
        SimFile { disk: self.clone(), name: name.to_owned(), file, boot }
    }
}

/// A file of a [`SimDisk`].
#[derive(Debug)]
pub struct SimFile {
    disk: SimDisk,
    name: String,
    file: usize,
    boot: u64,
}

impl SimFile {
    fn call<T>(
        &self,
        call: StorageCall,
        act: impl FnOnce(&mut State, Fate) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        self.disk.call(call, &self.name, |state, fate| {
            if state.boots != self.boot {
                return Err(failed(call, &self.name, "opened before the power was cut"));
            }
            act(state, fate)
        })
    }
}

impl StorageFile for SimFile {
    fn bytes(&self) -> Result<u64, StorageError> {
        self.call(StorageCall::Length, |state, _| Ok(state.platter.bytes(self.file).len() as u64))
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), StorageError> {
        self.call(StorageCall::Read, |state, _| {
            let start = offset as usize;
            let found = state.platter.bytes(self.file).get(start..start + buffer.len());
            let short = || failed(StorageCall::Read, &self.name, "the file is shorter");
            buffer.copy_from_slice(found.ok_or_else(short)?);
            Ok(())
        })
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), StorageError> {
        self.call(StorageCall::Write, |state, fate| {
            let offset = offset as usize;
            let grows = (offset + bytes.len()).saturating_sub(state.platter.bytes(self.file).len());
            if state.room(grows) < grows {
                let name = self.name.clone();
                return Err(StorageError::Full { call: StorageCall::Write, name });
            }
            let written = match fate {
                Fate::Whole => bytes.len(),
                Fate::Cut => state.random.below(bytes.len() + 1),
            };
            state.platter.write(self.file, offset, &bytes[..written]);
            Ok(())
        })
    }

    fn sync(&mut self) -> Result<(), StorageError> {
        self.call(StorageCall::Sync, |state, fate| {
            if state.fails_once() {
                state.platter.fail_sync(self.file);
                return Err(failed(StorageCall::Sync, &self.name, "an error of the medium"));
            }
            if fate == Fate::Whole {
                state.platter.sync(self.file);
            }
            Ok(())
        })
    }
}

fn failed(call: StorageCall, name: &str, reason: &str) -> StorageError {
    StorageError::Failed { call, name: name.to_owned(), reason: reason.to_owned() }
}
