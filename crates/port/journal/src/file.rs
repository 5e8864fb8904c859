//! A real folder as [`Storage`].
//!
//! **Invariant:** while a handle from [`FileStorage::open`] lives, no other process has one for the
//! same folder: an exclusive lock is held on the file `lock` in it.
//!
//! New files are filled with written zeros, not `fallocate`d: an extent that was only reserved is
//! converted at its first write, so each `fdatasync` would also commit metadata. Over written zeros
//! it flushes data alone. It also finds a full disk before the file is in use.

use crate::storage::{Storage, StorageCall, StorageError, StorageFile};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const LOCK_NAME: &str = "lock";
/// As much as is written at once, and so the most that the system keeps as one piece of its memory:
/// every later write into a piece costs time by its length (measured: 256 KiB 11.5 us a batch of
/// 68 KB, 1 MiB 14.5, 4 KiB 24).
const ZEROS_BYTES: usize = 256 << 10;

/// A folder on a real disk; clones share the lock.
#[derive(Debug, Clone)]
pub struct FileStorage {
    folder: Arc<Folder>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    access: Access,
}

/// Held for its lifetime: dropping the file drops the lock.
#[derive(Debug)]
enum Access {
    Exclusive { _lock: File },
    ReadOnly,
}

impl FileStorage {
    /// Opens a folder for this process alone, making it if it is not there.
    ///
    /// # Errors
    /// [`StorageError::Locked`] when another process has it.
    pub fn open(path: &Path) -> Result<FileStorage, StorageError> {
        let failed = |error| from_io(StorageCall::Lock, &path.display().to_string(), &error);
        if !path.exists() {
            // It has everybody's orders and money: it is for its owner alone.
            DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
            if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed)?;
            }
        }
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join(LOCK_NAME))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StorageError::Locked { name: path.display().to_string() });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let access = Access::Exclusive { _lock: lock };
        Ok(FileStorage { folder: Arc::new(Folder { path: path.to_path_buf(), access }) })
    }

    /// Opens a folder to read it, also while another process writes to it.
    ///
    /// Every call that would change something fails.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when there is no such folder.
    pub fn read_only(path: &Path) -> Result<FileStorage, StorageError> {
        if !path.is_dir() {
            let name = path.display().to_string();
            return Err(StorageError::NotFound { call: StorageCall::Open, name });
        }
        let folder = Folder { path: path.to_path_buf(), access: Access::ReadOnly };
        Ok(FileStorage { folder: Arc::new(folder) })
    }

    fn path(&self, name: &str) -> PathBuf {
        assert!(!name.contains('/'), "a storage name is plain");
        self.folder.path.join(name)
    }

    fn check_writable(&self, call: StorageCall, name: &str) -> Result<(), StorageError> {
        match self.folder.access {
            Access::Exclusive { .. } => Ok(()),
            Access::ReadOnly => {
                let reason = "the folder was opened read-only".to_owned();
                Err(StorageError::Failed { call, name: name.to_owned(), reason })
            }
        }
    }
}

impl Storage for FileStorage {
    type File = OpenedFile;

    fn list(&self) -> Result<Vec<String>, StorageError> {
        let failed = |error| from_io(StorageCall::List, "", &error);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.folder.path).map_err(failed)? {
            // A name that is not text is not one of ours.
            if let Ok(name) = entry.map_err(failed)?.file_name().into_string() {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn create(&self, name: &str, bytes: u64) -> Result<OpenedFile, StorageError> {
        self.check_writable(StorageCall::Create, name)?;
        let failed = |error| from_io(StorageCall::Create, name, &error);
        match std::fs::remove_file(self.path(name)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(self.path(name))
            .map_err(failed)?;
        let zeros = vec![0; ZEROS_BYTES.min(usize::try_from(bytes).unwrap_or(ZEROS_BYTES))];
        let mut left = bytes;
        while left > 0 {
            let now = usize::try_from(left).unwrap_or(ZEROS_BYTES).min(zeros.len());
            file.write_all(&zeros[..now]).map_err(failed)?;
            left -= now as u64;
        }
        Ok(OpenedFile { file, name: name.to_owned() })
    }

    fn open(&self, name: &str) -> Result<OpenedFile, StorageError> {
        let write = match self.folder.access {
            Access::Exclusive { .. } => true,
            Access::ReadOnly => false,
        };
        let file = OpenOptions::new()
            .read(true)
            .write(write)
            .open(self.path(name))
            .map_err(|error| from_io(StorageCall::Open, name, &error))?;
        Ok(OpenedFile { file, name: name.to_owned() })
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), StorageError> {
        self.check_writable(StorageCall::Rename, from)?;
        std::fs::rename(self.path(from), self.path(to))
            .map_err(|error| from_io(StorageCall::Rename, from, &error))
    }

    fn remove(&self, name: &str) -> Result<(), StorageError> {
        self.check_writable(StorageCall::Remove, name)?;
        std::fs::remove_file(self.path(name))
            .map_err(|error| from_io(StorageCall::Remove, name, &error))
    }

    fn sync_folder(&self) -> Result<(), StorageError> {
        self.check_writable(StorageCall::SyncFolder, "")?;
        File::open(&self.folder.path)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| from_io(StorageCall::SyncFolder, "", &error))
    }
}

/// A file of a [`FileStorage`].
#[derive(Debug)]
pub struct OpenedFile {
    file: File,
    name: String,
}

impl StorageFile for OpenedFile {
    fn bytes(&self) -> Result<u64, StorageError> {
        let metadata = self.file.metadata();
        Ok(metadata.map_err(|error| from_io(StorageCall::Length, &self.name, &error))?.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), StorageError> {
        self.file
            .read_exact_at(buffer, offset)
            .map_err(|error| from_io(StorageCall::Read, &self.name, &error))
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), StorageError> {
        self.file
            .write_all_at(bytes, offset)
            .map_err(|error| from_io(StorageCall::Write, &self.name, &error))
    }

    fn sync(&mut self) -> Result<(), StorageError> {
        self.file.sync_data().map_err(|error| from_io(StorageCall::Sync, &self.name, &error))
    }
}

fn from_io(call: StorageCall, name: &str, error: &std::io::Error) -> StorageError {
    let name = name.to_owned();
    // `ErrorKind` is the standard library's open set, so it is compared and not matched.
    if [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].contains(&error.kind()) {
        StorageError::Full { call, name }
    } else if error.kind() == ErrorKind::NotFound {
        StorageError::NotFound { call, name }
    } else {
        StorageError::Failed { call, name, reason: error.to_string() }
    }
}
