//! Bringing the database to the shape that this version needs.

use std::time::Duration;

use anyhow::{Context, ensure};
use domain::Ids;
use runtime::{
    RandomIds,
    pool::{self, Work},
};
use sqlx::{
    AssertSqlSafe, PgConnection, PgPool,
    migrate::{MigrateError, Migration, Migrator},
};
use tokio::time::sleep;

use crate::{privileges, servers::Servers};

/// What `pg_stat_activity` calls connections that are no service's.
pub const ADMINISTRATION: &str = "momentum administration";

/// So long may a migration wait for a lock, and those who serve behind it.
const LOCK_WAIT_MAX: Duration = Duration::from_millis(200);
/// The pause before it is tried again, and how often it is.
const LOCK_PAUSE: Duration = Duration::from_millis(500);
const TRIES_MAX: u32 = 240;
/// Postgres' code for a lock not given in time.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// All migrations of this version, in order.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Migrates and installs; does nothing where all is done. Several processes may start at once: one does it.
pub async fn run(servers: &Servers) -> anyhow::Result<()> {
    let pool = administration(servers, "public").await?;
    apply(&pool).await.context("the database cannot be migrated")?;
    let ids: &dyn Ids = &RandomIds;
    event_store::install(&pool, ids, servers.config.shards).await?;
    privileges::grant(&pool).await?;
    pool.close().await;
    Ok(())
}

/// The same as work of its own, which says that it is done.
pub async fn run_alone(servers: &Servers) -> anyhow::Result<()> {
    run(servers).await?;
    println!("the database has the shape that this version needs");
    Ok(())
}

/// Applies what is missing. A statement that waits for a lock has every later query of that table wait behind it, so none
/// waits long: what it wanted is undone, and tried again.
async fn apply(pool: &PgPool) -> Result<(), MigrateError> {
    let mut migrations = Migrator::with_migrations(migrations());
    // Beside a newer version, an older one still starts.
    migrations.set_ignore_missing(true);
    let mut connection = pool.acquire().await?.detach();
    let wait = format!("set lock_timeout = {}", LOCK_WAIT_MAX.as_millis());
    sqlx::query(AssertSqlSafe(wait)).execute(&mut connection).await?;
    let mut tries = 1;
    loop {
        match migrations.run_direct(None, &mut connection, false).await {
            Err(error) if tries < TRIES_MAX && is_not_in_time(&error) => {
                tries += 1;
                // The lock against others that migrate would otherwise be held as often as it was asked for.
                sqlx::query("select pg_advisory_unlock_all()").execute(&mut connection).await?;
                sleep(LOCK_PAUSE).await;
            }
            applied => return applied,
        }
    }
}

/// All of them, in order.
pub fn migrations() -> Vec<Migration> {
    let released = MIGRATIONS.iter().cloned();
    #[cfg(feature = "next-version")]
    let released = released.chain([analytics::next_version::migration()]);
    released.collect()
}

fn is_not_in_time(error: &MigrateError) -> bool {
    let (MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) = error else { return false };
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == LOCK_NOT_AVAILABLE)
}

/// Refuses while services are connected: they hold the log's history and positions in memory, which are about to change.
pub async fn refuse_beside_services(connection: &mut PgConnection) -> anyhow::Result<()> {
    // Within a transaction, Postgres goes on showing who was there the first time.
    sqlx::query("select pg_stat_clear_snapshot()").execute(&mut *connection).await?;
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
    Ok(pool::connect_for(Work::LONG, &servers.config.database, ADMINISTRATION, search_path).await?)
}
