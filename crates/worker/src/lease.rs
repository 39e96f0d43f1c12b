//! Who works on a shard: an advisory lock for each read model elects one process, and ends with its connection.
//!
//! The locks spare work, no more: what keeps effects single is the epoch in the checkpoint, which each new holder raises.
//! A holder that only believes it still holds the lock cannot move a checkpoint. There is one for each read model, so that
//! beside a version that runs, another can fill what only it knows.

use std::time::Duration;

use domain::Shard;
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use tokio::time::{sleep, timeout};

/// How often what another process has is asked for.
const ASK_INTERVAL: Duration = Duration::from_millis(500);
/// How often the lease's connection is looked at.
const CHECK_INTERVAL: Duration = Duration::from_secs(2);
/// So long may Postgres take to answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(5);

/// A holder that does not ask for so long stands still, as a process does that is paused: Postgres ends its session, and
/// others take over.
const HUNG_AFTER: &str = "set idle_session_timeout = '10s'";

/// Held as long as its connection lives, which is one beside those of the pool.
pub(crate) struct Lease {
    connection: PgConnection,
    /// Ours.
    held: Vec<&'static str>,
    /// Those of other processes, with the keys of their locks.
    missing: Vec<(&'static str, i64)>,
}

impl Lease {
    /// The lease on `shard` for those of `models` that no other process has, as soon as that is any of them.
    pub async fn wait(
        pool: &PgPool,
        worker: &str,
        shard: Shard,
        models: impl Iterator<Item = &'static str>,
    ) -> Result<Self, sqlx::Error> {
        let mut connection = within(pool.connect_options().connect()).await?;
        within(sqlx::query(HUNG_AFTER).execute(&mut connection)).await?;
        let missing = models.map(|model| (model, key(worker, shard, model))).collect();
        let mut lease = Self { connection, held: vec![], missing };
        // Who is not the first at the first leaves the others to whoever is, for as long as that one needs.
        if !lease.take(1).await? {
            sleep(ASK_INTERVAL).await;
        }
        // Asked for again and again: a session that waits for a lock holds a snapshot, and so holds up vacuum.
        while !lease.take(usize::MAX).await? && lease.held.is_empty() {
            sleep(ASK_INTERVAL).await;
        }
        Ok(lease)
    }

    /// The read models it is for.
    pub fn held(&self) -> &[&'static str] {
        &self.held
    }

    /// Returns when it is for more read models than before, or fails when the connection is gone, and the locks with it.
    pub async fn changed(&mut self) -> Result<(), sqlx::Error> {
        loop {
            if self.take(usize::MAX).await? {
                return Ok(());
            }
            sleep(if self.missing.is_empty() { CHECK_INTERVAL } else { ASK_INTERVAL }).await;
        }
    }

    /// Lets another have it at once.
    pub async fn release(self) {
        // A connection that cannot even be closed has lost its locks, or will soon.
        drop(within(self.connection.close()).await);
    }

    /// Asks for the first of what is missing, so many, and tells whether it got any.
    async fn take(&mut self, first: usize) -> Result<bool, sqlx::Error> {
        if self.missing.is_empty() {
            within(self.connection.ping()).await?;
            return Ok(false);
        }
        let keys: Vec<i64> = self.missing.iter().take(first).map(|(_, key)| *key).collect();
        let given = within(given(&mut self.connection, &keys)).await?;
        let (ours, missing): (Vec<_>, Vec<_>) = self.missing.iter().partition(|(_, key)| given.contains(key));
        self.missing = missing;
        self.held.extend(ours.iter().map(|(model, _)| *model));
        Ok(!ours.is_empty())
    }
}

/// Those of the locks that no other session has.
async fn given(connection: &mut PgConnection, keys: &[i64]) -> Result<Vec<i64>, sqlx::Error> {
    let given = sqlx::query_scalar!(
        r#"select key as "key!" from unnest($1::bigint[]) as key where pg_try_advisory_lock(key)"#,
        keys
    );
    given.fetch_all(connection).await
}

async fn within<T>(asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    timeout(ANSWER_WAIT_MAX, asked).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// One number for worker, shard and read model. Two that collide would only wait for each other.
fn key(worker: &str, shard: Shard, model: &str) -> i64 {
    let hash = blake3::hash(format!("momentum lease {worker} {shard} {model}").as_bytes());
    let (first, _) = hash.as_bytes().split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
    i64::from_le_bytes(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_stands_still_loses_it_to_another() {
        let database = testkit::database().await;
        let wait = || Lease::wait(database.pool(), "worker", Shard(0), ["plain"].into_iter());
        let mut stuck = wait().await.expect("a lease");
        // Nobody asks by it any more, as where its process is paused; its connection stays open.
        let other = timeout(Duration::from_secs(60), wait()).await.expect("in time").expect("a lease");
        assert_eq!(other.held(), ["plain"]);
        assert!(stuck.changed().await.is_err(), "and learns of it");
    }
}
