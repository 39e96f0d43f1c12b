//! The worker itself: follows every shard it can get the lease of, and keeps its read models up with the log.

use std::{error::Error, sync::Arc, time::Duration};

use domain::Shard;
use event_bus::{Bus, Subscription, SubscriptionError};
use event_store::{Log, PAGE_EVENTS_MAX, StoreError};
use futures::future::try_join_all;
use metrics::gauge;
use sqlx::PgPool;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    AnyReadModel, Checkpoint,
    batch::{Group, Intake},
    checkpoint::{NotMoved, take_over},
    lease::Lease,
};

/// So many events are taken in at once at most, when many have gathered.
const BATCH_EVENTS_MAX: usize = 5_000;
/// So long is waited for a first event before looking around.
const IDLE_WAIT: Duration = Duration::from_secs(1);
/// The pause before asking again for a lease that another process has.
const LEASE_PAUSE: Duration = Duration::from_millis(500);
/// The pause after a failure.
const FAILURE_PAUSE: Duration = Duration::from_millis(200);
/// How often the lease's connection is looked at.
const LEASE_CHECK: Duration = Duration::from_secs(2);
/// How often the lag is measured.
const LAG_INTERVAL: Duration = Duration::from_secs(5);
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
}

/// Why a worker stopped following a shard. It begins again where the checkpoints stand.
#[derive(Debug, thiserror::Error)]
enum Interrupted {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Subscription(#[from] SubscriptionError),
    #[error(transparent)]
    NotMoved(#[from] NotMoved),
    #[error("the lease's connection is lost")]
    LeaseLost,
    #[error("a read model has come level with the others")]
    Level,
}

impl Worker {
    /// Works until told to stop; what it is in the middle of is rolled back.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut tasks = JoinSet::new();
        for shard in self.log.shards() {
            let (worker, shutdown) = (self.clone(), shutdown.clone());
            tasks.spawn(async move { shutdown.run_until_cancelled(worker.keep_at(shard)).await });
        }
        let (worker, shutdown) = (self.clone(), shutdown.clone());
        tasks.spawn(async move { shutdown.run_until_cancelled(worker.measure_lag()).await });
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(error = &error as &dyn Error, worker = self.name, "a task of the worker died");
            }
        }
    }

    async fn keep_at(&self, shard: Shard) {
        loop {
            match Lease::take(&self.pool, self.name, shard).await {
                Ok(Some(mut lease)) => {
                    let interrupted = tokio::select! {
                        followed = self.follow(shard) => followed,
                        () = lost(&mut lease) => Err(Interrupted::LeaseLost),
                    };
                    lease.release().await;
                    match interrupted {
                        Ok(()) | Err(Interrupted::Level) => continue,
                        Err(error) => {
                            tracing::warn!(error = &error as &dyn Error, worker = self.name, %shard, "interrupted");
                        }
                    }
                    sleep(FAILURE_PAUSE).await;
                }
                Ok(None) => sleep(LEASE_PAUSE).await,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn Error, worker = self.name, %shard, "no lease");
                    sleep(FAILURE_PAUSE).await;
                }
            }
        }
    }

    /// Follows a shard, in as many groups as there are read models far apart.
    async fn follow(&self, shard: Shard) -> Result<(), Interrupted> {
        let groups = self.groups(shard).await?;
        let behind = groups.len() - 1;
        let follow = |(index, group)| self.follow_in_group(group, index < behind);
        try_join_all(groups.into_iter().enumerate().map(follow)).await?;
        Ok(())
    }

    /// The read models by position, the furthest last. Those a little behind it are brought level first.
    async fn groups(&self, shard: Shard) -> Result<Vec<Group>, Interrupted> {
        let names: Vec<String> = self.models.iter().map(|model| model.name().to_owned()).collect();
        let mut groups: Vec<Group> = vec![];
        let mut all_held = take_over(&self.pool, &names, shard).await?;
        all_held.sort_by_key(|held| held.position);
        let furthest = all_held.last().map_or(0, |held| held.position);
        for held in all_held {
            let Some(model) = self.models.iter().find(|model| model.name() == held.model) else { continue };
            let position = held.position;
            let intake = Intake::load(&self.pool, model.clone(), shard, held).await?;
            let mut group = Group { pool: self.pool.clone(), shard, position, intakes: vec![intake] };
            if furthest - position <= LEVEL_EVENTS_MAX {
                group.catch_up(&self.log, furthest).await?;
            }
            match groups.last_mut() {
                Some(last) if last.position == group.position => last.intakes.append(&mut group.intakes),
                _ => groups.push(group),
            }
        }
        Ok(groups)
    }

    async fn follow_in_group(&self, mut group: Group, until_level: bool) -> Result<(), Interrupted> {
        let mut subscription =
            Subscription::open(self.bus.clone(), self.log.clone(), group.shard, group.position).await?;
        loop {
            let batch = subscription.next_batch(BATCH_EVENTS_MAX, IDLE_WAIT).await?;
            group.take_in(batch).await?;
            if until_level && self.log.head(group.shard).await?.number - group.position <= LEVEL_EVENTS_MAX / 2 {
                return Err(Interrupted::Level);
            }
        }
    }

    async fn measure_lag(&self) {
        loop {
            if let Err(error) = self.try_measure_lag().await {
                tracing::warn!(error = &error as &dyn Error, worker = self.name, "lag cannot be measured");
            }
            sleep(LAG_INTERVAL).await;
        }
    }

    async fn try_measure_lag(&self) -> Result<(), StoreError> {
        for Checkpoint { model, shard, position } in Checkpoint::all(&self.pool).await? {
            let lag = self.log.head(shard).await?.number.saturating_sub(position);
            let lag = i32::try_from(lag).map_or(f64::from(i32::MAX), f64::from);
            gauge!("momentum_checkpoint_lag_events", "model" => model, "shard" => shard.to_string()).set(lag);
        }
        Ok(())
    }
}

impl Group {
    /// Takes in what the log holds up to `target`, page by page.
    pub async fn catch_up(&mut self, log: &Log, target: i64) -> Result<(), CatchUpError> {
        while self.position < target {
            let mut page = log.read_shard(self.shard, self.position, PAGE_EVENTS_MAX).await?;
            page.retain(|event| event.position.number <= target);
            if page.is_empty() {
                return Ok(());
            }
            self.take_in(page).await?;
        }
        Ok(())
    }
}

/// Why a group could not be brought up to a position.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CatchUpError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    NotMoved(#[from] NotMoved),
}

impl From<CatchUpError> for Interrupted {
    fn from(error: CatchUpError) -> Self {
        match error {
            CatchUpError::Store(error) => Self::Store(error),
            CatchUpError::NotMoved(error) => Self::NotMoved(error),
        }
    }
}

/// Returns when the lease's connection is gone.
async fn lost(lease: &mut Lease) {
    while lease.holds().await {
        sleep(LEASE_CHECK).await;
    }
}
