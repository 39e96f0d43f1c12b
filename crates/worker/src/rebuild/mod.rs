//! Making read models again from the log, beside the living tables, and moving them in.

mod begun;
mod fill;
mod tables;

use std::{collections::BTreeMap, error::Error, sync::Arc, time::Duration};

use domain::{Position, Shard};
use event_store::{Log, StoreError};
use futures::future::try_join_all;
use serde::Serialize;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::time::sleep;

use self::{
    begun::{Begun, Recipe},
    fill::{Part, Targets, fill, follow},
};
use crate::{AnyReadModel, Checkpoint, Digest, NotCaughtUp, Schema, batch::Group, digest::digest};

/// Readers of the living tables are kept waiting at most so long for the swap.
const READERS_WAIT_MAX: Duration = Duration::from_millis(100);
/// So long the swap waits for workers to end their batch, and for vacuum to give way. Readers do not notice.
const WORKERS_WAIT_MAX: Duration = Duration::from_secs(10);
/// So long may it take to bring the new tables level while the workers wait.
const LEVELLING_WAIT_MAX: Duration = Duration::from_secs(120);
/// So long is waited for who still fills tables that are to be dropped, to end with the statement that they are at.
const FILLING_WAIT_MAX: Duration = Duration::from_secs(30);
/// The pause before the swap is tried again, when readers held on to the living tables.
const SWAP_PAUSE: Duration = Duration::from_millis(250);
/// With so much memory is an index made, whose entries are sorted; that of Postgres' default is soon used up.
const INDEX_MEMORY_MB: u32 = 256;
/// So often is the swap tried.
const SWAP_ATTEMPTS_MAX: u32 = 120;
/// Postgres' codes for a lock not given in time, and a statement not done in time.
const NOT_IN_TIME: [&str; 2] = ["55P03", "57014"];

/// Rebuilds read models of one schema.
pub struct Rebuild {
    /// The read models.
    pub models: Vec<Arc<dyn AnyReadModel>>,
    /// Where they live.
    pub schema: Schema,
    /// Sees the living tables by unqualified names.
    pub living: PgPool,
    /// Sees the tables being rebuilt by unqualified names.
    pub next: PgPool,
    /// What they are made from.
    pub log: Log,
}

/// A read model that was made again.
#[derive(Clone, Debug, Serialize)]
pub struct Rebuilt {
    /// Its name.
    pub model: &'static str,
    /// The digest of the living tables.
    pub living: Digest,
    /// The digest of the tables made again, at the same positions.
    pub rebuilt: Digest,
    /// How many rows it has.
    pub rows: u64,
}

/// Why a rebuild did not come about. The living tables are as they were.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// Another rebuild of the same schema runs.
    #[error("another rebuild of {0} runs; wait for it to end")]
    Busy(&'static str),
    /// Readers never let go of the living tables.
    #[error("the living tables were in use at each of {SWAP_ATTEMPTS_MAX} tries to move the new ones in")]
    InUse,
    /// The living tables were altered while new ones were filled: these are as those were.
    #[error("a migration has altered the tables of {0} meanwhile; run the rebuild again")]
    Changed(&'static str),
    /// The hold on the new tables was lost: only another rebuild does that.
    #[error("the rebuild was overtaken by another in shard {0}")]
    Overtaken(Shard),
    /// The log has a hole.
    #[error("the event after {0} is missing in the log")]
    Hole(Position),
    /// The read models that live have come further than the log goes: it was restored, and they were not.
    #[error("the log ends before {0}: the read models are of another history")]
    Ahead(Position),
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Rebuild {
    /// Fills new tables, brings them level with the living ones, and moves them in; all of them from one reading of the
    /// log. `progress` is told how many events have been taken in, of how many. What another run of the same program was
    /// killed over is gone on with.
    pub async fn run(together: &[Self], progress: impl Fn(u64, u64) + Sync) -> Result<(), RebuildError> {
        let mut sessions = Self::lock_all(together).await?;
        let moved_in = Self::fill_and_swap(together, &mut sessions, &progress).await;
        Self::clean_up_all(together, sessions).await;
        moved_in
    }

    /// Fills new tables up to where the living ones stand, compares the digests, and throws the new ones away.
    pub async fn compare(together: &[Self], progress: impl Fn(u64, u64) + Sync) -> Result<Vec<Rebuilt>, RebuildError> {
        let mut sessions = Self::lock_all(together).await?;
        let compared = Self::fill_and_compare(together, &mut sessions, &progress).await;
        Self::clean_up_all(together, sessions).await;
        compared
    }

    async fn fill_and_swap(
        together: &[Self],
        sessions: &mut [PgConnection],
        progress: &(impl Fn(u64, u64) + Sync),
    ) -> Result<(), RebuildError> {
        let (mut parts, mut begun) = (vec![], vec![]);
        for (rebuild, session) in together.iter().zip(&mut *sessions) {
            let tables: Vec<&str> = rebuild.tables().collect();
            let recipe = Recipe::now(session, rebuild.schema, &tables).await?;
            let left = Begun::left(session, rebuild.schema).await?;
            begun.push(match left.filter(|left| left.recipe == recipe) {
                Some(left) => left,
                None => rebuild.begin(session, recipe).await?,
            });
            let targets = Targets::heads(&rebuild.log, &rebuild.models).await?;
            parts.push(rebuild.part(targets));
        }
        let Some(log) = together.first().map(|first| &first.log) else { return Ok(()) };
        let groups = fill(&parts, log, progress).await?;
        let recipes: Vec<Recipe> = begun.iter().map(|begun| begun.recipe.clone()).collect();
        let finishing = together.iter().zip(&mut *sessions).zip(begun);
        try_join_all(finishing.map(async |((rebuild, session), begun)| rebuild.finish(session, begun).await)).await?;
        // Soon after each other: who is killed in between begins with the first anew.
        for (((rebuild, session), mut groups), recipe) in together.iter().zip(sessions).zip(groups).zip(recipes) {
            rebuild.move_in(session, &mut groups, &recipe).await?;
        }
        Ok(())
    }

    /// Does what was put off until the tables are filled.
    async fn finish(&self, session: &mut PgConnection, begun: Begun) -> Result<(), sqlx::Error> {
        tables::run(session, format!("set maintenance_work_mem = '{INDEX_MEMORY_MB}MB'")).await?;
        // As what fills the tables, none of it waits for the disk by itself: the swap does, for all that was before.
        tables::run(session, "set synchronous_commit = off".to_owned()).await?;
        begun.finish(session, self.schema).await?;
        tables::run(session, "reset synchronous_commit".to_owned()).await
    }

    async fn move_in(
        &self,
        session: &mut PgConnection,
        groups: &mut [Group],
        recipe: &Recipe,
    ) -> Result<(), RebuildError> {
        for _ in 0..SWAP_ATTEMPTS_MAX {
            match self.swap(session, groups, recipe).await {
                Err(error) if is_not_in_time(&error) => sleep(SWAP_PAUSE).await,
                swapped => return swapped,
            }
        }
        Err(RebuildError::InUse)
    }

    async fn fill_and_compare(
        together: &[Self],
        sessions: &mut [PgConnection],
        progress: &(impl Fn(u64, u64) + Sync),
    ) -> Result<Vec<Rebuilt>, RebuildError> {
        let (mut parts, mut living) = (vec![], BTreeMap::new());
        for (rebuild, session) in together.iter().zip(sessions) {
            rebuild.prepare(session).await?;
            let mut snapshot = session.begin_with("begin isolation level repeatable read").await?;
            parts.push(rebuild.part(Targets::at(Checkpoint::all(&mut *snapshot).await?)));
            for model in &rebuild.models {
                living.insert(model.name(), digest(&mut snapshot, model.tables()).await?);
            }
            snapshot.rollback().await?;
        }
        let Some(log) = together.first().map(|first| &first.log) else { return Ok(vec![]) };
        fill(&parts, log, progress).await?;
        let mut compared = vec![];
        for rebuild in together {
            let mut next = rebuild.next.acquire().await?;
            for model in &rebuild.models {
                let (rebuilt, rows) = digest(&mut next, model.tables()).await?;
                let Some((living, _)) = living.get(model.name()).copied() else { continue };
                compared.push(Rebuilt { model: model.name(), living, rebuilt, rows });
            }
        }
        Ok(compared)
    }

    const fn part(&self, targets: Targets) -> Part<'_> {
        Part { next: &self.next, models: self.models.as_slice(), targets }
    }

    async fn lock_all(together: &[Self]) -> Result<Vec<PgConnection>, RebuildError> {
        let mut sessions = vec![];
        for rebuild in together {
            sessions.push(rebuild.lock().await?);
        }
        Ok(sessions)
    }

    async fn clean_up_all(together: &[Self], sessions: Vec<PgConnection>) {
        for (rebuild, session) in together.iter().zip(sessions) {
            rebuild.clean_up(session).await;
        }
    }

    /// One rebuild a schema at a time: the session that this returns holds a lock. The new tables are moved in by this
    /// session, so that a rebuild which has lost the lock cannot move in what another is filling.
    async fn lock(&self) -> Result<PgConnection, RebuildError> {
        let mut session = self.living.acquire().await?.detach();
        let free = sqlx::query_scalar!(
            r#"select pg_try_advisory_lock(hashtextextended('momentum rebuild ' || $1, 0)) as "free!""#,
            self.schema.living,
        )
        .fetch_one(&mut session)
        .await?;
        if free { Ok(session) } else { Err(RebuildError::Busy(self.schema.living)) }
    }

    /// Makes empty tables, and notes that they are there to be filled.
    async fn begin(&self, session: &mut PgConnection, recipe: Recipe) -> Result<Begun, sqlx::Error> {
        let put_off = self.prepare(session).await?;
        // Without it, queries would be planned as if the tables were empty.
        let analyze = self.tables().map(|table| format!("analyze {}.{table}", self.schema.next));
        let begun = Begun { recipe, finish: analyze.chain(put_off).collect() };
        begun.note(session, self.schema).await?;
        Ok(begun)
    }

    /// Makes empty tables like the living ones, and answers with the statements that give them what they still lack.
    async fn prepare(&self, session: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
        // What a killed rebuild left, and nobody goes on with.
        self.drop_next(session).await?;
        tables::run(session, format!("create schema {}", self.schema.next)).await?;
        for table in self.tables().chain(["checkpoint", "parked"]) {
            tables::create(session, self.schema, table).await?;
        }
        let mut put_off = vec![];
        for table in self.tables() {
            put_off.extend(tables::put_off(session, self.schema, table).await?);
        }
        Ok(put_off)
    }

    /// Drops what is filled. A rebuild that was given up or killed may still have a statement under way.
    async fn drop_next(&self, session: &mut PgConnection) -> Result<(), sqlx::Error> {
        let next = self.schema.next;
        let mut transaction = session.begin().await?;
        limit(&mut transaction, "lock_timeout", FILLING_WAIT_MAX).await?;
        let checkpoint = format!("{next}.checkpoint");
        let is_there = sqlx::query_scalar!(r#"select to_regclass($1) is not null as "is_there!""#, checkpoint);
        if is_there.fetch_one(&mut *transaction).await? {
            // Who fills tables has moved a checkpoint before, so this waits for them with nothing in its hands that they
            // could still want. To drop table by table, each could come to wait for the other.
            tables::run(&mut transaction, format!("lock table {checkpoint} in access exclusive mode")).await?;
        }
        tables::run(&mut transaction, format!("drop schema if exists {next} cascade")).await?;
        transaction.commit().await
    }

    /// Gives the room back, also after a failure, which may have been that there was none left, and lets another rebuild
    /// begin at once: a session that is only dropped holds its lock until Postgres has noticed.
    async fn clean_up(&self, mut session: PgConnection) {
        let schema = self.schema.next;
        if let Err(error) = self.drop_next(&mut session).await {
            tracing::warn!(error = &error as &dyn Error, schema, "left behind until the next rebuild");
        }
        if let Err(error) = tables::run(&mut session, "select pg_advisory_unlock_all()".to_owned()).await {
            tracing::warn!(error = &error as &dyn Error, schema, "held until its session has ended");
        }
    }

    fn tables(&self) -> impl Iterator<Item = &'static str> {
        self.models.iter().flat_map(|model| model.tables()).copied()
    }

    /// Has the workers wait, brings the new tables level, and puts them in the place of the living ones.
    async fn swap(
        &self,
        session: &mut PgConnection,
        groups: &mut [Group],
        recipe: &Recipe,
    ) -> Result<(), RebuildError> {
        // Little is left to be done then while the workers wait.
        follow(groups, &self.log, &Targets::heads(&self.log, &self.models).await?).await?;
        let Schema { living, next } = self.schema;
        let named =
            |schema: &str| self.tables().map(|table| format!("{schema}.{table}")).collect::<Vec<_>>().join(", ");
        let tables = named(living);
        let mut transaction = session.begin().await?;
        limit(&mut transaction, "lock_timeout", WORKERS_WAIT_MAX).await?;
        // It does nothing while other sessions bring the new tables level.
        limit(&mut transaction, "idle_in_transaction_session_timeout", LEVELLING_WAIT_MAX).await?;
        // A vacuum at work, on the new tables too, gives way to one who waits for this lock for a second, and none begins
        // while it is held.
        let lock = format!("lock table {tables}, {} in share update exclusive mode", named(next));
        tables::run(&mut transaction, lock).await?;
        // Nobody alters them from here on. What a migration did meanwhile would be undone for good.
        if !recipe.holds(&mut transaction, self.schema).await? {
            return Err(RebuildError::Changed(living));
        }
        // A worker moves its checkpoint before it touches a row, so it has none in its hands when it waits here.
        tables::run(&mut transaction, format!("lock table {living}.checkpoint in exclusive mode")).await?;
        let targets = Targets::at(Checkpoint::all(&mut *transaction).await?);
        follow(groups, &self.log, &targets).await?;
        // All of them together within the time that readers may be kept waiting.
        limit(&mut transaction, "statement_timeout", READERS_WAIT_MAX).await?;
        tables::run(&mut transaction, format!("lock table {tables} in access exclusive mode")).await?;
        limit(&mut transaction, "statement_timeout", WORKERS_WAIT_MAX).await?;
        limit(&mut transaction, "lock_timeout", READERS_WAIT_MAX).await?;
        for table in self.tables() {
            tables::replace(&mut transaction, self.schema, table).await?;
        }
        let names: Vec<String> = self.models.iter().map(|model| model.name().to_owned()).collect();
        for statement in [
            format!("delete from {living}.parked where model = any($1)"),
            format!("insert into {living}.parked select * from {next}.parked where model = any($1)"),
            format!(
                "insert into {living}.checkpoint as held select * from {next}.checkpoint where model = any($1)
                 on conflict (model, shard) do update set position = excluded.position, epoch = held.epoch + 1"
            ),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement)).bind(&names).execute(&mut *transaction).await?;
        }
        // There is nothing left in it to go on with.
        Begun::forget(&mut transaction, self.schema).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Limits what may take long in this transaction from now on.
async fn limit(transaction: &mut PgConnection, setting: &str, limit: Duration) -> Result<(), sqlx::Error> {
    tables::run(transaction, format!("set local {setting} = {}", limit.as_millis())).await
}

fn is_not_in_time(error: &RebuildError) -> bool {
    let RebuildError::Database(sqlx::Error::Database(error)) = error else { return false };
    error.code().is_some_and(|code| NOT_IN_TIME.contains(&&*code))
}

impl From<NotCaughtUp> for RebuildError {
    fn from(error: NotCaughtUp) -> Self {
        match error {
            NotCaughtUp::Fenced(shard) => Self::Overtaken(shard),
            NotCaughtUp::Hole(position) | NotCaughtUp::NotLogged(position) => Self::Hole(position),
            NotCaughtUp::Ahead(position) => Self::Ahead(position),
            NotCaughtUp::Store(error) => Self::Store(error),
            NotCaughtUp::Database(error) => Self::Database(error),
        }
    }
}
