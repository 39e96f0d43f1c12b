//! `momentum backup` and `momentum restore`: a copy of the whole Postgres, and of what it wrote since, in a folder.
//!
//! All of it is read over an ordinary connection: the files by `pg_read_binary_file`, between `pg_backup_start` and
//! `pg_backup_stop`, and the WAL that a replication slot keeps until it is copied. So it works the same beside a Postgres
//! of Momentum's own and one elsewhere, and needs none of Postgres' client programs. The vault is dumped apart: a restore
//! takes the newest dump, so that who was erased since stays erased.

mod base;
mod folder;
mod restore;
mod room;
mod vault;
mod wal;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
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

/// So many copies stay, where nobody has said how many.
const COPIES_KEPT: u16 = 4;

/// Where to, and how.
#[derive(Args)]
pub struct BackupCommand {
    /// The folder, made if it is not there; later runs add what happened since
    #[arg(required_unless_present = "give_up_lost")]
    folder: Option<PathBuf>,
    /// Copy all files again, even if the last copy is younger than a week
    #[arg(long)]
    base: bool,
    /// How many copies of the files to keep, with the WAL since the oldest of them: 4, unless given here or to an earlier run
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    keep: Option<u16>,
    /// Go on, and add what happened every so many seconds, until stopped
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    every: Option<u64>,
    /// Give the folder up: Postgres no longer keeps WAL for it
    #[arg(long, conflicts_with_all = ["base", "keep", "every"])]
    give_up: bool,
    /// Give up a backup whose folder is lost, by the id that backups into other folders tell
    #[arg(long, value_name = "ID", conflicts_with_all = ["folder", "base", "keep", "every", "give_up"])]
    give_up_lost: Option<Uuid>,
}

/// Backs up, or gives a backup up.
pub async fn run(config: &Config, environment: &Environment, asked: &BackupCommand) -> anyhow::Result<()> {
    match (&asked.folder, asked.give_up_lost) {
        (_, Some(id)) => give_up(config, environment, id, &format!("the backup {id}")).await,
        (Some(folder), None) if asked.give_up => {
            BackupFolder::ensure_begun(folder)?;
            // Nobody adds to it meanwhile.
            let begun = BackupFolder::read(folder)?;
            give_up(config, environment, begun.about.id, &folder.display().to_string()).await
        }
        (Some(folder), None) => keep_up(config, environment, folder, asked).await,
        (None, None) => bail!("say into which folder"),
    }
}

/// Backs up, once or on and on.
async fn keep_up(
    config: &Config,
    environment: &Environment,
    folder: &Path,
    asked: &BackupCommand,
) -> anyhow::Result<()> {
    BackupFolder::clear(folder)?;
    let begun = turn(Servers::join_there(config.clone(), environment).await?, folder, asked, None).await?;
    let Some(seconds) = asked.every else { return Ok(()) };
    let later = BackupCommand { base: false, folder: None, ..*asked };
    loop {
        sleep(Duration::from_secs(seconds)).await;
        let next = async {
            BackupFolder::clear(folder)?;
            // Who is stopped writes nothing, and must be able to start.
            let Some(servers) = Servers::beside(config)? else { return Ok(()) };
            turn(servers, folder, &later, Some(begun)).await.map(drop)
        };
        let outcome: anyhow::Result<()> = next.await;
        // A restart of Postgres, a full disk: what was not copied, Postgres keeps until it is.
        if let Err(error) = outcome {
            tracing::error!(error = format!("{error:#}"), "the backup failed, and is tried again in {seconds} s");
        }
    }
}

/// Has Postgres keep nothing more for a backup, of which `what` tells which it is.
async fn give_up(config: &Config, environment: &Environment, id: Uuid, what: &str) -> anyhow::Result<()> {
    let servers = Servers::join_there(config.clone(), environment).await?;
    let outcome = async { Slot::of(id).drop(&mut connect(&servers).await?).await }.await;
    servers.stop().await;
    ensure!(outcome?, "this Postgres keeps nothing for {what}: was it given up before, or is it another's (--data)?");
    println!("Postgres keeps nothing for {what} any more");
    Ok(())
}

/// Has servers for one turn only: between two, the product may stop, and start.
async fn turn(servers: Servers, folder: &Path, asked: &BackupCommand, begun: Option<Uuid>) -> anyhow::Result<Uuid> {
    let outcome = back_up(&servers, folder, asked, begun).await;
    servers.stop().await;
    outcome
}

/// Tells which backup it is, so that the next turn does not begin another where this one is missing.
async fn back_up(servers: &Servers, folder: &Path, asked: &BackupCommand, begun: Option<Uuid>) -> anyhow::Result<Uuid> {
    let mut connection = connect(servers).await?;
    let mut folder = BackupFolder::open(folder, begun, &mut connection).await?;
    let copies = asked.keep.or(folder.about.keep).unwrap_or(COPIES_KEPT).into();
    // Before anything is copied, too: there may be room for it only then.
    folder.prune(copies)?;
    folder.remember(asked.keep)?;
    let slot = Slot::of(folder.about.id);
    let continues = slot.continues(&mut connection, &folder).await?;
    if !continues {
        slot.make(&mut connection).await?;
    } else if wal::has_more(&folder, &mut connection).await? {
        // First what is little and new: for all files there may be no room.
        add(&folder, &slot, &mut connection).await?;
    } else {
        println!("nothing was written since {}", folder.until()?.to_rfc3339());
    }
    let newest = folder.bases()?.pop();
    let is_young = newest.is_some_and(|base| (SystemClock.now() - base.done_at).abs() < BASE_AGE_MAX);
    if asked.base || !is_young || !continues {
        let base = base::copy(&folder, &mut connection).await?;
        println!("copied {} files, {} MB", base.files.len(), base.bytes() / 1_000_000);
        add(&folder, &slot, &mut connection).await?;
    }
    folder.prune(copies)?;
    if begun.is_none() {
        tell_others(&slot, &mut connection).await?;
    }
    Ok(folder.about.id)
}

/// A connection that may read the server's files.
async fn connect(servers: &Servers) -> anyhow::Result<PgConnection> {
    let pool = administration(servers, "public").await?;
    let mut connection = pool.acquire().await?.detach();
    // As whoever signs in, who may do more than the role that administration takes on.
    sqlx::query("set role none").execute(&mut connection).await?;
    may_read_files(&mut connection).await?;
    Ok(connection)
}

/// Adds what happened since.
async fn add(folder: &BackupFolder, slot: &Slot, connection: &mut PgConnection) -> anyhow::Result<()> {
    let added = wal::copy(folder, slot, connection).await?;
    vault::dump(folder, connection).await?;
    folder.keep_seen(&added.seen)?;
    println!("{} holds everything up to {}", folder.path.display(), added.until.to_rfc3339());
    Ok(())
}

/// Names other backups that have Postgres keep WAL: it goes on to do so where their folders are lost.
async fn tell_others(slot: &Slot, connection: &mut PgConnection) -> anyhow::Result<()> {
    for id in slot.others(connection).await? {
        println!(
            "Postgres also keeps WAL for the backup {id}; if its folder is lost: momentum backup --give-up-lost {id}"
        );
    }
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
