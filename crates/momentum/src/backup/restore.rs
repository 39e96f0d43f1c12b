//! `momentum restore`: a cluster made again from a backup, as it was at an instant, as another history of the log.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use clap::Args;
use domain::Ids;
use embedded::{Folder, Recovery, Tools};
use runtime::{
    RandomIds,
    config::{Config, Environment},
    vault_keys_there,
};
use serde_json::value::RawValue;

use super::{
    folder::{BackupFolder, Base, Copied, Segment, make_folder},
    room::ensure_room,
    vault::Dump,
    wal,
};
use crate::{progress, servers::folder_path};

/// So much of a file is copied at once.
const CHUNK_BYTES: usize = 1024 * 1024;
/// So many rows of the vault go into one statement.
const ROWS_A_STATEMENT: usize = 500;

/// From where, and to when.
#[derive(Args)]
pub struct RestoreCommand {
    /// The folder of the backup
    folder: PathBuf,
    /// As everything was at this instant, as in 2026-08-01T12:00:00Z; as it was last, unless given
    #[arg(long, value_name = "INSTANT")]
    at: Option<DateTime<Utc>>,
    /// Make the cluster here, for a Postgres that is run otherwise; in the data folder, unless given
    #[arg(long, value_name = "CLUSTER")]
    into: Option<PathBuf>,
}

/// Makes the cluster again. Nothing runs on it meanwhile, and nothing is there before all of it is.
pub async fn run(config: &Config, environment: &Environment, asked: &RestoreCommand) -> anyhow::Result<()> {
    let backup = BackupFolder::read(&asked.folder)?;
    let base = choose(&backup, asked.at)?;
    let dump = Dump::read(&backup.vault()).await?;
    let tools = Tools::find(config.data.tools.as_deref(), environment.get("PATH"));
    let bin = tools.postgres_bin_of(&backup.files_of(&base.name))?;
    let recovery = match &asked.into {
        Some(cluster) => {
            // Whoever runs Postgres elsewhere may have the keys elsewhere, too.
            if config.vault.master_key.is_some() && config.vault.index_key.is_some() {
                dump.check(&vault_keys_there(&config.vault, None)?)?;
            }
            Recovery::at(cluster, &bin)?
        }
        None => {
            let folder = Folder::open(&folder_path(config)?)?;
            dump.check(&vault_keys_there(&config.vault, Some(folder.path()))?)?;
            Recovery::in_folder(&folder, &bin)?
        }
    };
    if let Err(error) = bring_back(&backup, &base, &dump, asked.at, &recovery).await {
        // What is there of it is of no use, and in the way of whatever else the disk is for.
        recovery.abandon()?;
        return Err(error);
    }
    let cluster = recovery.finish()?;
    let at = asked.at.map_or_else(|| backup.until(), Ok)?;
    println!("{} is as everything was at {}; the log has a new history id", cluster.display(), at.to_rfc3339());
    Ok(())
}

/// Makes all of the cluster, as it was at the instant.
async fn bring_back(
    backup: &BackupFolder,
    base: &Base,
    dump: &Dump,
    at: Option<DateTime<Utc>>,
    recovery: &Recovery,
) -> anyhow::Result<()> {
    let mut bytes = base.bytes();
    for segment in needed(backup, base)? {
        bytes += fs::metadata(backup.path_of(&segment)).context("the backup's WAL cannot be read")?.len();
    }
    ensure_room(recovery.path(), bytes, "restore to another disk (--data, --into)")?;
    place(backup, base, at, recovery.path())?;
    let target = at.map(|at| at.format("%Y-%m-%d %H:%M:%S%.6f+00").to_string());
    Ok(recovery.recover(&backup.about.database, target.as_deref(), &statements(dump)?).await?)
}

/// The WAL that goes on from a copy of the files, in order.
fn needed(backup: &BackupFolder, base: &Base) -> anyhow::Result<Vec<Segment>> {
    let mut segments = backup.segments()?;
    segments.retain(|segment| segment.timeline == base.timeline && segment.number >= base.first_segment);
    Ok(segments)
}

/// The newest copy of the files that was finished by then.
fn choose(backup: &BackupFolder, at: Option<DateTime<Utc>>) -> anyhow::Result<Base> {
    let (bases, until) = (backup.bases()?, backup.until()?);
    let first = bases.first().context("the backup has no copy of the files")?.done_at;
    let Some(at) = at else { return bases.last().cloned().context("the backup has no copy of the files") };
    ensure!(at <= until, "the backup goes up to {}", until.to_rfc3339());
    let base = bases.into_iter().rev().find(|base| base.done_at <= at);
    base.with_context(|| format!("the backup begins at {}", first.to_rfc3339()))
}

/// Puts files and WAL in place, each held against its hash.
fn place(backup: &BackupFolder, base: &Base, at: Option<DateTime<Utc>>, cluster: &Path) -> anyhow::Result<()> {
    let from = backup.files_of(&base.name);
    for folder in &base.folders {
        make_folder(&cluster.join(folder))?;
    }
    let (bar, mut done) = (progress::bytes("placing files"), 0);
    for Copied { path, bytes, digest } in &base.files {
        let found = place_file(&from.join(path), &cluster.join(path))?;
        ensure!(
            found == (*bytes, digest.clone()),
            "{path} of the backup is damaged: move base/{} away to restore from the copy before it",
            base.name
        );
        done += bytes;
        progress::show(&bar, done, base.bytes());
    }
    bar.finish_and_clear();
    fs::write(cluster.join("backup_label"), &base.label).context("the backup's label cannot be placed")?;
    let mut expected = base.first_segment;
    for segment in needed(backup, base)? {
        if segment.number != expected {
            // Where an instant is asked for, Postgres tells whether it lies before the hole.
            ensure!(at.is_some(), "the backup's WAL has a hole before {}", segment.number);
            break;
        }
        place_segment(backup, &segment, cluster)?;
        expected += 1;
    }
    ensure!(expected > base.last_segment, "the backup's WAL ends before the copy of the files does");
    keep_timelines_apart(backup, base, cluster)
}

/// Has Postgres begin a timeline that the folder has nothing of: it takes the first number without a history. Else what goes
/// on from here, and what went on from an earlier restore of the same files, would be one timeline with two pasts.
fn keep_timelines_apart(backup: &BackupFolder, base: &Base, cluster: &Path) -> anyhow::Result<()> {
    let (segments, bases) = (backup.segments()?, backup.bases()?);
    let timelines = segments.iter().map(|it| it.timeline).chain(bases.iter().map(|it| it.timeline));
    for taken in base.timeline + 1..=timelines.max().unwrap_or(0) {
        let history = cluster.join(format!("pg_wal/{taken:08X}.history"));
        fs::write(history, "").context("a timeline cannot be marked as taken")?;
    }
    Ok(())
}

fn place_file(from: &Path, to: &Path) -> anyhow::Result<(u64, String)> {
    let mut from = File::open(from).with_context(|| format!("{} cannot be read", from.display()))?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    let (mut hasher, mut bytes, mut chunk) = (blake3::Hasher::new(), 0, vec![0; CHUNK_BYTES]);
    loop {
        let read = from.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        file.write_all(&chunk[..read]).with_context(|| format!("{} cannot be written", to.display()))?;
        hasher.update(&chunk[..read]);
        bytes += read as u64;
    }
    Ok((bytes, hasher.finalize().to_hex().to_string()))
}

/// At the length that Postgres expects, with the zeros at its end.
fn place_segment(backup: &BackupFolder, segment: &Segment, cluster: &Path) -> anyhow::Result<()> {
    let name = segment.name(backup.about.segment_bytes);
    let content = fs::read(backup.path_of(segment)).with_context(|| format!("the WAL file {name} cannot be read"))?;
    if wal::digest(&content) != segment.digest {
        bail!("the WAL file {name} of the backup is damaged");
    }
    let path = cluster.join("pg_wal").join(name);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(&content)?;
    file.set_len(backup.about.segment_bytes)?;
    Ok(())
}

/// What is changed before anybody sees it, a statement a line: another history, the newest vault, nobody signed in.
///
/// The dump is mostly newer than what is restored, but may be older: a folder may be copied while a backup writes to it, or
/// the last run may have ended before its dump. So erased is who the one or the other says is erased, and nobody else.
fn statements(dump: &Dump) -> anyhow::Result<Vec<String>> {
    let mut statements = vec![
        format!("update es.log set history = '{}'", RandomIds.uuid()),
        "create temporary table newest_keys (like vault.keys)".to_owned(),
        "create temporary table newest (like identity.accounts)".to_owned(),
        "create temporary table begun (like identity.erasures)".to_owned(),
    ];
    statements.extend(inserts("newest_keys", "vault.keys", &dump.keys)?);
    statements.extend(inserts("newest", "identity.accounts", &dump.accounts)?);
    statements.extend(inserts("begun", "identity.erasures", &dump.erasures)?);
    statements.extend(
        [
            "insert into vault.masters select distinct master, now() from newest_keys where master is not null \
             on conflict do nothing",
            "delete from vault.keys as own using newest_keys as newest where own.owner = newest.owner \
             and own.erased_at is null and (newest.erased_at is not null or newest.master >= own.master)",
            "insert into vault.keys select * from newest_keys on conflict do nothing",
            // A master key that was destroyed since must not be asked for again.
            "delete from vault.masters where version < (select max(version) from vault.masters) \
             and version not in (select master from vault.keys where master is not null)",
            // Who was erased since is erased again, in this log too: it may have been begun only.
            "insert into identity.erasures select user_id, workspace_id, now() from identity.accounts \
             where activated_at is not null and user_id in (select owner from vault.keys where erased_at is not null \
             union all select user_id from begun) on conflict do nothing",
            "delete from identity.accounts where user_id in (select user_id from identity.erasures)",
            // Who came later has no events yet, and who was erased has no credentials any more.
            "delete from newest where user_id not in \
             (select user_id from identity.accounts where activated_at is not null)",
            "delete from newest using identity.accounts as own where own.user_id = newest.user_id \
             and own.password_version > newest.password_version",
            "delete from identity.accounts where user_id in (select user_id from newest)",
            // Reserved at the time, and given up since: the address may have become somebody else's.
            "delete from identity.accounts where activated_at is null \
             and email_hash in (select email_hash from newest)",
            "insert into identity.accounts select * from newest",
            "delete from identity.sessions",
            // One may have been taken since, or taken back.
            "delete from identity.invitations",
        ]
        .map(str::to_owned),
    );
    Ok(statements)
}

fn inserts(table: &str, shape: &str, rows: &[Box<RawValue>]) -> anyhow::Result<Vec<String>> {
    let insert = |rows: &[Box<RawValue>]| {
        // On one line, as JSON is written here, and with its quotes doubled, as SQL wants them.
        let rows = serde_json::to_string(rows)?.replace('\'', "''");
        Ok(format!("insert into {table} select * from jsonb_populate_recordset(null::{shape}, '{rows}')"))
    };
    rows.chunks(ROWS_A_STATEMENT).map(insert).collect()
}
