//! A folder that is filled under another name beside its own and given that name when it is whole.
//!
//! **Invariant:** what has the name is whole and durable. What was given up is removed; what a kill
//! leaves behind is named `NAME.partial-…`.

use std::fs::{self, File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use tempfile::{Builder, TempDir};

use crate::exit::{Exit, Failure, OrExit};

/// Only for whom the venue runs as: everybody's orders, money and passwords' hashes are in it.
const OWNER_ONLY: u32 = 0o700;

/// A folder under its other name.
pub(super) struct Partial {
    folder: TempDir,
    to: PathBuf,
    parent: PathBuf,
}

impl Partial {
    /// Begins the folder `to`, which is not there or empty.
    pub(super) fn begin(to: &Path) -> Result<Partial, Failure> {
        let shown = to.display();
        let Some(name) = to.file_name() else {
            let nameless = anyhow!("{shown}: expected a folder with a name of its own");
            return Err(Exit::Usage.because(nameless));
        };
        let taken = match fs::read_dir(to) {
            Ok(mut entries) => entries.next().map(|_| "not empty"),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) if error.kind() == ErrorKind::NotADirectory => Some("no folder"),
            Err(error) => return Err(error).context(shown.to_string()).or_cannot_start(),
        };
        if let Some(taken) = taken {
            let taken = anyhow!("{shown} is {taken}: expected a folder that is empty or not there");
            return Err(Exit::Usage.because(taken));
        }
        let parent = parent(to);
        let mut prefix = name.to_owned();
        prefix.push(".partial-");
        let made = Builder::new()
            .prefix(&prefix)
            .permissions(Permissions::from_mode(OWNER_ONLY))
            .tempdir_in(&parent);
        let folder = made.with_context(|| format!("cannot make {shown}")).or_cannot_start()?;
        Ok(Partial { folder, to: to.to_owned(), parent })
    }

    /// Where it is filled.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Gives it its name, durably. What is in it was synced before.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Partial { folder, to, parent } = self;
        let done = sync(folder.path())
            .and_then(|()| fs::rename(folder.path(), &to))
            .and_then(|()| sync(&parent));
        // It is not there any more under the name that would be removed.
        let _renamed = done.is_ok().then(|| folder.keep());
        done.with_context(|| format!("cannot make {}", to.display())).or_cannot_start()
    }
}

/// The folder in which `path` is or will be.
pub(super) fn parent(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new(".")).to_owned()
}

fn sync(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}
