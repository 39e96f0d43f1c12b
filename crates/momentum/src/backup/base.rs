//! Copying the files of a running Postgres: torn as they may be, the WAL of the meantime makes them whole.

use std::{
    fs::{File, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, ensure};
use embedded::keep_private;
use sqlx::PgConnection;

use super::{
    folder::{BackupFolder, Base, Copied, make_folder},
    room::ensure_room,
};
use crate::progress;

/// So much of a file is read at once.
const CHUNK_BYTES: i64 = 4 * 1024 * 1024;
/// So often is a file read again that changes while it is read.
const READS_MAX: u32 = 100;
/// Read last and by itself: it tells where recovery begins.
const CONTROL_FILE: &str = "global/pg_control";

/// Copies every file, and says what it takes to make them whole.
pub async fn copy(folder: &BackupFolder, connection: &mut PgConnection) -> anyhow::Result<Base> {
    let tablespaces = sqlx::query_scalar!(r#"select count(*) as "count!" from pg_ls_dir('pg_tblspc')"#);
    let tablespaces = tablespaces.fetch_one(&mut *connection).await?;
    ensure!(tablespaces == 0, "the cluster has tablespaces outside of its folder, which are not backed up");
    let begun = sqlx::query!(
        r#"select to_char(clock_timestamp() at time zone 'UTC', 'YYYYMMDD"T"HH24MISS.US"Z"') as "name!",
                  (pg_backup_start('momentum', true) - '0/0')::bigint as "start!""#
    )
    .fetch_one(&mut *connection)
    .await
    .context("Postgres does not begin a backup")?;
    let (folders, files) = match copy_files(&folder.files_of(&begun.name), connection).await {
        Ok(copied) => copied,
        Err(error) => {
            // What is there of it is of no use, and in the way: of Postgres too, where both are on one disk.
            folder.clear_unfinished()?;
            return Err(error);
        }
    };
    let ended = sqlx::query!(
        r#"select labelfile as "label!", (lsn - '0/0')::bigint as "stop!", clock_timestamp() as "at!",
                  (select timeline_id from pg_control_checkpoint()) as "timeline!"
           from pg_backup_stop(false)"#
    )
    .fetch_one(connection)
    .await
    .context("Postgres does not end the backup")?;
    let segment = |lsn: i64| u64::try_from(lsn).map(|lsn| lsn / folder.about.segment_bytes);
    let base = Base {
        name: begun.name,
        timeline: u32::try_from(ended.timeline)?,
        first_segment: segment(begun.start)?,
        // The end itself may be the first byte of the next.
        last_segment: segment(ended.stop - 1)?,
        done_at: ended.at,
        label: ended.label,
        folders,
        files,
    };
    folder.finish(&base)?;
    Ok(base)
}

async fn copy_files(to: &Path, connection: &mut PgConnection) -> anyhow::Result<(Vec<String>, Vec<Copied>)> {
    // What these folders hold is made anew as Postgres starts, or is copied apart.
    let entries = sqlx::query!(
        r#"with recursive entries as (
               select name as path, name, (stat).isdir as is_folder, (stat).size as bytes
               from pg_ls_dir('.', true, false) as name, lateral (select pg_stat_file(name, true) as stat) as file
               union all
               select path || '/' || below.name, below.name, (stat).isdir, (stat).size
               from entries, lateral pg_ls_dir(path, true, false) as below(name),
                    lateral (select pg_stat_file(path || '/' || below.name, true) as stat) as file
               where is_folder and path not in ('pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial',
                                                'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans', 'pg_tblspc')
           )
           select path as "path!", is_folder as "is_folder!", bytes as "bytes!" from entries
           where is_folder is not null and name !~ '^pgsql_tmp|^pg_internal\.init'
             and path not in ('postmaster.pid', 'postmaster.opts', 'backup_label', 'tablespace_map', 'current_logfiles',
                              'recovery.signal', 'standby.signal', 'global/pg_control')
           order by path"#
    )
    .fetch_all(&mut *connection)
    .await?;
    let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.is_folder);
    let all = files.iter().map(|file| file.bytes.unsigned_abs()).sum();
    make_folder(to)?;
    ensure_room(to, all, "keep fewer copies (--keep)")?;
    for folder in &folders {
        make_folder(&to.join(&folder.path))?;
    }
    let (bar, mut done, mut copied) = (progress::bytes("copying files"), 0, vec![]);
    for file in files {
        copied.extend(copy_file(&to.join(&file.path), &file.path, connection).await?);
        done += file.bytes.unsigned_abs();
        progress::show(&bar, done, all);
    }
    bar.finish_and_clear();
    copied.push(copy_control_file(&to.join(CONTROL_FILE), connection).await?);
    Ok((folders.into_iter().map(|folder| folder.path).collect(), copied))
}

/// None if it is gone by now: a dropped table's.
async fn copy_file(to: &Path, path: &str, connection: &mut PgConnection) -> anyhow::Result<Option<Copied>> {
    let mut hasher = blake3::Hasher::new();
    let mut bytes = 0;
    let mut file: Option<File> = None;
    loop {
        let Some(chunk) = read(connection, path, bytes).await? else { break };
        let file = match &mut file {
            Some(file) => file,
            none => none.insert(OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?),
        };
        file.write_all(&chunk).with_context(|| format!("{} cannot be written", to.display()))?;
        hasher.update(&chunk);
        let read = i64::try_from(chunk.len())?;
        bytes += read;
        if read < CHUNK_BYTES {
            break;
        }
    }
    let Some(file) = file else { return Ok(None) };
    file.sync_all()?;
    let digest = hasher.finalize().to_hex().to_string();
    Ok(Some(Copied { path: path.to_owned(), bytes: bytes.unsigned_abs(), digest }))
}

/// It has no WAL to make it whole, so it is read until two readings are the same.
async fn copy_control_file(to: &Path, connection: &mut PgConnection) -> anyhow::Result<Copied> {
    let mut before = None;
    for _ in 0..READS_MAX {
        let content = read(connection, CONTROL_FILE, 0).await?.context("Postgres has no control file")?;
        if before.as_ref() == Some(&content) {
            keep_private(to, &content)?;
            let digest = blake3::hash(&content).to_hex().to_string();
            return Ok(Copied { path: CONTROL_FILE.to_owned(), bytes: content.len() as u64, digest });
        }
        before = Some(content);
    }
    anyhow::bail!("Postgres' control file never stands still")
}

/// A piece of a file of the server's; none if there is no such file.
pub async fn read(connection: &mut PgConnection, path: &str, from: i64) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!("select pg_read_binary_file($1, $2, $3, true)", path, from, CHUNK_BYTES)
        .fetch_one(connection)
        .await
}
