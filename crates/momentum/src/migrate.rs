//! Bringing the database to the shape that this version needs.

use anyhow::Context;
use domain::Ids;
use runtime::{RandomIds, pool};
use sqlx::{PgPool, migrate::Migrator};

use crate::servers::Servers;

/// All migrations, in order.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Migrates and installs; does nothing where all is done. Several processes may start at once: one does it.
pub async fn run(servers: &Servers) -> anyhow::Result<()> {
    let pool = administration(servers, "public").await?;
    MIGRATIONS.run(&pool).await.context("the database cannot be migrated")?;
    let ids: &dyn Ids = &RandomIds;
    event_store::install(&pool, ids, servers.config.shards).await?;
    pool.close().await;
    Ok(())
}

/// A pool for work that takes its time.
pub async fn administration(servers: &Servers, search_path: &str) -> anyhow::Result<PgPool> {
    Ok(pool::connect_for_long_work(&servers.config.database, "momentum administration", search_path).await?)
}
