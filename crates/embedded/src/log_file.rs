//! Log files of the servers: bounded, and quoted when a start fails.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::{Result, on};

/// A log that has grown past this is put aside at the next start; one such predecessor is kept.
const SIZE_MAX_BYTES: u64 = 10 * 1024 * 1024;

/// How much of a log is read to quote its end.
const TAIL_MAX_BYTES: u64 = 4 * 1024;

/// How many lines are quoted.
const TAIL_MAX_LINES: usize = 15;

/// Opens a log to be appended to.
pub(crate) fn open(path: &Path) -> Result<File> {
    if fs::metadata(path).is_ok_and(|found| found.len() > SIZE_MAX_BYTES) {
        fs::rename(path, path.with_extension("log.1")).map_err(on("put aside", path))?;
    }
    OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(on("open", path))
}

/// The last lines of a log, for an error message; empty when it cannot be read.
pub(crate) fn tail(path: &Path) -> String {
    let read = || {
        let mut file = File::open(path)?;
        let end = file.metadata()?.len();
        file.seek(SeekFrom::Start(end.saturating_sub(TAIL_MAX_BYTES)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(bytes)
    };
    let bytes = read().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_MAX_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_has_grown_too_long_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.log");
        File::create(&path).unwrap().set_len(SIZE_MAX_BYTES + 1).unwrap();
        open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
        assert!(folder.path().join("server.log.1").exists());
    }

    #[test]
    fn the_tail_is_the_last_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.log");
        let lines: Vec<_> = (0..2000).map(|number| format!("line {number}")).collect();
        fs::write(&path, lines.join("\n")).unwrap();
        let tail = tail(&path);
        assert!(tail.starts_with("line 1985\n") && tail.ends_with("line 1999"), "{tail}");
    }
}
