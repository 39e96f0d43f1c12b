//! Whether there is room for what is about to be written.

use std::path::Path;

use anyhow::{Context, ensure};
use rustix::fs::statvfs;

/// So much of the disk is left to others, of whom Postgres may be one.
const LEFT_FREE_BYTES: u64 = 512 * 1024 * 1024;

/// Refuses to begin what there is no room for, and says what makes some.
pub fn ensure_room(folder: &Path, bytes: u64, remedy: &str) -> anyhow::Result<()> {
    let found = statvfs(folder).with_context(|| format!("{} cannot be asked for its room", folder.display()))?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    ensure!(
        free >= bytes.saturating_add(LEFT_FREE_BYTES),
        "all files are {} MB, and of the {} MB that are free {} have to stay so: make room, or {remedy}",
        bytes / 1_000_000,
        free / 1_000_000,
        LEFT_FREE_BYTES / 1_000_000,
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_no_room_for_is_not_begun() {
        let folder = tempfile::tempdir().expect("a folder");
        ensure_room(folder.path(), 0, "").expect("there is half a gigabyte on any machine that builds this");
        for too_much in [1 << 60, u64::MAX] {
            let told = ensure_room(folder.path(), too_much, "take less").expect_err("an exabyte").to_string();
            assert!(told.ends_with("make room, or take less"), "{told}");
        }
    }
}
