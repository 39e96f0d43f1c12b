//! Postgres stopping at once, and transactions that stand in the way.

use std::time::Duration;

use rustix::process::Signal;
use sqlx::{Connection, PgConnection};
use tokio::time::{Instant, sleep};

use super::{Outcome, Scene};
use crate::chance::Chance;

/// The row that orders a shard's commands is held no longer than this at a time, in ms.
const SEQUENCER_HELD_MS: u64 = 2_000;

impl Scene {
    /// As `pg_ctl stop -m immediate`; whoever looks after Postgres starts it again.
    pub(super) async fn stop_postgres(&self) -> anyhow::Result<Outcome> {
        self.cluster.servers.signal_postgres(Signal::QUIT).await;
        Ok(Outcome::done())
    }

    /// One of three: a transaction in another database, a reader of tables that a rebuild wants, or somebody who keeps
    /// taking the very row that orders commands.
    pub(super) async fn hold_transactions(&self, lasts: Duration, mut chance: Chance) -> anyhow::Result<Outcome> {
        let held = match chance.below(3) {
            0 => self.hold_another_database(lasts).await,
            1 => self.hold_tables(lasts).await,
            _ => self.hold_sequencer(lasts, chance).await,
        };
        Ok(match held {
            // Nothing was held, and never is: what is named is not there, or may not be touched.
            Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| code.starts_with("42")) => {
                Outcome::Wrong(format!("nothing was held: {error}"))
            }
            // Another fault may have ended the session, and the transaction with it.
            Ok(()) | Err(_) => Outcome::done(),
        })
    }

    async fn hold_another_database(&self, lasts: Duration) -> sqlx::Result<()> {
        let mut connection = PgConnection::connect(&self.cluster.servers.other_database_url()).await?;
        let mut transaction = connection.begin_with("begin isolation level repeatable read").await?;
        // With an id of its own, it holds back the horizon of the whole server.
        sqlx::query("select pg_current_xact_id()").execute(&mut *transaction).await?;
        sleep(lasts).await;
        transaction.rollback().await
    }

    async fn hold_tables(&self, lasts: Duration) -> sqlx::Result<()> {
        let mut connection = PgConnection::connect(&self.cluster.servers.database_url(None)).await?;
        let mut transaction = connection.begin_with("begin isolation level repeatable read").await?;
        let lock = "lock table es.events, read.goals, read.daily_logs, analytics.daily_totals in access share mode";
        sqlx::query(lock).execute(&mut *transaction).await?;
        sqlx::query("select pg_current_xact_id(), count(*) from es.events").execute(&mut *transaction).await?;
        sleep(lasts).await;
        transaction.rollback().await
    }

    async fn hold_sequencer(&self, lasts: Duration, mut chance: Chance) -> sqlx::Result<()> {
        let mut connection = PgConnection::connect(&self.cluster.servers.database_url(None)).await?;
        let until = Instant::now() + lasts;
        while Instant::now() < until {
            let mut transaction = connection.begin().await?;
            let locked = sqlx::query("select from es.shard order by shard offset $1 limit 1 for update");
            locked.bind(i64::try_from(chance.below(4)).unwrap_or_default()).execute(&mut *transaction).await?;
            sleep(chance.millis(0, SEQUENCER_HELD_MS)).await;
            transaction.rollback().await?;
        }
        Ok(())
    }
}
