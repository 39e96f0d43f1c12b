//! Filling the tables of a rebuild from the log.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use domain::{Position, Shard};
use event_store::{Log, PAGE_EVENTS_MAX};
use futures::{StreamExt, TryStreamExt, stream};
use sqlx::PgPool;
use tokio::{sync::mpsc, task::JoinSet};

use super::RebuildError;
use crate::{
    AnyReadModel, Checkpoint, NotCaughtUp,
    batch::{Batch, Group, Intake},
};

/// So many shards are filled side by side.
const SHARDS_AT_ONCE_MAX: usize = 2;
/// So many events are taken in at once at first.
const EVENTS_AT_ONCE_FIRST: i64 = 5_000;
/// And each time one more for each so many. What is under way, and lost where it is killed, is a batch and the one that
/// waits: little more than half of what has been begun. So a rebuild gets on even if that happens again and again.
const ONE_MORE_IN: i64 = 2;
/// At most so many. The more they are, the fewer times a row is written that changes often; each takes about half a
/// kilobyte of memory, and what was written.
const EVENTS_AT_ONCE_MAX: i64 = 100_000;
/// At most so much data, with a page more, for people may write much.
const BYTES_AT_ONCE_MAX: usize = 64 << 20;
/// So many batches wait for a read model that is slower than the others.
const BATCHES_AHEAD_MAX: usize = 1;

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

/// Read models to be filled, and where.
pub(super) struct Part<'a> {
    pub next: &'a PgPool,
    pub models: &'a [Arc<dyn AnyReadModel>],
    pub targets: Targets,
}

/// Read models that are being filled in a shard.
struct Filling {
    /// Its part, by number.
    part: usize,
    group: Group,
    target: i64,
}

impl Part<'_> {
    /// Its read models, each for itself; together, where there are not as many connections.
    async fn fillings(&self, part: usize, shard: Shard) -> Result<Vec<Filling>, RebuildError> {
        let connections = self.next.options().get_max_connections() as usize / SHARDS_AT_ONCE_MAX;
        let mut fillings: Vec<Filling> = vec![];
        for intake in Intake::hold(self.next, self.models, shard).await? {
            let (position, target) = (intake.held.position, self.targets.of(shard, intake.model.name()));
            let is_alike = |it: &Filling| (it.group.position, it.target) == (position, target);
            let beside = fillings.iter().position(is_alike).filter(|_| fillings.len() >= connections);
            match beside {
                Some(beside) => fillings[beside].group.intakes.push(intake),
                None => {
                    let group = Group { pool: self.next.clone(), shard, position, intakes: vec![intake] };
                    fillings.push(Filling { part, group, target });
                }
            }
        }
        Ok(fillings)
    }
}

/// Fills new tables, each read model from where it is up to its own target, all of them from one reading of the log, so
/// many events at once. `progress` is told how many events have been taken in, of how many. Answers with the groups of each
/// part.
pub(super) async fn fill(
    parts: &[Part<'_>],
    log: &Log,
    progress: &(impl Fn(u64, u64) + Sync),
) -> Result<Vec<Vec<Group>>, RebuildError> {
    let mut fillings: BTreeMap<Shard, Vec<Filling>> = BTreeMap::new();
    for shard in log.shards() {
        let fillings = fillings.entry(shard).or_default();
        for (nth, part) in parts.iter().enumerate() {
            fillings.extend(part.fillings(nth, shard).await?);
        }
    }
    let furthest = |fillings: &Vec<Filling>| fillings.iter().map(|it| it.target).max().unwrap_or(0).unsigned_abs();
    let (all, done) = (fillings.values().map(furthest).sum(), AtomicU64::new(0));
    let read = |events: u64| progress(done.fetch_add(events, Relaxed) + events, all);
    let filled = fillings.into_iter().map(|(shard, fillings)| fill_shard(log, shard, fillings, &read));
    let mut filled = stream::iter(filled).buffer_unordered(SHARDS_AT_ONCE_MAX);
    let mut groups: Vec<Vec<Group>> = parts.iter().map(|_| vec![]).collect();
    while let Some(fillings) = filled.try_next().await? {
        for Filling { part, mut group, .. } in fillings {
            // Those that stand at the same place go on together.
            let beside = |it: &&mut Group| (it.shard, it.position) == (group.shard, group.position);
            match groups[part].iter_mut().find(beside) {
                Some(beside) => beside.intakes.append(&mut group.intakes),
                None => groups[part].push(group),
            }
        }
    }
    Ok(groups)
}

/// Reads a shard once, and has read models take it in side by side, each on a connection and a task of its own.
async fn fill_shard(
    log: &Log,
    shard: Shard,
    fillings: Vec<Filling>,
    progress: &(impl Fn(u64) + Sync),
) -> Result<Vec<Filling>, RebuildError> {
    // A batch ends where any of them stands, or is to come to.
    let mut ends: BTreeSet<i64> = fillings.iter().flat_map(|it| [it.group.position, it.target]).collect();
    let mut position = fillings.iter().map(|it| it.group.position).min().unwrap_or(0);
    ends.retain(|end| *end > position);
    progress(position.unsigned_abs());
    let (mut senders, mut tasks, mut at_once) = (vec![], JoinSet::new(), EVENTS_AT_ONCE_FIRST);
    for mut filling in fillings {
        let (sender, mut batches) = mpsc::channel::<Arc<Batch>>(BATCHES_AHEAD_MAX);
        senders.push(sender);
        tasks.spawn(async move {
            while let Some(batch) = batches.recv().await {
                if batch.after == filling.group.position && batch.last <= filling.target {
                    filling.group.take_in_batch(&batch).await.map_err(NotCaughtUp::from)?;
                }
            }
            Ok::<_, RebuildError>(filling)
        });
    }
    'reading: for end in ends {
        while position < end {
            let to = end.min(position + at_once);
            let batch = Arc::new(read(log, Position { shard, number: position }, to, BYTES_AT_ONCE_MAX).await?);
            let events = batch.last - position;
            (position, at_once) = (batch.last, EVENTS_AT_ONCE_MAX.min(at_once + at_once / ONE_MORE_IN));
            for sender in &senders {
                // One that takes no more has failed, and tells why below.
                if sender.send(batch.clone()).await.is_err() {
                    break 'reading;
                }
            }
            progress(events.unsigned_abs());
        }
    }
    drop(senders);
    let mut filled = vec![];
    while let Some(ended) = tasks.join_next().await {
        filled.push(ended.map_err(|error| sqlx::Error::Io(error.into()))??);
    }
    Ok(filled)
}

/// The events after a position, up to another or until there is much of them: read page by page, so that none waits as it
/// was written.
async fn read(log: &Log, after: Position, end: i64, bytes_max: usize) -> Result<Batch, RebuildError> {
    let events = usize::try_from(end - after.number).unwrap_or_default();
    let (mut batch, mut bytes) = (Batch::with_room(after.number, events), 0);
    while batch.last < end && bytes < bytes_max {
        let page = log.read_shard(after.shard, batch.last, (end - batch.last).min(PAGE_EVENTS_MAX)).await?;
        if page.is_empty() {
            return Err(RebuildError::Ahead(Position { number: end, ..after }));
        }
        bytes += page.iter().map(|event| event.event.data.as_str().len()).sum::<usize>();
        batch.extend(after.shard, page).map_err(NotCaughtUp::from)?;
    }
    Ok(batch.by_workspace())
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
