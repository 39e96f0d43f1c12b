//! The files in the data folder that keys are kept in, where they are not configured.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use domain::Ids;
use secrecy::zeroize::Zeroizing;

use super::{
    KeyError,
    key::{self, Keys},
};

/// The folder of the keys within the data folder.
const FOLDER: &str = "keys";
/// How the names of files end that are to take the place of another.
pub(super) const UNFINISHED: &str = ".new";

/// A file of keys, a version a line.
#[derive(Debug)]
pub(super) struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    pub fn master(data_folder: &Path) -> Self {
        Self { path: data_folder.join(FOLDER).join("master.key") }
    }

    pub fn index(data_folder: &Path) -> Self {
        Self { path: data_folder.join(FOLDER).join("index.key") }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn read(&self) -> Result<Keys, KeyError> {
        let text = Zeroizing::new(fs::read_to_string(&self.path).map_err(|cause| self.failed(cause))?);
        key::parse(&self.path.display().to_string(), &text)
    }

    /// What is in it. It is made if it is not there and may be.
    pub fn kept(&self, ids: Option<&dyn Ids>) -> Result<Keys, KeyError> {
        if !self.path.try_exists().map_err(|cause| self.failed(cause))? {
            let ids = ids.ok_or_else(|| KeyError::NotThere(self.path.clone()))?;
            self.make(ids).map_err(|cause| self.failed(cause))?;
        }
        self.read()
    }

    /// Makes it whole or not at all, so that only its owner reads it, and in nobody's place.
    fn make(&self, ids: &dyn Ids) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(self.folder()?)?;
        let unfinished = self.write_beside(&key::first(ids), ids)?;
        // A link fails where a rename would replace the key that another process made meanwhile.
        let linked = fs::hard_link(&unfinished, &self.path);
        fs::remove_file(&unfinished)?;
        fs::File::open(self.folder()?)?.sync_all()?;
        match linked {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    }

    /// Writes a file that is to take its place, to the disk, for its owner's eyes only.
    pub fn write_beside(&self, keys: &Keys, ids: &dyn Ids) -> io::Result<PathBuf> {
        let unfinished = self.path.with_extension(format!("{}{UNFINISHED}", ids.uuid()));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
        for (version, key) in keys {
            file.write_all(key::line(*version, key).as_bytes())?;
        }
        file.sync_all()?;
        Ok(unfinished)
    }

    pub fn folder(&self) -> io::Result<&Path> {
        Ok(self.path.parent().ok_or(io::ErrorKind::InvalidInput)?)
    }

    pub fn failed(&self, cause: io::Error) -> KeyError {
        KeyError::File { path: self.path.clone(), cause }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::*;
    use crate::RandomIds;

    #[test]
    fn keys_are_made_once_and_read_by_their_owner_only() {
        let folder = TempDir::new().expect("folder");
        let file = KeyFile::master(folder.path());
        assert!(matches!(file.kept(None), Err(KeyError::NotThere(_))));
        let first = file.kept(Some(&RandomIds)).expect("made");
        assert!(first == file.kept(Some(&RandomIds)).expect("kept"));
        let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
        assert_eq!((mode(file.folder().expect("folder")), mode(file.path())), (0o700, 0o600));
        assert_eq!(fs::read_dir(folder.path().join(FOLDER)).expect("folder").count(), 1, "nothing unfinished stays");
    }

    #[test]
    fn a_broken_key_file_is_an_error_and_never_replaced() {
        let folder = TempDir::new().expect("folder");
        fs::create_dir(folder.path().join(FOLDER)).expect("folder");
        let file = KeyFile::master(folder.path());
        fs::write(file.path(), "").expect("file");
        assert!(file.kept(Some(&RandomIds)).is_err());
        assert_eq!(fs::read_to_string(file.path()).expect("file"), "");
    }
}
