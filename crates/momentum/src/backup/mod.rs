//! `momentum backup` and `momentum restore`: a copy of the whole Postgres, and of what it wrote since, in a folder.
//!
//! All of it is read over an ordinary connection: the files by `pg_read_binary_file`, between `pg_backup_start` and
//! `pg_backup_stop`, and the WAL that a replication slot keeps until it is copied. So it works the same beside a Postgres
//! of Momentum's own and one elsewhere, and needs none of Postgres' client programs. The vault is dumped apart: a restore
//! takes the newest dump, so that who was erased since stays erased.

mod base;
mod folder;
mod restore;
mod vault;
mod wal;

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, ensure};
use chrono::TimeDelta;
use clap::Args;
use domain::Clock;
use runtime::{
    SystemClock,
    config::{Config, Environment},
};
use sqlx::PgConnection;
use tokio::time::sleep;
use uuid::Uuid;

pub use self::restore::{RestoreCommand, run as restore};
use self::{folder::BackupFolder, wal::Slot};
use crate::{migrate::administration, servers::Servers};

/// A copy of the files that is older than this is followed by another: a restore has to replay all WAL since. So is one from
/// as far ahead, by a clock that was wrong.
const BASE_AGE_MAX: TimeDelta = TimeDelta::days(7);

/// Where to, and how.
#[derive(Args)]
pub struct BackupCommand {
    /// The folder, made if it is not there; later runs add what happened since
    folder: PathBuf,
    /// Copy all files again, even if the last copy is younger than a week
    #[arg(long)]
    base: bool,
    /// How many copies of the files to keep, with the WAL since the oldest of them
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    keep: u16,
    /// Go on, and add what happened every so many seconds, until stopped
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    every: Option<u64>,
    /// Give the folder up: Postgres no longer keeps WAL for it
    #[arg(long, conflicts_with_all = ["base", "every"])]
    give_up: bool,
}

/// Backs up, once or on and on.
pub async fn run(config: &Config, environment: &Environment, asked: &BackupCommand) -> anyhow::Result<()> {
    BackupFolder::clear(&asked.folder)?;
    let begun = turn(Servers::join(config.clone(), environment).await?, asked, None).await?;
    let Some(seconds) = asked.every else { return Ok(()) };
    let later = BackupCommand { base: false, folder: asked.folder.clone(), ..*asked };
    loop {
        sleep(Duration::from_secs(seconds)).await;
        let next = async {
            BackupFolder::clear(&later.folder)?;
            // Who is stopped writes nothing, and must be able to start.
            let Some(servers) = Servers::beside(config)? else { return Ok(()) };
            turn(servers, &later, Some(begun)).await.map(drop)
        };
        let outcome: anyhow::Result<()> = next.await;
        // A restart of Postgres, a full disk: what was not copied, Postgres keeps until it is.
        if let Err(error) = outcome {
            tracing::error!(error = format!("{error:#}"), "the backup failed, and is tried again in {seconds} s");
        }
    }
}

/// Has servers for one turn only: between two, the product may stop, and start.
async fn turn(servers: Servers, asked: &BackupCommand, begun: Option<Uuid>) -> anyhow::Result<Uuid> {
    let outcome = back_up(&servers, asked, begun).await;
    servers.stop().await;
    outcome
}

/// Tells which backup it is, so that the next turn does not begin another where this one is missing.
async fn back_up(servers: &Servers, asked: &BackupCommand, begun: Option<Uuid>) -> anyhow::Result<Uuid> {
    let pool = administration(servers, "public").await?;
    let mut connection = pool.acquire().await?.detach();
    // As whoever signs in, who may do more than the role that administration takes on.
    sqlx::query("set role none").execute(&mut connection).await?;
    may_read_files(&mut connection).await?;
    let folder = BackupFolder::open(&asked.folder, begun, &mut connection).await?;
    if asked.give_up {
        Slot::of(&folder).drop(&mut connection).await?;
        println!("Postgres keeps nothing for {} any more", asked.folder.display());
        return Ok(folder.about.id);
    }
    let slot = Slot::of(&folder);
    let continues = slot.continues(&mut connection, &folder).await?;
    if continues {
        // First what is little and new: for all files there may be no room.
        add(&folder, &slot, &mut connection).await?;
    } else {
        slot.make(&mut connection).await?;
    }
    let newest = folder.bases()?.pop();
    let is_young = newest.is_some_and(|base| (SystemClock.now() - base.done_at).abs() < BASE_AGE_MAX);
    if asked.base || !is_young || !continues {
        let base = base::copy(&folder, &mut connection).await?;
        println!("copied {} files, {} MB", base.files.len(), base.bytes() / 1_000_000);
        add(&folder, &slot, &mut connection).await?;
    }
    folder.prune(usize::from(asked.keep))?;
    Ok(folder.about.id)
}

/// Adds what happened since.
async fn add(folder: &BackupFolder, slot: &Slot, connection: &mut PgConnection) -> anyhow::Result<()> {
    let until = wal::copy(folder, slot, connection).await?;
    vault::dump(folder, connection).await?;
    println!("{} holds everything up to {}", folder.path.display(), until.to_rfc3339());
    Ok(())
}

/// Files of the server are for superusers, and for those who were granted it.
async fn may_read_files(connection: &mut PgConnection) -> anyhow::Result<()> {
    let may = sqlx::query_scalar!(
        r#"select has_function_privilege('pg_read_binary_file(text, bigint, bigint, boolean)', 'execute')
              and has_function_privilege('pg_ls_dir(text, boolean, boolean)', 'execute')
              and has_function_privilege('pg_stat_file(text, boolean)', 'execute')
              and has_function_privilege('pg_backup_start(text, boolean)', 'execute') as "may!""#
    )
    .fetch_one(connection)
    .await
    .context("Postgres cannot be asked")?;
    ensure!(may, "a backup reads the server's files: let database.url name a superuser for it");
    Ok(())
}
