//! Which relay carries which shard: whoever holds the shard's advisory lock in Postgres.
//!
//! The lock belongs to a session, so it is free as soon as its holder is gone. A holder whose session died unnoticed may
//! relay beside its successor for a while, which does no harm.

use std::{collections::BTreeSet, convert::Infallible, future::pending, time::Duration};

use domain::Shard;
use sqlx::{ConnectOptions, PgPool};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// Tells this use of advisory locks from others in the database: "mbus".
const LOCK_CLASS: i32 = 0x6d62_7573;
/// How often a relay asks for the shards it does not have, and finds out whether its session lives.
const INTERVAL: Duration = Duration::from_millis(250);
/// So long may Postgres take to answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(5);

/// A holder that does not ask for so long stands still, as a process does that is paused: Postgres ends its session, and
/// others take over.
const HUNG_AFTER: &str = "set idle_session_timeout = '10s'";

/// How the relays agree on who carries a shard.
#[derive(Clone, Debug)]
pub enum Election {
    /// By locks in the database of the log. Takes one connection beside those of the pool.
    ByLock(PgPool),
    /// Not at all: this one carries every shard. Two that do so get in each other's way, and do no other harm.
    Uncontested,
}

impl Election {
    /// Tells which shards are ours, as that changes.
    pub(crate) async fn hold(self, shards: BTreeSet<Shard>, elected: watch::Sender<BTreeSet<Shard>>) {
        let pool = match self {
            Self::ByLock(pool) => pool,
            Self::Uncontested => {
                elected.send_replace(shards);
                return pending().await;
            }
        };
        loop {
            let Err(error) = stand(&pool, &shards, &elected).await;
            tracing::warn!(error = &error as &dyn std::error::Error, "no election of relays");
            elected.send_replace(BTreeSet::new());
            sleep(INTERVAL).await;
        }
    }
}

/// Asks for locks, in a session of its own, until that ends.
async fn stand(
    pool: &PgPool,
    shards: &BTreeSet<Shard>,
    elected: &watch::Sender<BTreeSet<Shard>>,
) -> Result<Infallible, sqlx::Error> {
    let mut connection = within(pool.connect_options().connect()).await?;
    within(sqlx::query(HUNG_AFTER).execute(&mut connection)).await?;
    let mut held = BTreeSet::new();
    loop {
        // Nothing to ask for any more is a question all the same: whether the session lives.
        let wanted: Vec<i32> = shards.difference(&held).map(|shard| i32::from(shard.0)).collect();
        let query = sqlx::query_scalar!(
            r#"select shard::smallint as "shard!" from unnest($1::integer[]) as shard
               where pg_try_advisory_lock($2, shard)"#,
            &wanted,
            LOCK_CLASS,
        );
        let won = within(query.fetch_all(&mut connection)).await?;
        if !won.is_empty() {
            held.extend(won.into_iter().map(Shard));
            elected.send_replace(held.clone());
        }
        sleep(INTERVAL).await;
    }
}

async fn within<T>(asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    timeout(ANSWER_WAIT_MAX, asked).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}
