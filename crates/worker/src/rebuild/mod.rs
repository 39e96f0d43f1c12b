//! Making read models again from the log, beside the living tables, and moving them in.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use domain::Shard;
use event_store::{Log, PAGE_EVENTS_MAX, StoreError};
use futures::future::try_join_all;
use serde::Serialize;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use tokio::time::sleep;

use crate::{
    AnyReadModel, Digest, Schema,
    batch::{Group, Intake},
    checkpoint::{NotMoved, take_over},
    digest::digest,
    follow::CatchUpError,
};

/// Readers of the living tables are kept waiting at most so long for the swap.
const SWAP_LOCK_TIMEOUT: Duration = Duration::from_millis(100);
/// The pause before the swap is tried again, when readers held on to the living tables.
const SWAP_PAUSE: Duration = Duration::from_millis(250);
/// So often is the swap tried.
const SWAP_ATTEMPTS_MAX: u32 = 120;
/// Postgres' code for a lock not given in time.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Up to where each read model is filled, in each shard.
type Targets = BTreeMap<Shard, BTreeMap<String, i64>>;

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
    /// The hold on the new tables was lost: only another rebuild does that.
    #[error("the rebuild was overtaken by another")]
    Overtaken,
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Rebuild {
    /// Fills new tables, brings them level with the living ones, and moves them in. `progress` is told how many events
    /// each read model has taken in, of how many.
    pub async fn run(&self, progress: impl Fn(u64, u64) + Sync) -> Result<(), RebuildError> {
        let lock = self.lock().await?;
        self.prepare().await?;
        let mut groups = self.fill(&self.heads().await?, &progress).await?;
        let mut attempts = 0;
        while let Err(error) = self.swap(&mut groups).await {
            attempts += 1;
            if !is_lock_timeout(&error) {
                return Err(error);
            }
            if attempts == SWAP_ATTEMPTS_MAX {
                return Err(RebuildError::InUse);
            }
            sleep(SWAP_PAUSE).await;
        }
        self.drop_next().await?;
        drop(lock);
        Ok(())
    }

    /// Fills new tables up to where the living ones stand, compares the digests, and throws the new ones away.
    pub async fn compare(&self, progress: impl Fn(u64, u64) + Sync) -> Result<Vec<Rebuilt>, RebuildError> {
        let lock = self.lock().await?;
        self.prepare().await?;
        let mut snapshot = self.living.begin_with("begin isolation level repeatable read").await?;
        let targets = self.positions(&mut snapshot).await?;
        let mut living = BTreeMap::new();
        for model in &self.models {
            living.insert(model.name(), digest(&mut snapshot, model.tables()).await?);
        }
        snapshot.rollback().await?;
        self.fill(&targets, &progress).await?;
        let mut compared = vec![];
        let mut next = self.next.acquire().await?;
        for model in &self.models {
            let (rebuilt, rows) = digest(&mut next, model.tables()).await?;
            let Some((living, _)) = living.get(model.name()).copied() else { continue };
            compared.push(Rebuilt { model: model.name(), living, rebuilt, rows });
        }
        drop(next);
        self.drop_next().await?;
        drop(lock);
        Ok(compared)
    }

    /// One rebuild a schema at a time; the lock ends with the connection it returns.
    async fn lock(&self) -> Result<PgConnection, RebuildError> {
        let mut connection = self.living.acquire().await?.detach();
        let free = sqlx::query_scalar!(
            r#"select pg_try_advisory_lock(hashtextextended('momentum rebuild ' || $1, 0)) as "free!""#,
            self.schema.living,
        )
        .fetch_one(&mut connection)
        .await?;
        if free { Ok(connection) } else { Err(RebuildError::Busy(self.schema.living)) }
    }

    /// Makes empty tables like the living ones. Names are the program's own.
    async fn prepare(&self) -> Result<(), RebuildError> {
        let Schema { living, next } = self.schema;
        let mut connection = self.living.acquire().await?;
        self.drop_next().await?;
        let mut statements = vec![format!("create schema {next}")];
        let tables = self.models.iter().flat_map(|model| model.tables()).copied();
        for table in tables.chain(["checkpoint", "parked"]) {
            statements.push(format!("create table {next}.{table} (like {living}.{table} including all)"));
            let options = sqlx::query_scalar!(
                "select array_to_string(reloptions, ', ') from pg_class where oid = to_regclass($1)",
                format!("{living}.{table}"),
            )
            .fetch_one(&mut *connection)
            .await?;
            statements.extend(options.map(|options| format!("alter table {next}.{table} set ({options})")));
        }
        for statement in statements {
            sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await?;
        }
        Ok(())
    }

    async fn drop_next(&self) -> Result<(), sqlx::Error> {
        let statement = format!("drop schema if exists {} cascade", self.schema.next);
        sqlx::query(AssertSqlSafe(statement)).execute(&self.living).await.map(drop)
    }

    async fn heads(&self) -> Result<Targets, RebuildError> {
        let mut heads = BTreeMap::new();
        for shard in self.log.shards() {
            let head = self.log.head(shard).await?.number;
            heads.insert(shard, self.models.iter().map(|model| (model.name().to_owned(), head)).collect());
        }
        Ok(heads)
    }

    /// Where the living read models stand, as this connection sees them.
    async fn positions(&self, connection: &mut PgConnection) -> Result<Targets, sqlx::Error> {
        let mut positions: Targets = self.log.shards().map(|shard| (shard, BTreeMap::new())).collect();
        let rows = sqlx::query!("select model, shard, position from checkpoint").fetch_all(connection).await?;
        for row in rows {
            positions.entry(Shard(row.shard)).or_default().insert(row.model, row.position);
        }
        Ok(positions)
    }

    /// Fills the new tables, each read model up to its own target, all shards side by side.
    async fn fill(
        &self,
        targets: &Targets,
        progress: &(impl Fn(u64, u64) + Sync),
    ) -> Result<Vec<Group>, RebuildError> {
        let mut groups = vec![];
        for (shard, targets) in targets {
            groups.extend(self.start(*shard, targets).await?);
        }
        let all: u64 = groups.iter().map(|(target, _)| target.unsigned_abs()).sum();
        let done = AtomicU64::new(0);
        let filled = groups.into_iter().map(async |(target, mut group)| {
            while group.position < target {
                let before = group.position;
                group.catch_up(&self.log, target.min(before + PAGE_EVENTS_MAX)).await?;
                let events = (group.position - before).unsigned_abs();
                progress(done.fetch_add(events, Relaxed) + events, all);
            }
            Ok::<_, RebuildError>(group)
        });
        try_join_all(filled).await
    }

    /// Begins in a shard of the new tables, with a group for the read models that share a target.
    async fn start(&self, shard: Shard, targets: &BTreeMap<String, i64>) -> Result<Vec<(i64, Group)>, RebuildError> {
        let names: Vec<String> = self.models.iter().map(|model| model.name().to_owned()).collect();
        let mut groups: BTreeMap<i64, Group> = BTreeMap::new();
        for held in take_over(&self.next, &names, shard).await? {
            let Some(model) = self.models.iter().find(|model| model.name() == held.model) else { continue };
            let target = targets.get(&held.model).copied().unwrap_or(0);
            let position = held.position;
            let intake = Intake::load(&self.next, model.clone(), shard, held).await?;
            let new = || Group { pool: self.next.clone(), shard, position, intakes: vec![] };
            groups.entry(target).or_insert_with(new).intakes.push(intake);
        }
        Ok(groups.into_iter().collect())
    }

    /// Holds the living checkpoints, brings the new tables level, and puts them in the place of the living ones.
    async fn swap(&self, groups: &mut [Group]) -> Result<(), RebuildError> {
        let Schema { living, next } = self.schema;
        for group in groups.iter_mut() {
            let head = self.log.head(group.shard).await?.number;
            group.catch_up(&self.log, head).await?;
        }
        let mut transaction = self.living.begin().await?;
        let timeout = format!("set local lock_timeout = {}", SWAP_LOCK_TIMEOUT.as_millis());
        sqlx::query(AssertSqlSafe(timeout)).execute(&mut *transaction).await?;
        let names: Vec<String> = self.models.iter().map(|model| model.name().to_owned()).collect();
        let held = sqlx::query!(
            "select model, shard, position from checkpoint where model = any($1) order by model, shard for update",
            &names,
        )
        .fetch_all(&mut *transaction)
        .await?;
        for row in held {
            let own = |group: &&mut Group| {
                group.shard.0 == row.shard && group.intakes.iter().any(|intake| intake.held.model == row.model)
            };
            if let Some(group) = groups.iter_mut().find(own) {
                group.catch_up(&self.log, row.position).await?;
            }
        }
        for table in self.models.iter().flat_map(|model| model.tables()) {
            for statement in
                [format!("drop table {living}.{table}"), format!("alter table {next}.{table} set schema {living}")]
            {
                sqlx::query(AssertSqlSafe(statement)).execute(&mut *transaction).await?;
            }
        }
        for statement in [
            format!("delete from {living}.parked where model = any($1)"),
            format!("insert into {living}.parked select * from {next}.parked where model = any($1)"),
            format!(
                "insert into {living}.checkpoint as held select * from {next}.checkpoint where model = any($1)
                 on conflict (model, shard) do update set position = excluded.position, epoch = held.epoch + 1"
            ),
        ] {
            sqlx::query(AssertSqlSafe(statement)).bind(&names).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

impl From<CatchUpError> for RebuildError {
    fn from(error: CatchUpError) -> Self {
        match error {
            CatchUpError::Store(error) => Self::Store(error),
            CatchUpError::NotMoved(NotMoved::Fenced(_)) => Self::Overtaken,
            CatchUpError::NotMoved(NotMoved::Database(error)) => Self::Database(error),
        }
    }
}

fn is_lock_timeout(error: &RebuildError) -> bool {
    let RebuildError::Database(sqlx::Error::Database(error)) = error else { return false };
    error.code().as_deref() == Some(LOCK_NOT_AVAILABLE)
}
