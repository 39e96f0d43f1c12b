//! Who works on a shard: an advisory lock elects one process, and ends with its connection.
//!
//! The lock spares work, no more: what keeps effects single is the epoch in the checkpoint, which each new holder
//! raises. A holder that only believes it still holds the lock cannot move a checkpoint.

use std::time::Duration;

use domain::Shard;
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use tokio::time::{sleep, timeout};

/// How often a lease is asked for that another process has.
const ASK_INTERVAL: Duration = Duration::from_millis(500);
/// How often the lease's connection is looked at.
const CHECK_INTERVAL: Duration = Duration::from_secs(2);
/// So long may Postgres take to answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(5);

/// Held as long as its connection lives, which is one beside those of the pool.
pub(crate) struct Lease {
    connection: PgConnection,
}

impl Lease {
    /// The lease on `shard` for the worker of this name, as soon as no other process has it.
    pub async fn wait(pool: &PgPool, worker: &str, shard: Shard) -> Result<Self, sqlx::Error> {
        let mut connection = within(pool.connect_options().connect()).await?;
        let key = key(worker, shard);
        // Asked for again and again: a session that waits for a lock holds a snapshot, and so holds up vacuum.
        while !within(is_given(&mut connection, key)).await? {
            sleep(ASK_INTERVAL).await;
        }
        Ok(Self { connection })
    }

    /// Returns when the connection is gone, and with it the lock.
    pub async fn lost(&mut self) {
        while within(self.connection.ping()).await.is_ok() {
            sleep(CHECK_INTERVAL).await;
        }
    }

    /// Lets another have it at once.
    pub async fn release(self) {
        // A connection that cannot even be closed has lost its lock, or will soon.
        drop(within(self.connection.close()).await);
    }
}

async fn is_given(connection: &mut PgConnection, key: i64) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "given!""#, key).fetch_one(connection).await
}

async fn within<T>(asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    timeout(ANSWER_WAIT_MAX, asked).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// One number for worker and shard. Two that collide would only wait for each other.
fn key(worker: &str, shard: Shard) -> i64 {
    let hash = blake3::hash(format!("momentum lease {worker} {shard}").as_bytes());
    let (first, _) = hash.as_bytes().split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
    i64::from_le_bytes(*first)
}
