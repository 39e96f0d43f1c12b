//! The worker itself: follows every shard it can get a lease on, and keeps its read models up with the log.

use std::{
    collections::{BTreeMap, HashSet},
    convert::Infallible,
    error::Error,
    future::pending,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{Position, Shard, WorkspaceId};
use event_bus::{Bus, Subscription, SubscriptionError};
use event_store::{Log, StoreError};
use futures::{StreamExt, stream::FuturesUnordered};
use runtime::Progress;
use sqlx::PgPool;
use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinSet},
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::{
    AnyReadModel, Parked,
    batch::{AtOnce, Group, Intake, in_time},
    checkpoint::NotMoved,
    lease::Lease,
    together::{Together, together},
    unpark::unpark,
};

/// The pause after a failure.
const FAILURE_PAUSE: Duration = Duration::from_millis(200);
/// So many at once take up what was parked: each holds a connection while it waits for another, and there may be as many
/// shards as connections.
static UNPARK_AT_ONCE: Semaphore = Semaphore::const_new(1);
/// What was parked is taken up for so long at a time, with a pause in which all else is followed.
const TAKE_UP_MAX: Duration = Duration::from_millis(500);
const TAKE_UP_PAUSE: Duration = Duration::from_secs(2);
/// A read model that is at most so far behind the others is brought level before they go on together.
const LEVEL_EVENTS_MAX: i64 = 10_000;

/// Keeps read models up with the log.
#[derive(Clone)]
pub struct Worker {
    /// Its name in leases.
    pub name: &'static str,
    /// What it keeps.
    pub models: Vec<Arc<dyn AnyReadModel>>,
    /// Its tables.
    pub pool: PgPool,
    /// What it follows.
    pub log: Log,
    /// The quick way to new events.
    pub bus: Arc<Bus>,
    /// Where it tells how far they have come.
    pub progress: Progress,
}

/// Why a worker stopped following a shard. It begins again where the checkpoints stand.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Interrupted {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    NotCaughtUp(#[from] NotCaughtUp),
    #[error(transparent)]
    Subscription(#[from] SubscriptionError),
    #[error("the lease's connection is lost")]
    LeaseLost,
    #[error("nobody takes in what shards bring")]
    Unattended,
    #[error("what brings a read model level died")]
    Died(#[from] JoinError),
}

/// Why read models were not brought up to a position. They stand where they came to.
#[derive(Debug, thiserror::Error)]
pub enum NotCaughtUp {
    /// Another process works on the shard now, or a rebuild has moved new tables in.
    #[error("the hold on shard {0} is lost")]
    Fenced(Shard),
    /// The log has a hole, and nothing is skipped.
    #[error("the event after {0} is missing in the log")]
    Hole(Position),
    /// What came is not in the log.
    #[error("the log does not have the event that came as {0}")]
    NotLogged(Position),
    /// The log does not go so far: it was restored, and the read models were not.
    #[error("the log ends before {0}: the read models are of another history")]
    Ahead(Position),
    /// The log cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Worker {
    /// Works until told to stop; what it is in the middle of is rolled back.
    pub async fn run(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let (mut tasks, (together, given)) = (JoinSet::new(), together());
            for shard in self.log.shards() {
                let (worker, together) = (self.clone(), together.clone());
                tasks.spawn(async move { worker.keep_at(shard, &together).await });
            }
            let progress = self.progress.clone();
            tasks.spawn(async move { given.take_in(progress).await });
            let worker = self.clone();
            tasks.spawn(async move { worker.measure().await });
            if let Some(Some(Err(error))) = shutdown.run_until_cancelled(tasks.join_next()).await {
                tracing::error!(error = &error as &dyn Error, worker = self.name, "a task of the worker died");
                shutdown.run_until_cancelled(sleep(FAILURE_PAUSE)).await;
            }
            tasks.shutdown().await;
        }
    }

    /// Takes in what the log holds up to `position`, and returns: the step that [`run`](Self::run) does on and on. Who
    /// else works on the shard is interrupted.
    pub async fn catch_up(&self, position: Position) -> Result<(), NotCaughtUp> {
        for (_, mut group) in self.groups(position.shard, &self.models).await? {
            group.catch_up(&self.log, position.number).await?;
        }
        Ok(())
    }

    async fn keep_at(&self, shard: Shard, together: &Together) {
        loop {
            let Err(error) = self.hold(shard, together).await;
            tracing::warn!(error = &error as &dyn Error, worker = self.name, %shard, "interrupted");
            sleep(FAILURE_PAUSE).await;
        }
    }

    /// Follows a shard for as long as the lease is held and nothing fails, with the read models that it is for.
    async fn hold(&self, shard: Shard, together: &Together) -> Result<Infallible, Interrupted> {
        let names = self.models.iter().map(|model| model.name());
        let mut lease = Lease::wait(&self.pool, self.name, shard, names).await?;
        let interrupted = loop {
            let is_held = |model: &&Arc<dyn AnyReadModel>| lease.held().contains(&model.name());
            let models: Vec<_> = self.models.iter().filter(is_held).cloned().collect();
            tokio::select! {
                followed = self.follow(shard, &models, together) => break followed,
                changed = lease.changed() => if changed.is_err() { break Err(Interrupted::LeaseLost) },
            }
        };
        lease.release().await;
        interrupted
    }

    /// Follows a shard with the read models that are furthest, while each that is far behind comes level by itself.
    async fn follow(
        &self,
        shard: Shard,
        models: &[Arc<dyn AnyReadModel>],
        together: &Together,
    ) -> Result<Infallible, Interrupted> {
        let mut failed = HashSet::new();
        loop {
            let is_more = self.take_up_again(shard, models, &mut failed).await?;
            let mut behind = in_time(self.groups(shard, models)).await?;
            let Some((position, mut furthest)) = behind.pop_last() else { return pending().await };
            for (_, mut near) in behind.split_off(&(position - LEVEL_EVENTS_MAX)) {
                near.catch_up(&self.log, position).await?;
                furthest.intakes.append(&mut near.intakes);
            }
            // Each in a task of its own: what takes in much has its task for itself.
            let come_level = |group| AbortOnDropHandle::new(tokio::spawn(self.clone().come_level(group)));
            let mut levelling: FuturesUnordered<_> = behind.into_values().map(come_level).collect();
            let (bus, log) = (self.bus.clone(), self.log.clone());
            let subscription = Subscription::open(bus, log, shard, furthest.position).await?;
            tokio::select! {
                followed = together.follow(furthest, subscription) => return followed,
                // All begin again, that one among the others.
                Some(level) = levelling.next() => level??,
                () = sleep(TAKE_UP_PAUSE), if is_more => {}
            }
        }
    }

    /// Takes up some of what another version of the program parked: this one may read what that one could not. Tells
    /// whether there is more.
    async fn take_up_again(
        &self,
        shard: Shard,
        models: &[Arc<dyn AnyReadModel>],
        failed: &mut HashSet<(&'static str, WorkspaceId)>,
    ) -> Result<bool, sqlx::Error> {
        let begun = Instant::now();
        for model in models {
            for workspace in in_time(Parked::by_other_versions(&self.pool, model.name(), shard)).await? {
                let (worker, model_name) = (self.name, model.name());
                if failed.contains(&(model_name, workspace)) {
                    continue;
                }
                if begun.elapsed() > TAKE_UP_MAX {
                    return Ok(true);
                }
                let _turn = UNPARK_AT_ONCE.acquire().await;
                match unpark(&self.pool, &self.log, &**model, workspace).await {
                    Ok(parked) => {
                        tracing::info!(worker, model = model_name, %workspace, still = parked.len(), "tried again what another version parked");
                    }
                    // The rest goes on; it stays parked as it was.
                    Err(error) => {
                        tracing::error!(error = &error as &dyn Error, worker, model = model_name, %workspace, "parked streams not taken up");
                        failed.insert((model_name, workspace));
                    }
                }
            }
        }
        Ok(false)
    }

    /// The read models by where they stand.
    async fn groups(
        &self,
        shard: Shard,
        models: &[Arc<dyn AnyReadModel>],
    ) -> Result<BTreeMap<i64, Group>, sqlx::Error> {
        let mut groups = BTreeMap::new();
        for intake in Intake::hold(&self.pool, models, shard).await? {
            let position = intake.held.position;
            let new = || Group { pool: self.pool.clone(), shard, position, intakes: vec![] };
            groups.entry(position).or_insert_with(new).intakes.push(intake);
        }
        Ok(groups)
    }

    /// Brings read models near to where the others must be by now.
    async fn come_level(self, mut group: Group) -> Result<(), Interrupted> {
        loop {
            let head = in_time(self.log.head(group.shard)).await.map_err(NotCaughtUp::from)?.number;
            if head - group.position <= LEVEL_EVENTS_MAX / 2 {
                return Ok(());
            }
            group.catch_up(&self.log, head).await?;
        }
    }
}

impl Group {
    /// Takes in what the log holds up to `target`, page by page.
    pub async fn catch_up(&mut self, log: &Log, target: i64) -> Result<(), NotCaughtUp> {
        let mut at_once = AtOnce::first();
        while self.position < target {
            let begun = Instant::now();
            let limit = (target - self.position).min(at_once.number().into());
            let page = in_time(log.read_shard(self.shard, self.position, limit)).await?;
            if page.is_empty() {
                return Err(NotCaughtUp::Ahead(Position { shard: self.shard, number: target }));
            }
            self.take_in(page).await?;
            at_once.learn(begun.elapsed());
        }
        Ok(())
    }
}

impl From<NotMoved> for NotCaughtUp {
    fn from(error: NotMoved) -> Self {
        match error {
            NotMoved::Fenced(shard) => Self::Fenced(shard),
            NotMoved::Hole(position) => Self::Hole(position),
            NotMoved::NotLogged(position) => Self::NotLogged(position),
            NotMoved::Database(error) => Self::Database(error),
        }
    }
}
