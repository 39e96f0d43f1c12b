//! Connections to Postgres: a bounded pool, with a limit on everything that could wait.

use std::{
    io::ErrorKind,
    str::FromStr,
    time::{Duration, Instant},
};

use log::LevelFilter;
use secrecy::ExposeSecret;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

use crate::{DatabaseRole, config::DatabaseConfig, problem::chain};

/// What a pool is for.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// So long may one wait for a connection.
    acquire: Duration,
    /// For a statement. What takes longer on purpose says `set local statement_timeout`.
    statement: &'static str,
    /// Other settings of its sessions.
    settings: &'static [(&'static str, &'static str)],
}

impl Work {
    /// A request is told to come back rather than wait any longer.
    const REQUESTS: Self = Self { acquire: Duration::from_secs(5), statement: "10s", settings: &[] };
    /// Administration takes as long as it takes, and is not given up for want of a connection, which takes long to make
    /// where all are busy.
    pub const LONG: Self = Self { acquire: Duration::from_secs(60), statement: "0", settings: &[] };
    /// Filling tables that nobody reads before a commit elsewhere, on disk and later, has put them in their place: what a
    /// crash of Postgres takes back is filled again, by the checkpoint that it takes back as well. What it writes is sent on
    /// to the disk bit by bit, for a system with much to write all at once lets everybody wait.
    ///
    /// It waits longer for locks: one that was killed may still be at its last statement, and is gone on with.
    pub const FILLING: Self = Self {
        settings: &[("synchronous_commit", "off"), ("backend_flush_after", "1MB"), ("lock_timeout", "30s")],
        ..Self::LONG
    };
}

/// A connection that does not answer for so long is dead, though nothing said so: as when a machine or a network in
/// between has forgotten it.
const DEAD_AFTER: Duration = Duration::from_secs(2);
/// Only after so long without use may a connection have died unnoticed, and is asked before it is used.
const ASKED_AFTER: Duration = Duration::from_secs(1);
/// How long a transaction may do nothing, and so hold its locks for nothing.
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "15s";
/// How long a statement waits for a lock: all locks here are short.
const LOCK_TIMEOUT: &str = "5s";
/// A process that is gone without a word, as with its machine, is noticed within this, and what its sessions hold is free:
/// leases and elections wait for that. Postgres would wait for hours. On a socket of the machine it means nothing.
const GONE_PROCESS: [(&str, &str); 4] = [
    ("tcp_keepalives_idle", "5"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "20s"),
];
/// From when on a statement is worth a line in the log. Its parameters are never logged.
const SLOW_STATEMENT: Duration = Duration::from_secs(1);
/// The waits between attempts to connect double from the first of these to the second.
const RETRY_WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Why there is no pool.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// Nobody said where the database is.
    #[error("database.url is not set")]
    NoUrl,
    /// The address cannot be read. The address itself is not told, as it may hold a password.
    #[error("database.url is not an address such as postgres://user:password@host/database: {0}")]
    BadUrl(sqlx::Error),
    /// It answers, and one refuses the other.
    #[error("there is no connecting to Postgres at {place}: {}", chain(cause))]
    Refused {
        /// Host, port and database.
        place: String,
        /// Its own words.
        cause: sqlx::Error,
    },
    /// It does not answer.
    #[error("Postgres at {place} did not answer within {waited_secs} s (database.connect_wait_secs): {}", chain(cause))]
    Away {
        /// Host, port and database.
        place: String,
        /// How long was waited.
        waited_secs: u64,
        /// What happened last.
        cause: sqlx::Error,
    },
}

/// Connects to the database of `config` with all rights of its user, and waits as long as it says until that answers.
///
/// `application_name` is what `pg_stat_activity` shows; `search_path` is where unqualified names are looked up.
pub async fn connect(config: &DatabaseConfig, application_name: &str, search_path: &str) -> Result<PgPool, PoolError> {
    connect_with(config, None, application_name, search_path, Work::REQUESTS).await
}

/// The same with no rights but those of `role`, whatever its user may do. `momentum migrate` has made it.
pub async fn connect_as(role: DatabaseRole, config: &DatabaseConfig, search_path: &str) -> Result<PgPool, PoolError> {
    connect_with(config, Some(role), &format!("momentum {}", role.name()), search_path, Work::REQUESTS).await
}

/// The same for work other than requests.
pub async fn connect_for(
    work: Work,
    config: &DatabaseConfig,
    application_name: &str,
    search_path: &str,
) -> Result<PgPool, PoolError> {
    connect_with(config, None, application_name, search_path, work).await
}

/// All tables as they are at one moment, for what is put together from several statements.
pub async fn snapshot(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    begin_with(pool, "begin isolation level repeatable read, read only").await
}

/// Begins a transaction.
pub async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    begin_with(pool, "begin").await
}

/// The same by this statement.
///
/// In a task of its own, which goes on where whoever asks is gone, as a request is whose client left. Given up in the middle,
/// sqlx 0.9 hands the connection back with its transaction open: whoever is given it next would read what was then, and
/// write what is never committed.
pub async fn begin_with(pool: &PgPool, statement: &'static str) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let pool = pool.clone();
    #[expect(clippy::disallowed_methods, reason = "this is the one that everybody else is to take")]
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

async fn connect_with(
    config: &DatabaseConfig,
    role: Option<DatabaseRole>,
    application_name: &str,
    search_path: &str,
    work: Work,
) -> Result<PgPool, PoolError> {
    let url = config.url.as_ref().ok_or(PoolError::NoUrl)?;
    let mut options = PgConnectOptions::from_str(url.expose_secret())
        .map_err(PoolError::BadUrl)?
        .application_name(application_name)
        .options([
            ("search_path", search_path),
            ("statement_timeout", work.statement),
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT),
            ("lock_timeout", LOCK_TIMEOUT),
        ])
        .options(GONE_PROCESS)
        .options(work.settings.iter().copied())
        .log_statements(LevelFilter::Trace)
        .log_slow_statements(LevelFilter::Warn, SLOW_STATEMENT);
    if let Some(role) = role {
        // Given with the connection, it is also what `reset role` leads back to.
        let database = options.get_database().unwrap_or_else(|| options.get_username()).to_owned();
        options = options.options([("role", role.in_database(&database))]);
    }
    let mut pool = PgPoolOptions::new()
        .max_connections(config.connections_max)
        .acquire_timeout(work.acquire)
        // The pool would ask each time, and wait for the answer for ever.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move { if about.idle_for < ASKED_AFTER { Ok(true) } else { answers(connection).await } })
        });
    // Within a machine, nothing dies without a word.
    if options.get_socket().is_none() {
        // What was given up in the middle has its rest read here, for which the pool itself would wait for ever.
        pool = pool.after_release(|connection, _| Box::pin(answers(connection)));
    }
    let pool = pool.connect_lazy_with(options.clone());
    wait_until_it_answers(&pool, &options, Duration::from_secs(config.connect_wait_secs)).await?;
    Ok(pool)
}

/// Whether a connection lives; an error if it does not, since then it is not even said goodbye to.
async fn answers(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    timeout(DEAD_AFTER, connection.ping()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|()| true)
}

async fn wait_until_it_answers(pool: &PgPool, options: &PgConnectOptions, wait_max: Duration) -> Result<(), PoolError> {
    let begun = Instant::now();
    let mut wait = RETRY_WAITS.0;
    loop {
        // Not by way of the pool, which hides what went wrong behind its own timeout.
        let Err(cause) = answer(options).await else { break };
        let place = place(options);
        if !may_pass(&cause) {
            return Err(PoolError::Refused { place, cause });
        }
        if begun.elapsed() + wait > wait_max {
            return Err(PoolError::Away { place, waited_secs: wait_max.as_secs(), cause });
        }
        tracing::info!(place, cause = chain(&cause), "waiting for Postgres");
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(RETRY_WAITS.1);
    }
    // The first request should not be the one to find out about the pool's own limits.
    pool.acquire().await.map(drop).map_err(|cause| PoolError::Refused { place: place(options), cause })
}

async fn answer(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let attempt = async { options.connect().await?.close().await };
    timeout(Work::REQUESTS.acquire, attempt).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Whether waiting can help: not against a wrong password, a missing database, an unknown role, or a certificate that
/// nobody trusted vouches for.
fn may_pass(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            // Starting up or shutting down, and too many connections.
            code.starts_with("57P") || code.starts_with("53")
        }),
        sqlx::Error::Io(error) => error.kind() != ErrorKind::InvalidData,
        sqlx::Error::PoolTimedOut => true,
        _ => false,
    }
}

fn place(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or_default();
    match options.get_socket() {
        Some(socket) => format!("{}/{database}", socket.display()),
        None => format!("{}:{}/{database}", options.get_host(), options.get_port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> DatabaseConfig {
        let url = (!url.is_empty()).then(|| url.into());
        DatabaseConfig { url, connections_max: 1, connect_wait_secs: 0, require_durable: true }
    }

    #[tokio::test]
    async fn mistakes_are_told_without_the_password() {
        let told = async |url: &str| connect(&config(url), "test", "public").await.expect_err("refused").to_string();
        assert_eq!(told("").await, "database.url is not set");
        assert!(told("mysql//hush").await.starts_with("database.url is not an address"));
        // Port 1 is reserved, and nothing listens there.
        let away = told("postgres://user:hush@127.0.0.1:1/goals").await;
        assert!(away.starts_with("Postgres at 127.0.0.1:1/goals did not answer within 0 s"), "{away}");
        assert!(!away.contains("hush"));
    }
}
