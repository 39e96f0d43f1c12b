//! A fresh database for each test, copied from one that has been migrated once.

use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, mpsc};
use std::thread;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool};

use crate::servers::servers;

/// All of `migrations/`.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Many tests share one server.
const POOL_CONNECTIONS_MAX: u32 = 8;

/// Held while the template is made, so that it is made once. Any number that nothing else uses will do.
const TEMPLATE_LOCK: i64 = 0x6d6f_6d65_6e74_756d;

/// A database of one test, dropped some time after this is.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    name: String,
    admin: PgConnectOptions,
    pool: PgPool,
}

impl TestDatabase {
    /// Where to connect, as the superuser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A small pool on it, which connects when first used.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Dropping a database takes a while and cannot wait here. What is still to be dropped when the process ends goes
        // with the server.
        let _ = DROPPER.send((self.admin.clone(), self.name.clone()));
    }
}

/// A fresh database with all migrations on the server for tests.
pub async fn database() -> TestDatabase {
    database_on(&servers().postgres_admin_url).await
}

/// The same on another server, given by an address with the right to create databases.
///
/// # Panics
/// When the server cannot be reached or a migration fails.
pub async fn database_on(admin_url: &str) -> TestDatabase {
    create(admin_url).await.expect("a database for a test can be made")
}

async fn create(admin_url: &str) -> anyhow::Result<TestDatabase> {
    static CREATED: AtomicU64 = AtomicU64::new(0);
    let admin: PgConnectOptions = admin_url.parse()?;
    let mut connection = admin.connect().await?;
    let template = ensure_template(&mut connection, &admin).await?;
    // Told apart from those of other test programs on the same server, and of earlier ones.
    let process = RandomState::new().hash_one(std::process::id());
    let name = format!("test_{process:x}_{}", CREATED.fetch_add(1, Ordering::Relaxed));
    run(&mut connection, format!("create database {name} template {template}")).await?;
    connection.close().await?;
    let options = admin.clone().database(&name);
    let url = with_database(admin_url, &name);
    let pool = PgPoolOptions::new().max_connections(POOL_CONNECTIONS_MAX).connect_lazy_with(options);
    Ok(TestDatabase { url, name, admin, pool })
}

/// The name of the migrated database that others are copied from, made by whoever comes first. It is named by what the
/// migrations say, so that a changed one never meets an old template.
async fn ensure_template(connection: &mut PgConnection, admin: &PgConnectOptions) -> anyhow::Result<String> {
    let mut hasher = DefaultHasher::new();
    for migration in MIGRATIONS.iter() {
        (migration.version, &migration.checksum).hash(&mut hasher);
    }
    let name = format!("template_{:x}", hasher.finish());
    if exists(connection, &name).await? {
        return Ok(name);
    }
    sqlx::query("select pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut *connection).await?;
    let made = if exists(connection, &name).await? { Ok(()) } else { make_template(connection, admin, &name).await };
    sqlx::query("select pg_advisory_unlock($1)").bind(TEMPLATE_LOCK).execute(&mut *connection).await?;
    made.map(|()| name)
}

/// It gets its name last, so that a half-migrated one is never taken for it.
async fn make_template(connection: &mut PgConnection, admin: &PgConnectOptions, name: &str) -> anyhow::Result<()> {
    let unfinished = format!("{name}_unfinished");
    run(connection, format!("drop database if exists {unfinished} with (force)")).await?;
    run(connection, format!("create database {unfinished}")).await?;
    let mut inside = admin.clone().database(&unfinished).connect().await?;
    // `run` makes a future that only runs on the thread that made it; this is what it calls.
    MIGRATIONS.run_direct(None, &mut inside, false).await?;
    inside.close().await?;
    run(connection, format!("alter database {unfinished} rename to {name}")).await?;
    Ok(())
}

async fn exists(connection: &mut PgConnection, database: &str) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar("select exists (select from pg_database where datname = $1)");
    found.bind(database).fetch_one(connection).await
}

/// For statements that take no parameters. The names in them are made here.
async fn run(connection: &mut PgConnection, sql: String) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(|_done| ())
}

/// The address of another database on the same server.
fn with_database(url: &str, database: &str) -> String {
    let (address, parameters) = url.split_once('?').map_or((url, None), |(address, rest)| (address, Some(rest)));
    let server = address.rsplit_once('/').map_or(address, |(server, _database)| server);
    parameters.map_or_else(|| format!("{server}/{database}"), |rest| format!("{server}/{database}?{rest}"))
}

/// A thread of its own, since a test's runtime is gone by the time its database is to be dropped.
static DROPPER: LazyLock<mpsc::Sender<(PgConnectOptions, String)>> = LazyLock::new(|| {
    let (tell, told) = mpsc::channel::<(PgConnectOptions, String)>();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime can be made");
        for (admin, name) in told {
            runtime.block_on(async {
                if let Ok(mut connection) = admin.connect().await {
                    let _ = run(&mut connection, format!("drop database if exists {name} with (force)")).await;
                    let _ = drop_roles(&mut connection, &name).await;
                    let _ = connection.close().await;
                }
            });
        }
    });
    tell
});

/// Those that were made for a database are named after it, and stay behind when it is dropped.
async fn drop_roles(connection: &mut PgConnection, database: &str) -> sqlx::Result<()> {
    let names = sqlx::query_scalar("select rolname::text from pg_roles where starts_with(rolname, $1)");
    let names: Vec<String> = names.bind(format!("{database}_")).fetch_all(&mut *connection).await?;
    for name in names {
        run(connection, format!("drop role \"{name}\"")).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_an_address_is_replaced_and_its_parameters_kept() {
        let url = with_database("postgres://me:secret@127.0.0.1:20000/postgres?sslmode=disable", "other");
        assert_eq!(url, "postgres://me:secret@127.0.0.1:20000/other?sslmode=disable");
    }
}
