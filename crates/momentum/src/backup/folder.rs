//! The folder of a backup: what it is of, copies of the files, the WAL since, and the newest dump of the vault.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use domain::Ids;
use embedded::{UNFINISHED, ensure_own, keep_private};
use runtime::RandomIds;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::PgConnection;
use uuid::Uuid;

use super::wal;

/// The form that this version writes and reads.
const FORMAT: u32 = 1;
const ABOUT_FILE: &str = "backup.json";
const LOCK_FILE: &str = "lock";
const BASE_FILE: &str = "base.json";
const SEEN_FILE: &str = "seen.json";

/// What a backup is of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct About {
    format: u32,
    /// The folder's own id: two folders of one database know nothing of each other.
    pub id: Uuid,
    /// Tells the cluster, as Postgres names it.
    system: String,
    /// The database that Momentum uses there.
    pub database: String,
    /// How long a file of the WAL is.
    pub segment_bytes: u64,
    /// How many copies of the files stay, once somebody has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<u16>,
}

/// A copy of the files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Base {
    /// The name of its folder.
    pub name: String,
    /// The timeline of its WAL.
    pub timeline: u32,
    /// The first file of the WAL that it needs.
    pub first_segment: u64,
    /// The last one that it cannot do without.
    pub last_segment: u64,
    /// From this instant on it can be restored to.
    pub done_at: DateTime<Utc>,
    /// The file `backup_label`.
    pub label: String,
    /// Folders, from the outermost in.
    pub folders: Vec<String>,
    /// Files, with what they must be.
    pub files: Vec<Copied>,
}

/// A file that was copied.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Copied {
    /// Its path in the cluster.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its BLAKE3 hash.
    pub digest: String,
}

impl Base {
    /// How much it is in all.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// A file of the WAL: its name says which it is and what its content must be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    /// The timeline.
    pub timeline: u32,
    /// Its number.
    pub number: u64,
    /// The beginning of the BLAKE3 hash of what was kept of it, which is all but the zeros at its end.
    pub digest: String,
}

/// Where a backup is.
pub struct BackupFolder {
    /// The folder.
    pub path: PathBuf,
    /// What it is of.
    pub about: About,
    /// Held, never read: the system releases the lock when the process ends, however it ends.
    _lock: Option<File>,
}

impl BackupFolder {
    /// Opens the folder for the database of this connection, or begins it, unless it is to be one that was begun. Waits for
    /// others who add to it, or restore.
    pub async fn open(path: &Path, begun: Option<Uuid>, connection: &mut PgConnection) -> anyhow::Result<Self> {
        let found = sqlx::query!(
            r#"select system_identifier::text as "system!", current_database()::text as "database!",
                      pg_size_bytes(current_setting('wal_segment_size')) as "segment_bytes!"
               from pg_control_system()"#
        )
        .fetch_one(connection)
        .await?;
        let is_gone = begun.is_some() && !path.join(ABOUT_FILE).exists();
        ensure!(!is_gone, "the backup is no longer in {}: is its disk there?", path.display());
        make_folder(path)?;
        let lock = lock(path)?;
        if path.join(ABOUT_FILE).exists() {
            let folder = Self { path: path.to_owned(), about: about(path)?, _lock: Some(lock) };
            let is_same = (&folder.about.system, &folder.about.database) == (&found.system, &found.database);
            ensure!(is_same, "{} holds the backup of another database", path.display());
            ensure!(begun.is_none_or(|id| id == folder.about.id), "{} holds another backup by now", path.display());
            return Ok(folder);
        }
        for folder in ["base", "wal"] {
            make_folder(&path.join(folder))?;
        }
        let (system, database) = (found.system, found.database);
        let segment_bytes = u64::try_from(found.segment_bytes)?;
        let about = About { format: FORMAT, id: RandomIds.uuid(), system, database, segment_bytes, keep: None };
        let folder = Self { path: path.to_owned(), about, _lock: Some(lock) };
        folder.keep_about()?;
        Ok(folder)
    }

    /// Refuses a folder in which no backup was begun.
    pub fn ensure_begun(path: &Path) -> anyhow::Result<()> {
        ensure!(path.join(ABOUT_FILE).exists(), "there is no backup in {}: is its disk there?", path.display());
        Ok(())
    }

    /// Has later runs, which are not told how many copies stay, keep as many.
    pub fn remember(&mut self, keep: Option<u16>) -> anyhow::Result<()> {
        if keep.is_none() || keep == self.about.keep {
            return Ok(());
        }
        self.about.keep = keep;
        self.keep_about()
    }

    fn keep_about(&self) -> anyhow::Result<()> {
        Ok(keep_private(&self.path.join(ABOUT_FILE), serde_json::to_string_pretty(&self.about)?.as_bytes())?)
    }

    /// Opens the folder of a backup that is there, which nobody adds to meanwhile. It may be where nothing can be written.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let about = about(path)?;
        let lock = File::open(path.join(LOCK_FILE)).ok();
        if let Some(lock) = &lock {
            settle(path, lock.try_lock_shared(), || lock.lock_shared())?;
        }
        Ok(Self { path: path.to_owned(), about, _lock: lock })
    }

    /// The copies of the files, oldest first: by what Postgres counts, since a clock may have been wrong.
    pub fn bases(&self) -> anyhow::Result<Vec<Base>> {
        let mut bases = vec![];
        for name in names(&self.path.join("base"))? {
            let file = self.path.join("base").join(&name).join(BASE_FILE);
            // Without it, the copy was not finished.
            if file.exists() {
                let base = read::<Base>(&file);
                bases.push(base.with_context(|| format!("move base/{name} away to do without that copy"))?);
            }
        }
        bases.sort_by_key(|base| (base.timeline, base.last_segment));
        Ok(bases)
    }

    /// Where the files of a copy are.
    pub fn files_of(&self, base: &str) -> PathBuf {
        self.path.join("base").join(base).join("files")
    }

    /// Says that a copy is whole.
    pub fn finish(&self, base: &Base) -> anyhow::Result<()> {
        let folder = self.path.join("base").join(&base.name);
        Ok(keep_private(&folder.join(BASE_FILE), serde_json::to_string(base)?.as_bytes())?)
    }

    /// The WAL there is, in order.
    pub fn segments(&self) -> anyhow::Result<Vec<Segment>> {
        let mut segments: Vec<Segment> =
            names(&self.path.join("wal"))?.iter().filter_map(|name| Segment::parse(name)).collect();
        segments.sort();
        Ok(segments)
    }

    /// Where a file of the WAL is kept.
    pub fn path_of(&self, segment: &Segment) -> PathBuf {
        self.path.join("wal").join(segment.kept_name())
    }

    /// Up to when everything is in it.
    pub fn until(&self) -> anyhow::Result<DateTime<Utc>> {
        read(&self.path.join("until.json"))
    }

    /// See [`until`](Self::until).
    pub fn keep_until(&self, until: DateTime<Utc>) -> anyhow::Result<()> {
        Ok(keep_private(&self.path.join("until.json"), serde_json::to_string(&until)?.as_bytes())?)
    }

    /// Which transactions had ended by the last turn that added something, as Postgres writes a snapshot.
    pub fn seen(&self) -> Option<String> {
        read(&self.path.join(SEEN_FILE)).ok()
    }

    /// See [`seen`](Self::seen). Kept last of all that a turn adds: without it, the next one adds all of it again.
    pub fn keep_seen(&self, snapshot: &str) -> anyhow::Result<()> {
        Ok(keep_private(&self.path.join(SEEN_FILE), serde_json::to_string(snapshot)?.as_bytes())?)
    }

    /// Where the dump of the vault is.
    pub fn vault(&self) -> PathBuf {
        self.path.join("vault.jsonl")
    }

    /// Removes what earlier runs did not finish, if there is a backup: where the disk is full, it is in the way of what is
    /// about to be copied, and of a Postgres on the same disk.
    pub fn clear(path: &Path) -> anyhow::Result<()> {
        if !path.join(ABOUT_FILE).exists() {
            return Ok(());
        }
        let lock = lock(path)?;
        Self { path: path.to_owned(), about: about(path)?, _lock: Some(lock) }.clear_unfinished()
    }

    /// See [`clear`](Self::clear).
    pub fn clear_unfinished(&self) -> anyhow::Result<()> {
        let wal = self.path.join("wal");
        for name in names(&wal)?.iter().filter(|name| name.ends_with(UNFINISHED)) {
            fs::remove_file(wal.join(name)).context("WAL that was not copied to its end cannot be removed")?;
        }
        self.remove_all_but(&self.bases()?)
    }

    /// Removes all but the newest copies, and the WAL that nothing needs any more.
    pub fn prune(&self, keep: usize) -> anyhow::Result<()> {
        let bases = self.bases()?;
        let kept = &bases[bases.len().saturating_sub(keep)..];
        self.remove_all_but(kept)?;
        let is_needed = |segment: &Segment| {
            kept.iter().any(|base| base.timeline == segment.timeline && base.first_segment <= segment.number)
        };
        for segment in self.segments()?.iter().filter(|segment| !is_needed(segment)) {
            fs::remove_file(self.path_of(segment)).context("old WAL cannot be removed")?;
        }
        Ok(())
    }

    fn remove_all_but(&self, kept: &[Base]) -> anyhow::Result<()> {
        for name in names(&self.path.join("base"))? {
            if kept.iter().all(|base| base.name != name) {
                fs::remove_dir_all(self.path.join("base").join(name)).context("an old copy cannot be removed")?;
            }
        }
        Ok(())
    }
}

impl Segment {
    /// As Postgres names the file.
    pub fn name(&self, segment_bytes: u64) -> String {
        let a_log = 0x1_0000_0000 / segment_bytes;
        format!("{:08X}{:08X}{:08X}", self.timeline, self.number / a_log, self.number % a_log)
    }

    fn kept_name(&self) -> String {
        format!("{:08x}-{:016x}-{}", self.timeline, self.number, self.digest)
    }

    /// Only what is named as a whole one is: one that was not finished must be copied again.
    fn parse(name: &str) -> Option<Self> {
        let mut parts = name.split('-');
        let timeline = u32::from_str_radix(parts.next()?, 16).ok()?;
        let number = u64::from_str_radix(parts.next()?, 16).ok()?;
        let segment = Self { timeline, number, digest: parts.next()?.to_owned() };
        (wal::is_digest(&segment.digest) && segment.kept_name() == name).then_some(segment)
    }
}

fn about(path: &Path) -> anyhow::Result<About> {
    let about: About = read(&path.join(ABOUT_FILE))?;
    let format = about.format;
    ensure!(format == FORMAT, "the backup's format is {format}, and this version reads {FORMAT}");
    Ok(about)
}

/// Two runs at once would remove each other's copies.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join(LOCK_FILE);
    let lock = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let lock = lock.with_context(|| format!("{} cannot be opened", path.display()))?;
    ensure_own(folder, &lock)?;
    settle(folder, lock.try_lock(), || lock.lock())?;
    Ok(lock)
}

/// Waits for a lock that was not given at once, and says so.
fn settle(folder: &Path, tried: Result<(), TryLockError>, wait: impl FnOnce() -> io::Result<()>) -> anyhow::Result<()> {
    let locked = match tried {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            tracing::info!(folder = %folder.display(), "waiting for another run on this folder");
            wait()
        }
        Err(TryLockError::Error(error)) => Err(error),
    };
    locked.with_context(|| format!("{} cannot be locked", folder.display()))
}

/// Makes a folder that only its owner may enter, and those above it.
pub fn make_folder(path: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("the folder {} cannot be made", path.display()))
}

fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))
}

fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_written_to_its_end_is_no_file_of_the_wal() {
        let digest = wal::digest(b"content");
        let whole = Segment { timeline: 1, number: 5, digest };
        let name = whole.kept_name();
        assert!(Segment::parse(&name).is_some_and(|parsed| parsed.kept_name() == name));
        let unfinished = format!("{name}{UNFINISHED}");
        for other in [&unfinished, &name[..name.len() - 1], &format!("{name}-0"), &name.to_uppercase(), "lock"] {
            assert!(Segment::parse(other).is_none(), "{other}");
        }
    }
}
