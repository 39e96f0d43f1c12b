//! `momentum vault`: the keys that wrap everybody's keys.

use anyhow::{Context, bail};
use clap::Subcommand;
use event_store::{Rotated, Vault};
use runtime::MasterKeyFile;
use sqlx::PgPool;

use crate::{migrate::administration, servers::Servers};

/// Tells this use of advisory locks from others in the database: "vault".
const ROTATION_LOCK: i64 = 0x0076_6175_6c74;

#[derive(Subcommand)]
pub enum VaultCommand {
    /// Wrap everybody's key under a new master key, and destroy the old one, while the product runs
    Rotate,
}

/// Does what is asked.
pub async fn run(servers: &Servers, asked: &VaultCommand) -> anyhow::Result<()> {
    match asked {
        VaultCommand::Rotate => rotate(servers).await,
    }
}

/// Interrupted anywhere, it goes on when it is called again.
async fn rotate(servers: &Servers) -> anyhow::Result<()> {
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
    let rotated = match kept.map(MasterKeyFile::of) {
        Some(file) => {
            file.begin_rotation(&*base.ids)?;
            let rotated = wrap_all(servers, pool).await?;
            file.finish_rotation(&*base.ids)?;
            rotated
        }
        None => configured(servers, pool).await?,
    };
    println!("Wrapped {} keys anew. Master key {} wraps every key now.", rotated.keys, rotated.master);
    match kept {
        Some(_) => {
            println!(
                "The master keys before it are destroyed here. Copy keys/master.key to where you keep it for backups now: \
                 those made from here on open with no other. Then run a backup, and destroy the copies from before."
            );
        }
        None => {
            let left = format!("{}:<the key>", rotated.master);
            println!("Set vault.master_key to `{left}` alone, everywhere, and destroy those before it.");
        }
    }
    Ok(())
}

/// Where the operator keeps the keys, they bring the new one along.
async fn configured(servers: &Servers, pool: PgPool) -> anyhow::Result<Rotated> {
    let keyring = servers.base().master_keys()?;
    if keyring.versions().count() < 2 {
        let old = keyring.newest();
        bail!(
            "vault.master_key has one version only. Make another with `openssl rand -hex 32`, set both as \
             `{old}:<the old one>,{new}:<the new one>` for every process, restart them, and call this again",
            new = old.saturating_add(1),
        );
    }
    wrap_all(servers, pool).await
}

async fn wrap_all(servers: &Servers, pool: PgPool) -> anyhow::Result<Rotated> {
    let base = servers.base();
    let vault = Vault::new(pool, base.master_keys()?, base.clock.clone(), base.ids.clone());
    let told = |keys| tracing::info!(keys, "wrapped anew");
    vault.rotate(told).await.context("not every key could be wrapped anew; the old master key is still needed")
}
