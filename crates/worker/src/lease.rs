//! Who works on a shard: an advisory lock elects one process, and ends with its connection.
//!
//! The lock spares work, no more: what keeps effects single is the epoch in the checkpoint, which each new holder
//! raises. A holder that only believes it still holds the lock cannot move a checkpoint.

use domain::Shard;
use sqlx::{Connection, PgConnection, PgPool};

/// Held as long as its connection lives.
pub(crate) struct Lease {
    connection: PgConnection,
}

impl Lease {
    /// The lease on `shard` for the worker of this name, unless another process has it.
    pub async fn take(pool: &PgPool, worker: &str, shard: Shard) -> Result<Option<Self>, sqlx::Error> {
        let mut connection = pool.acquire().await?.detach();
        let key = key(worker, shard);
        let taken = sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "taken!""#, key)
            .fetch_one(&mut connection)
            .await?;
        if taken {
            return Ok(Some(Self { connection }));
        }
        connection.close().await?;
        Ok(None)
    }

    /// Whether the connection, and with it the lock, is still there.
    pub async fn holds(&mut self) -> bool {
        self.connection.ping().await.is_ok()
    }

    /// Lets another have it at once.
    pub async fn release(self) {
        // A connection that cannot even be closed has lost its lock already.
        drop(self.connection.close().await);
    }
}

/// One number for worker and shard. Two that collide would only wait for each other.
fn key(worker: &str, shard: Shard) -> i64 {
    let hash = blake3::hash(format!("momentum lease {worker} {shard}").as_bytes());
    let (first, _) = hash.as_bytes().split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
    i64::from_le_bytes(*first)
}
