//! What only its owner may read: files that are there whole or not at all, and folders for them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::error::{Result, on};

/// How the name of a file ends until all of it is there.
pub const UNFINISHED: &str = ".unfinished";

/// Writes a file that only its owner may read, in place of one that is there: whole or not at all, also after a power cut.
///
/// # Errors
/// When it cannot be written; one that was there stays as it was.
pub fn keep_private(path: &Path, content: &[u8]) -> Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    let unfinished = PathBuf::from(unfinished);
    // Left by one who was cut off.
    let _ = fs::remove_file(&unfinished);
    write_private(&unfinished, content)?;
    let named = || {
        fs::rename(&unfinished, path)?;
        File::open(path.parent().unwrap_or(path))?.sync_all()
    };
    named().map_err(on("write", path))
}

/// Writes a new file that only its owner may read. One that is there already, even a symbolic link, is refused.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let write = || {
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
        file.write_all(content)?;
        file.sync_all()
    };
    write().map_err(on("write", path))
}

/// Makes a folder that only its owner may enter, unless it is there.
pub(crate) fn make_private(path: &Path) -> Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map_err(on("make the folder", path)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, cut_off) = (folder.path().join("kept"), folder.path().join("kept.unfinished"));
        fs::write(&path, "what was there").expect("written");
        fs::write(&cut_off, "half of wh").expect("written");
        keep_private(&path, b"what is there").expect("kept");
        assert_eq!(fs::read(&path).expect("read"), b"what is there");
        assert_eq!(fs::metadata(&path).expect("metadata").permissions().mode() & 0o777, 0o600);
        assert!(!cut_off.exists());
        keep_private(&folder.path().join("nowhere/kept"), b"").expect_err("there is no such folder");
    }
}
