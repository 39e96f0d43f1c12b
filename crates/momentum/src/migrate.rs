//! Bringing the database to the shape that this version needs.

use anyhow::{Context, ensure};
use domain::Ids;
use runtime::{RandomIds, pool};
use sqlx::{PgConnection, PgPool, migrate::Migrator};

use crate::{privileges, servers::Servers};

/// What `pg_stat_activity` calls connections that are no service's.
const ADMINISTRATION: &str = "momentum administration";

/// All migrations, in order.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Migrates and installs; does nothing where all is done. Several processes may start at once: one does it.
pub async fn run(servers: &Servers) -> anyhow::Result<()> {
    let pool = administration(servers, "public").await?;
    MIGRATIONS.run(&pool).await.context("the database cannot be migrated")?;
    let ids: &dyn Ids = &RandomIds;
    event_store::install(&pool, ids, servers.config.shards).await?;
    privileges::grant(&pool).await?;
    pool.close().await;
    Ok(())
}

/// Refuses while services are connected: they hold the log's history and positions in memory, which are about to change.
pub async fn refuse_beside_services(connection: &mut PgConnection) -> anyhow::Result<()> {
    let services = sqlx::query_scalar!(
        r#"select distinct application_name as "name!" from pg_stat_activity
           where datname = current_database() and application_name like 'momentum %' and application_name <> $1"#,
        ADMINISTRATION,
    )
    .fetch_all(connection)
    .await?;
    ensure!(services.is_empty(), "Momentum runs on this database ({}): stop it first", services.join(", "));
    Ok(())
}

/// A pool for work that takes its time.
pub async fn administration(servers: &Servers, search_path: &str) -> anyhow::Result<PgPool> {
    Ok(pool::connect_for_long_work(&servers.config.database, ADMINISTRATION, search_path).await?)
}
