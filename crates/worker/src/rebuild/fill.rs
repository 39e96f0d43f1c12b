//! Filling the tables of a rebuild from the log.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use domain::Shard;
use event_store::{Log, PAGE_EVENTS_MAX};
use futures::{StreamExt, TryStreamExt, stream};
use sqlx::PgPool;

use super::RebuildError;
use crate::{
    AnyReadModel, Checkpoint,
    batch::{Group, Intake},
};

/// So many shards are filled side by side.
const SHARDS_AT_ONCE_MAX: usize = 4;

/// Up to where each read model is filled, in each shard.
pub(super) struct Targets(BTreeMap<Shard, BTreeMap<String, i64>>);

impl Targets {
    /// The end of the log.
    pub async fn heads(log: &Log, models: &[Arc<dyn AnyReadModel>]) -> Result<Self, RebuildError> {
        let mut targets = BTreeMap::new();
        for shard in log.shards() {
            let head = log.head(shard).await?.number;
            targets.insert(shard, models.iter().map(|model| (model.name().to_owned(), head)).collect());
        }
        Ok(Self(targets))
    }

    /// Where these checkpoints stand.
    pub fn at(checkpoints: Vec<Checkpoint>) -> Self {
        let mut targets: BTreeMap<Shard, BTreeMap<String, i64>> = BTreeMap::new();
        for Checkpoint { model, shard, position } in checkpoints {
            targets.entry(shard).or_default().insert(model, position);
        }
        Self(targets)
    }

    /// Of this read model; the beginning, if it has not begun.
    fn of(&self, shard: Shard, model: &str) -> i64 {
        self.0.get(&shard).and_then(|models| models.get(model)).copied().unwrap_or(0)
    }
}

/// Fills new tables, each read model up to its own target, shards side by side. `progress` is told how many events
/// have been taken in, of how many.
pub(super) async fn fill(
    next: &PgPool,
    models: &[Arc<dyn AnyReadModel>],
    log: &Log,
    targets: &Targets,
    progress: &(impl Fn(u64, u64) + Sync),
) -> Result<Vec<Group>, RebuildError> {
    let mut groups: BTreeMap<(Shard, i64), Group> = BTreeMap::new();
    for shard in log.shards() {
        for intake in Intake::hold(next, models, shard).await? {
            let target = targets.of(shard, intake.model.name());
            let new = || Group { pool: next.clone(), shard, position: 0, intakes: vec![] };
            groups.entry((shard, target)).or_insert_with(new).intakes.push(intake);
        }
    }
    let all: u64 = groups.keys().map(|(_, target)| target.unsigned_abs()).sum();
    let done = AtomicU64::new(0);
    let filled = groups.into_iter().map(async |((_, target), mut group)| {
        while group.position < target {
            let before = group.position;
            group.catch_up(log, target.min(before + PAGE_EVENTS_MAX)).await?;
            let events = (group.position - before).unsigned_abs();
            progress(done.fetch_add(events, Relaxed) + events, all);
        }
        Ok::<_, RebuildError>(group)
    });
    stream::iter(filled).buffer_unordered(SHARDS_AT_ONCE_MAX).try_collect().await
}

/// Brings filled tables to where `targets` are by now, at least.
pub(super) async fn follow(groups: &mut [Group], log: &Log, targets: &Targets) -> Result<(), RebuildError> {
    for group in groups {
        let shard = group.shard;
        let target = group.intakes.iter().map(|intake| targets.of(shard, intake.model.name())).max();
        group.catch_up(log, target.unwrap_or(0)).await?;
    }
    Ok(())
}
