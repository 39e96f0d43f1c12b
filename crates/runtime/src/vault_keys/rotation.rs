//! The rotation of the master keys that are kept in the data folder.

use std::{
    fs,
    io::{self, Read},
    os::unix::fs::{MetadataExt, chown},
    path::Path,
};

use domain::Ids;

use super::{
    KeyError,
    file::{KeyFile, UNFINISHED},
    key::{self, Keys},
};

/// The file of the master keys in a data folder, while they rotate. The versions in it are read by every process of the
/// product when it meets one that it does not know.
#[derive(Debug)]
pub struct MasterKeyFile(KeyFile);

impl MasterKeyFile {
    /// That of this data folder.
    pub fn of(data_folder: &Path) -> Self {
        Self(KeyFile::master(data_folder))
    }

    /// Adds a version, unless a rotation was interrupted that had added one already.
    pub fn begin_rotation(&self, ids: &dyn Ids) -> Result<(), KeyError> {
        let mut keys = self.0.read()?;
        if keys.len() == 1 {
            let newest = keys.keys().next_back().copied().unwrap_or_default();
            keys.insert(newest + 1, key::random(ids));
            self.replace(&keys, ids)?;
        }
        Ok(())
    }

    /// Destroys every version but the newest.
    pub fn finish_rotation(&self, ids: &dyn Ids) -> Result<(), KeyError> {
        let newest = self.0.read()?.into_iter().next_back().into_iter().collect();
        self.replace(&newest, ids)
    }

    fn replace(&self, keys: &Keys, ids: &dyn Ids) -> Result<(), KeyError> {
        let replaced = || {
            self.destroy_unfinished()?;
            let mut former = fs::OpenOptions::new().write(true).open(self.0.path())?;
            let metadata = former.metadata()?;
            let beside = self.0.write_beside(keys, ids)?;
            // Root may rotate what somebody else runs on, and has to be able to read.
            chown(&beside, Some(metadata.uid()), Some(metadata.gid()))?;
            fs::rename(beside, self.0.path())?;
            fs::File::open(self.0.folder()?)?.sync_all()?;
            // What the name no longer leads to still lies on the disk.
            overwrite(&mut former, metadata.len())
        };
        replaced().map_err(|cause| self.0.failed(cause))
    }

    /// What was cut off before may have left the keys in a file that did not come to take this one's place.
    fn destroy_unfinished(&self) -> io::Result<()> {
        let kept = fs::metadata(self.0.path())?;
        for entry in fs::read_dir(self.0.folder()?)? {
            let path = entry?.path();
            if !self.is_unfinished(&path) {
                continue;
            }
            let mut file = fs::OpenOptions::new().write(true).open(&path)?;
            let found = file.metadata()?;
            // It may be another name of the very file that is in use, cut off when that was made.
            if (found.dev(), found.ino()) != (kept.dev(), kept.ino()) {
                overwrite(&mut file, found.len())?;
            }
            fs::remove_file(path)?;
        }
        Ok(())
    }

    /// Whether a file was to take this one's place: it is called the same up to the first dot.
    fn is_unfinished(&self, path: &Path) -> bool {
        let names = [self.0.path(), path].map(|path| path.file_name().unwrap_or_default().to_string_lossy());
        let [own, other] = names.each_ref().map(|name| name.split('.').next());
        own == other && names[1].ends_with(UNFINISHED)
    }
}

/// Some file systems do so in place.
fn overwrite(file: &mut fs::File, bytes: u64) -> io::Result<()> {
    io::copy(&mut io::repeat(b'0').take(bytes), file)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::*;
    use crate::RandomIds;

    /// A file with a first version, and the folder it is in.
    fn made() -> (MasterKeyFile, TempDir) {
        let folder = TempDir::new().expect("folder");
        let file = MasterKeyFile::of(folder.path());
        file.0.kept(Some(&RandomIds)).expect("made");
        (file, folder)
    }

    fn files(file: &MasterKeyFile) -> usize {
        fs::read_dir(file.0.folder().expect("folder")).expect("folder").count()
    }

    #[test]
    fn a_rotation_adds_a_version_once_and_leaves_the_newest() {
        let (file, _folder) = made();
        let versions = || file.0.read().expect("keys").into_keys().collect::<Vec<_>>();
        for _ in 0..2 {
            file.begin_rotation(&RandomIds).expect("begun");
            assert_eq!(versions(), [1, 2], "begun again, it goes on");
        }
        for _ in 0..2 {
            file.finish_rotation(&RandomIds).expect("finished");
            assert_eq!(versions(), [2]);
        }
        let mode = fs::metadata(file.0.path()).expect("metadata").permissions().mode() & 0o777;
        assert_eq!((mode, files(&file)), (0o600, 1));
    }

    #[test]
    fn a_rotation_destroys_what_one_that_was_cut_off_has_left() {
        let (file, _folder) = made();
        let text = || fs::read_to_string(file.0.path()).expect("keys");
        let old = text();
        let left = |nth: u8| file.0.path().with_extension(format!("00000000-0000-7000-8000-00000000000{nth}.new"));
        fs::copy(file.0.path(), left(1)).expect("copied");
        // As it is made, for a moment it has both names.
        fs::hard_link(file.0.path(), left(2)).expect("linked");
        let other = file.0.path().with_file_name("index.00000000-0000-7000-8000-000000000003.new");
        fs::write(&other, "another's").expect("written");
        let copy = fs::File::open(left(1)).expect("open");
        file.begin_rotation(&RandomIds).expect("begun");
        assert!(text().contains(old.trim()));
        file.finish_rotation(&RandomIds).expect("finished");
        assert_eq!((files(&file), other.exists()), (2, true));
        assert!(!io::read_to_string(copy).expect("what lies on the disk").contains(old.trim()));
    }
}
