//! The folder that holds an embedded installation, locked by whoever runs it.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Result, on};
use crate::private::{keep_private, make_private};
use crate::user::User;

/// Where root keeps what a user without rights must be able to reach.
pub(crate) const SYSTEM_FOLDER: &str = "/var/lib/momentum";

/// Where the cluster and its socket are, below the data folder.
pub(crate) const POSTGRES: &str = "postgres";

/// A data folder. The lock on it lasts until the last clone is gone, and each running server holds one.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    /// Held, never read: the system releases the lock when the process ends, however it ends.
    _lock: Arc<File>,
}

impl Folder {
    /// Makes the folder if need be and locks it.
    ///
    /// # Errors
    /// [`Error::InUse`] when another process has it.
    pub fn open(path: &Path) -> Result<Self> {
        make_enterable(path)?;
        let path = fs::canonicalize(path).map_err(on("find", path))?;
        let lock_path = path.join("lock");
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&lock_path)
            .map_err(on("open", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&lock_path).unwrap_or_default();
                return Err(Error::InUse { folder: path, holder: holder.trim().to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(on("lock", &lock_path)(source)),
        }
        ensure_own(&path, &lock)?;
        // Only the message to a second process reads this, so it need not reach the disk.
        lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id())).map_err(on("write", &lock_path))?;
        let folder = Self { path, _lock: Arc::new(lock) };
        let logs = folder.path.join("logs");
        make_private(&logs)?;
        Ok(folder)
    }

    /// The data folder for who names none: `data` below `base`. Root has Postgres run by another user; where that one
    /// cannot enter `base` (a checkout below `/root`), it is a folder of `base`'s own below `/var/lib/momentum`.
    ///
    /// # Errors
    /// Fails when root finds nobody who could run Postgres.
    pub fn default_path(base: &Path) -> Result<PathBuf> {
        let beside = base.join("data");
        match User::for_postgres(&cluster_in(&beside))? {
            Some(user) if !user.reaches(base) => {
                let parts: Vec<_> = base.iter().skip(1).map(|part| part.to_string_lossy()).collect();
                Ok(Path::new(SYSTEM_FOLDER).join("data").join(parts.join("-")))
            }
            _ => Ok(beside),
        }
    }

    /// Whether a Postgres was ever kept in the folder at `path`, which is left as it is, also where there is none.
    #[must_use]
    pub fn has_cluster(path: &Path) -> bool {
        cluster_in(path).exists()
    }

    /// The folder itself, with every symbolic link resolved.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the files of its Postgres are, or will be.
    #[must_use]
    pub fn cluster(&self) -> PathBuf {
        cluster_in(&self.path)
    }

    /// Where a server of this folder logs to.
    #[must_use]
    pub fn log(&self, server: &str) -> PathBuf {
        self.path.join("logs").join(format!("{server}.log"))
    }

    /// What was kept under a name.
    pub(crate) fn kept(&self, name: &str) -> Result<Option<String>> {
        let path = self.path.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(on("read", &path)(error)),
        }
    }

    /// Keeps a short text under a name.
    pub(crate) fn keep(&self, name: &str, text: &str) -> Result<()> {
        keep_private(&self.path.join(name), text.as_bytes())
    }
}

/// Refuses to have root work in a folder that somebody else's lock is in: what root makes there, they could not use.
///
/// # Errors
/// [`Error::Anothers`].
pub fn ensure_own(folder: &Path, lock: &File) -> Result<()> {
    let uid = lock.metadata().map_err(on("look at the lock of", folder))?.uid();
    if User::is_root() && uid != 0 { Err(Error::Anothers { folder: folder.to_owned(), uid }) } else { Ok(()) }
}

fn cluster_in(data_folder: &Path) -> PathBuf {
    data_folder.join(POSTGRES).join("cluster")
}

/// Makes a folder, and those above it that are missing. Where root makes them, others may pass through, whatever the
/// umask says: the user who runs Postgres has to get to its own folder below.
pub(crate) fn make_enterable(path: &Path) -> Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        make_enterable(above)?;
    }
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        made => made.map_err(on("make the folder", path))?,
    }
    let mode = if User::is_root() { 0o711 } else { 0o700 };
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(on("set the permissions of", path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::chown;

    use super::*;

    #[test]
    fn root_leaves_the_folder_of_another_alone() {
        let place = tempfile::tempdir().expect("a folder");
        drop(Folder::open(place.path()).expect("its own"));
        if User::is_root() {
            chown(place.path().join("lock"), Some(12_345), None).expect("given away");
            let refused = Folder::open(place.path()).expect_err("another's").to_string();
            assert!(refused.contains("sudo --user '#12345'"), "{refused}");
        } else {
            Folder::open(place.path()).expect("its own still");
        }
    }
}
