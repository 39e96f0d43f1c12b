//! `momentum vault`: the keys that wrap everybody's keys.

use anyhow::{Context, bail};
use clap::Subcommand;
use event_store::Vault;
use runtime::{Base, MasterKeyFile};
use sqlx::PgPool;

use crate::{migrate::administration, servers::Servers};

/// Tells this use of advisory locks from others in the database: "vault".
const ROTATION_LOCK: i64 = 0x0076_6175_6c74;

#[derive(Subcommand)]
pub enum VaultCommand {
    /// Wrap everybody's key under a new master key, and destroy the old one, while the product runs
    Rotate {
        /// Only make the new master key, to be copied before anything needs it
        #[arg(long)]
        prepare: bool,
    },
}

/// Does what is asked.
pub async fn run(servers: &Servers, asked: &VaultCommand) -> anyhow::Result<()> {
    let VaultCommand::Rotate { prepare } = asked;
    let base = servers.base();
    let pool = administration(servers, "vault").await?;
    // Beside the pool, which may be as small as it can be.
    let mut lock = pool.acquire().await?.detach();
    let alone = sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "alone!""#, ROTATION_LOCK);
    if !alone.fetch_one(&mut lock).await? {
        bail!("a rotation is under way already");
    }
    // Made, if this is the first thing that is done here.
    base.keys()?;
    let kept = servers.data_folder.as_deref().filter(|_| base.config.vault.master_key.is_none());
    match kept.map(MasterKeyFile::of) {
        Some(file) if *prepare => prepare_kept(&base, &file),
        Some(file) => rotate_kept(servers, pool, &file).await,
        None if *prepare => bail!("vault.master_key is set, so the new key is yours to make: {}", to_set(servers)?),
        None => rotate_configured(servers, pool).await,
    }
}

/// Adds a master key, which nothing is wrapped with yet. Called again, it leaves the one that it has added.
fn prepare_kept(base: &Base, file: &MasterKeyFile) -> anyhow::Result<()> {
    file.begin_rotation(&*base.ids)?;
    println!(
        "Master key {} is in keys/master.key now, beside the one that it is to follow. Copy that file to where you keep it \
         for backups, and then call `momentum vault rotate`.",
        base.master_keys()?.newest()
    );
    Ok(())
}

/// Goes on only from a key that was there to be copied: a backup that is made right after the old one is destroyed opens with
/// no other. Interrupted anywhere, it goes on when it is called again.
async fn rotate_kept(servers: &Servers, pool: PgPool, file: &MasterKeyFile) -> anyhow::Result<()> {
    if servers.base().master_keys()?.versions().count() < 2 {
        bail!("there is no new master key yet: call `momentum vault rotate --prepare`, and copy keys/master.key");
    }
    wrap_all(servers, pool).await?;
    file.finish_rotation(&*servers.base().ids)?;
    println!(
        "The master keys before it are destroyed here. Run a backup, and then replace your copies of keys/master.key by the \
         file as it is now: it has the new key alone."
    );
    Ok(())
}

/// Where the operator keeps the keys, they bring the new one along.
async fn rotate_configured(servers: &Servers, pool: PgPool) -> anyhow::Result<()> {
    if servers.base().master_keys()?.versions().count() < 2 {
        bail!("vault.master_key has one version only. {}", to_set(servers)?);
    }
    let left = format!("{}:<the key>", wrap_all(servers, pool).await?);
    println!("Set vault.master_key to `{left}` alone, everywhere, and destroy those before it.");
    Ok(())
}

/// How an operator brings a key along.
fn to_set(servers: &Servers) -> anyhow::Result<String> {
    let keyring = servers.base().master_keys()?;
    let old = keyring.versions().min().unwrap_or_default();
    Ok(format!(
        "Make another with `openssl rand -hex 32`, set both as `{old}:<the old one>,{new}:<the new one>` for every process, \
         restart them, and call `momentum vault rotate`",
        new = old.saturating_add(1),
    ))
}

/// Wraps every key under the newest master key, and tells which that is.
async fn wrap_all(servers: &Servers, pool: PgPool) -> anyhow::Result<i16> {
    let base = servers.base();
    let vault = Vault::new(pool, base.master_keys()?, base.clock.clone(), base.ids.clone());
    let told = |keys| tracing::info!(keys, "wrapped anew");
    let rotated = vault.rotate(told).await;
    let rotated = rotated.context("not every key could be wrapped anew; the old master key is still needed")?;
    println!("Wrapped {} keys anew. Master key {} wraps every key now.", rotated.keys, rotated.master);
    Ok(rotated.master)
}
