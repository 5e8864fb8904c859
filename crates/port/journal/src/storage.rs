//! What the journal asks of a disk: one flat folder of files, and honest answers.
//!
//! **Invariant:** bytes are durable only once `sync` of their file returned, names only once
//! `sync_folder` returned. The journal relies on nothing stronger.
//!
//! Two implementations: [`crate::FileStorage`] (a real folder) and [`crate::SimDisk`] (a disk that
//! dies on request). A handle is cheap to clone and may move to another thread.

/// A folder of files. Names are plain: no separator, no `..`.
pub trait Storage: Clone + Send + Sync + 'static {
    /// An open file.
    type File: StorageFile;

    /// Lists the names in the folder, in any order.
    ///
    /// # Errors
    /// [`StorageError`] when the folder cannot be read.
    fn list(&self) -> Result<Vec<String>, StorageError>;

    /// Makes a new file of `bytes` zeros whose space is taken, replacing one of that name.
    ///
    /// # Errors
    /// [`StorageError::Full`] when the space is not there; a partial file may be left behind.
    fn create(&self, name: &str, bytes: u64) -> Result<Self::File, StorageError>;

    /// Opens an existing file.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when there is none of that name.
    fn open(&self, name: &str) -> Result<Self::File, StorageError>;

    /// Gives a file another name, replacing what had it, in one step.
    ///
    /// # Errors
    /// [`StorageError`] when the name did not change.
    fn rename(&self, from: &str, to: &str) -> Result<(), StorageError>;

    /// Removes a file.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when there is none of that name.
    fn remove(&self, name: &str) -> Result<(), StorageError>;

    /// Makes every create, rename and remove so far durable.
    ///
    /// # Errors
    /// [`StorageError`] when they may not be.
    fn sync_folder(&self) -> Result<(), StorageError>;
}

/// An open file of a [`Storage`].
pub trait StorageFile: Send + 'static {
    /// Answers the file's length.
    ///
    /// # Errors
    /// [`StorageError`] when it cannot be told.
    fn bytes(&self) -> Result<u64, StorageError>;

    /// Fills `buffer` from `offset`.
    ///
    /// # Errors
    /// [`StorageError`] when fewer bytes are there.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), StorageError>;

    /// Writes all of `bytes` at `offset`, lengthening the file if need be.
    ///
    /// # Errors
    /// [`StorageError`] when any part may be missing.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), StorageError>;

    /// Makes everything written to the file so far durable.
    ///
    /// # Errors
    /// [`StorageError`] when it may not be; what is on the disk is then unknown.
    fn sync(&mut self) -> Result<(), StorageError>;
}

/// What was asked of the storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageCall {
    /// Take the folder's lock.
    Lock,
    /// List the folder.
    List,
    /// Make a file.
    Create,
    /// Open a file.
    Open,
    /// Ask a file's length.
    Length,
    /// Read from a file.
    Read,
    /// Write to a file.
    Write,
    /// Make a file's bytes durable.
    Sync,
    /// Change a name.
    Rename,
    /// Remove a name.
    Remove,
    /// Make names durable.
    SyncFolder,
}

/// A storage call that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// No space is left.
    #[error("{call:?} of {name:?}: no space left")]
    Full {
        /// What was asked.
        call: StorageCall,
        /// The file.
        name: String,
    },
    /// There is no file of that name.
    #[error("{call:?} of {name:?}: no such file")]
    NotFound {
        /// What was asked.
        call: StorageCall,
        /// The file.
        name: String,
    },
    /// Another process uses the folder.
    #[error("{name:?} is in use by another process")]
    Locked {
        /// The folder.
        name: String,
    },
    /// Anything else.
    #[error("{call:?} of {name:?}: {reason}")]
    Failed {
        /// What was asked.
        call: StorageCall,
        /// The file.
        name: String,
        /// What the system said.
        reason: String,
    },
}
