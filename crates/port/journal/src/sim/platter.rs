//! What is on the simulated disk, what is only in its cache, and what a power cut makes of both.
//!
//! **Invariant:** a synced sector and a synced name change only by a later write or change.

use super::random::Random;
use std::collections::BTreeMap;

/// What the disk writes in one piece, most of the time.
pub(crate) const SECTOR_BYTES: usize = 512;
/// One sector in so many is torn in its middle.
const TORN_ONE_IN: usize = 4;

/// Files and names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Platter {
    files: Vec<Inode>,
    live: BTreeMap<String, usize>,
    durable: BTreeMap<String, usize>,
    changes: Vec<NameChange>,
}

#[derive(Debug, Clone, Default)]
struct Inode {
    live: Vec<u8>,
    durable_bytes: usize,
    /// Of each sector that is not synced, all that it has been since it was, oldest first.
    unsynced: BTreeMap<usize, Vec<[u8; SECTOR_BYTES]>>,
    /// Of each sector whose sync failed, what is on the disk. It counts as written and is not,
    /// until it is written again. Source: "Can Applications Recover from fsync Failures?", 2020.
    lost: BTreeMap<usize, [u8; SECTOR_BYTES]>,
}

#[derive(Debug, Clone)]
struct NameChange {
    remove: Option<String>,
    insert: Option<String>,
    file: usize,
}

impl Platter {
    pub(crate) fn names(&self) -> Vec<String> {
        self.live.keys().cloned().collect()
    }

    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.live.get(name).copied()
    }

    pub(crate) fn bytes(&self, file: usize) -> &[u8] {
        &self.files[file].live
    }

    pub(crate) fn used_bytes(&self) -> u64 {
        self.live.values().map(|&file| self.files[file].live.len() as u64).sum()
    }

    pub(crate) fn create(&mut self, name: &str, bytes: usize) -> usize {
        self.files.push(Inode { live: vec![0; bytes], ..Inode::default() });
        let file = self.files.len() - 1;
        self.change(NameChange { remove: None, insert: Some(name.to_owned()), file });
        file
    }

    /// Puts a file on the disk, durably.
    pub(crate) fn place(&mut self, name: &str, bytes: Vec<u8>) {
        let durable_bytes = bytes.len();
        self.files.push(Inode { live: bytes, durable_bytes, ..Inode::default() });
        let file = self.files.len() - 1;
        self.live.insert(name.to_owned(), file);
        self.durable.insert(name.to_owned(), file);
    }

    pub(crate) fn rename(&mut self, from: &str, to: &str, file: usize) {
        let (remove, insert) = (Some(from.to_owned()), Some(to.to_owned()));
        self.change(NameChange { remove, insert, file });
    }

    pub(crate) fn remove(&mut self, name: &str, file: usize) {
        self.change(NameChange { remove: Some(name.to_owned()), insert: None, file });
    }

    fn change(&mut self, change: NameChange) {
        apply(&mut self.live, &change);
        self.changes.push(change);
    }

    pub(crate) fn write(&mut self, file: usize, offset: usize, bytes: &[u8]) {
        let inode = &mut self.files[file];
        let end = offset + bytes.len();
        if end > inode.live.len() {
            inode.live.resize(end, 0);
        }
        for sector in offset / SECTOR_BYTES..end.div_ceil(SECTOR_BYTES) {
            let start = (sector * SECTOR_BYTES).max(offset);
            let stop = ((sector + 1) * SECTOR_BYTES).min(end);
            let new = &bytes[start - offset..stop - offset];
            if let Some(on_disk) = inode.lost.remove(&sector) {
                inode.unsynced.insert(sector, vec![on_disk]);
            }
            if inode.live[start..stop] != *new {
                let old = sector_of(&inode.live, sector);
                inode.unsynced.entry(sector).or_default().push(old);
                inode.live[start..stop].copy_from_slice(new);
            }
        }
    }

    pub(crate) fn sync(&mut self, file: usize) {
        let inode = &mut self.files[file];
        inode.durable_bytes = inode.live.len();
        inode.unsynced.clear();
    }

    /// Fails to write what is not synced, and forgets that it has to be.
    pub(crate) fn fail_sync(&mut self, file: usize) {
        let inode = &mut self.files[file];
        for (sector, versions) in std::mem::take(&mut inode.unsynced) {
            inode.lost.insert(sector, versions[0]);
        }
    }

    pub(crate) fn sync_names(&mut self) {
        self.changes.clear();
        self.durable = self.live.clone();
    }

    pub(crate) fn flip_bit(&mut self, file: usize, offset: usize, bit: u8) {
        self.files[file].live[offset] ^= 1 << bit;
    }

    /// Forgets the cache: each unsynced sector and name change is kept or lost on its own.
    pub(crate) fn lose_power(&mut self, random: &mut Random) {
        for change in std::mem::take(&mut self.changes) {
            if random.coin() {
                apply(&mut self.durable, &change);
            }
        }
        self.live = self.durable.clone();
        for inode in &mut self.files {
            inode.lose_power(random);
        }
    }
}

impl Inode {
    fn lose_power(&mut self, random: &mut Random) {
        for (sector, on_disk) in std::mem::take(&mut self.lost) {
            self.set_sector(sector, &on_disk);
        }
        for (sector, mut versions) in std::mem::take(&mut self.unsynced) {
            versions.push(sector_of(&self.live, sector));
            let kept = random.below(versions.len());
            let mut content = versions[kept];
            if kept + 1 < versions.len() && random.below(TORN_ONE_IN) == 0 {
                let torn = random.below(SECTOR_BYTES);
                content[..torn].copy_from_slice(&versions[kept + 1][..torn]);
            }
            self.set_sector(sector, &content);
        }
        let unsynced_bytes = self.live.len() - self.durable_bytes;
        let kept = match random.below(3) {
            0 => 0,
            1 => unsynced_bytes,
            _ => random.below(unsynced_bytes + 1),
        };
        self.live.truncate(self.durable_bytes + kept);
        self.durable_bytes = self.live.len();
    }

    fn set_sector(&mut self, sector: usize, content: &[u8; SECTOR_BYTES]) {
        let start = sector * SECTOR_BYTES;
        let stop = (start + SECTOR_BYTES).min(self.live.len());
        self.live[start..stop].copy_from_slice(&content[..stop - start]);
    }
}

fn apply(names: &mut BTreeMap<String, usize>, change: &NameChange) {
    if let Some(name) = &change.remove
        && names.get(name) == Some(&change.file)
    {
        names.remove(name);
    }
    if let Some(name) = &change.insert {
        names.insert(name.clone(), change.file);
    }
}

fn sector_of(bytes: &[u8], sector: usize) -> [u8; SECTOR_BYTES] {
    let mut content = [0; SECTOR_BYTES];
    let start = (sector * SECTOR_BYTES).min(bytes.len());
    let stop = (start + SECTOR_BYTES).min(bytes.len());
    content[..stop - start].copy_from_slice(&bytes[start..stop]);
    content
}
