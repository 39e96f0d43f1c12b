//! Taking in a batch: rows and checkpoints in one transaction, and what cannot be applied parked.

use std::{
    collections::{BTreeMap, HashSet},
    error::Error,
    io::{self, ErrorKind},
    sync::Arc,
    time::Duration,
};

use domain::{EventId, Position, RawEvent, Recorded, Shard};
use futures::future::join_all;
use metrics::counter;
use runtime::{pool::begin_with, traces};
use sqlx::{Connection, PgConnection, PgPool};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::Semaphore,
    task::block_in_place,
    time::timeout,
};
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    AnyReadModel, CannotApply, Parked,
    checkpoint::{Held, Move, NotMoved, advance, take_over},
};

/// A trace names at most so many of the commands whose events a batch has.
const TRACED_MAX: usize = 64;
/// So many events have a thread of their own while they are taken in.
const APART_EVENTS_MIN: usize = 256;
/// Nothing that is done at one go takes so long. Who waits longer waits for a connection that is dead, though nothing said so.
const WORK_WAIT_MAX: Duration = Duration::from_secs(30);
/// So many batches of a process have one at a time, so that it does not take all processors either.
static APART_AT_ONCE: Semaphore = Semaphore::const_new(2);
/// How a batch begins. Every row is asked for by its key, so that is how it is looked up whatever Postgres believes of the
/// table's size: a rebuild begins with empty tables, and plans made for those would read all of what they become.
const BEGIN: &str = "begin; set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan";

/// How many events are taken in at once: as many as do not take long. Most are quick, and some are dear; what takes too
/// long is rolled back, and must not be tried again as it was.
pub(crate) struct AtOnce(u16);

impl AtOnce {
    /// With so many it begins.
    const FIRST: u16 = 256;
    const MAX: u16 = 5_000;
    /// A batch that takes longer is followed by smaller ones.
    const LONG: Duration = Duration::from_secs(2);

    pub const fn first() -> Self {
        Self(Self::FIRST)
    }

    pub const fn number(&self) -> u16 {
        self.0
    }

    /// Learns from a batch that took so long, whether it was taken in or not.
    pub fn learn(&mut self, took: Duration) {
        self.0 = if took > Self::LONG { (self.0 / 2).max(1) } else { (self.0 * 2).min(Self::MAX) };
    }
}

/// A read model as it takes in the events of a shard.
pub(crate) struct Intake {
    pub model: Arc<dyn AnyReadModel>,
    pub held: Held,
    /// Streams that were parked before.
    left_aside: HashSet<Uuid>,
}

/// Read models that stand at the same position, and so take in the same batches.
pub(crate) struct Group {
    pub pool: PgPool,
    pub shard: Shard,
    pub position: i64,
    pub intakes: Vec<Intake>,
}

/// A batch, as far as it can be read.
pub(crate) struct Batch {
    /// The position before its first event.
    pub after: i64,
    /// The position of its last event.
    pub last: i64,
    /// That event.
    last_event: Option<EventId>,
    /// Without those of a stream from an unreadable one on. Those of each workspace are in order.
    events: Vec<Recorded>,
    unreadable: BTreeMap<Uuid, Parked>,
}

/// How a read model is given a batch.
#[derive(Clone, Copy)]
enum Manner {
    /// As a whole, which is how nearly every batch goes.
    Whole,
    /// In ever smaller pieces, after the database refused the rows of the whole.
    Pieces,
}

impl Intake {
    /// Takes over the checkpoints of `models` in `shard`, and begins where they stand.
    pub async fn hold(pool: &PgPool, models: &[Arc<dyn AnyReadModel>], shard: Shard) -> Result<Vec<Self>, sqlx::Error> {
        let names: Vec<String> = models.iter().map(|model| model.name().to_owned()).collect();
        let mut intakes = Vec::with_capacity(models.len());
        for held in take_over(pool, &names, shard).await? {
            let Some(model) = models.iter().find(|model| model.name() == held.model).cloned() else { continue };
            // Read after the take-over: from then on, nobody else parks anything.
            let left_aside = Parked::streams(pool, model.name(), shard).await?;
            intakes.push(Self { model, held, left_aside });
        }
        Ok(intakes)
    }
}

impl Group {
    /// Takes in what was written right after the position.
    pub async fn take_in(&mut self, written: Vec<Recorded<RawEvent>>) -> Result<(), NotMoved> {
        let events = written.len();
        let work = async {
            let batch = self.read(written)?;
            self.take_in_batch(&batch).await
        };
        apart(events, in_time(work)).await
    }

    /// Takes in a batch that begins right after the position: rows, parked streams and checkpoints, all or nothing.
    pub async fn take_in_batch(&mut self, batch: &Batch) -> Result<(), NotMoved> {
        take_in_all(&mut [(self, batch)]).await
    }

    fn read(&self, written: Vec<Recorded<RawEvent>>) -> Result<Batch, NotMoved> {
        let mut batch = Batch::empty(self.position);
        batch.extend(self.shard, written)?;
        Ok(batch.by_workspace())
    }

    fn intake(&self, model: &str) -> Option<&Intake> {
        self.intakes.iter().find(|intake| intake.model.name() == model)
    }
}

/// Takes in what was written right after the positions of these groups, which are of one pool: in one transaction, so that
/// what it costs is paid once; or, where that fails, each by itself, so that none suffers for another. Tells how each went.
pub(crate) async fn take_in_together(written: Vec<(&mut Group, Vec<Recorded<RawEvent>>)>) -> Vec<Result<(), NotMoved>> {
    let events = written.iter().map(|(_, written)| written.len()).sum();
    apart(events, async {
        let mut taking: Vec<_> = written
            .into_iter()
            .map(|(group, written)| {
                let batch = group.read(written);
                (group, batch)
            })
            .collect();
        let readable = taking.iter_mut().map(|(group, batch)| Some((&mut **group, batch.as_ref().ok()?)));
        if let Some(mut all) = readable.collect::<Option<Vec<_>>>().filter(|all| all.len() > 1) {
            match in_time(take_in_all(&mut all)).await {
                Ok(()) => return all.iter().map(|_| Ok(())).collect(),
                Err(error) => tracing::debug!(error = &error as &dyn Error, "shards are taken in one by one"),
            }
        }
        let each = taking.into_iter().map(async |(group, batch)| in_time(group.take_in_batch(&batch?)).await);
        join_all(each).await
    })
    .await
}

/// Does work on so many events; on many, on a thread that it has for itself, for to read and fold thousands of events is a
/// long time for a request that shares the thread.
async fn apart<T>(events: usize, work: impl Future<Output = T>) -> T {
    let runtime = Handle::current();
    if events < APART_EVENTS_MIN || runtime.runtime_flavor() != RuntimeFlavor::MultiThread {
        return work.await;
    }
    let _turn = APART_AT_ONCE.acquire().await;
    block_in_place(|| runtime.block_on(work))
}

/// Takes in a batch of each of these groups: rows, parked streams and checkpoints, all or nothing.
async fn take_in_all(taking: &mut [(&mut Group, &Batch)]) -> Result<(), NotMoved> {
    let events = taking.iter().map(|(group, batch)| batch.last - group.position).sum::<i64>();
    let span = tracing::info_span!("take_in", shards = taking.len(), events);
    for event in taking.iter().flat_map(|(_, batch)| &batch.events).take(TRACED_MAX) {
        traces::follow_from(&span, event.trace_parent.as_deref());
    }
    let parked = match try_take_in(taking, Manner::Whole).instrument(span.clone()).await {
        Err(NotMoved::Database(error)) if taking.len() == 1 && is_data(&error) => {
            try_take_in(taking, Manner::Pieces).instrument(span).await?
        }
        taken_in => taken_in?,
    };
    counter!("momentum_events_applied_total").increment(events.unsigned_abs());
    for (group, batch) in taking {
        group.position = batch.last;
        for Intake { model, left_aside, .. } in &mut group.intakes {
            let parked = parked.iter().filter(|(name, it)| *name == model.name() && it.position.shard == group.shard);
            parked.clone().for_each(|(name, it)| it.tell(name));
            left_aside.extend(parked.map(|(_, it)| it.stream));
        }
    }
    Ok(())
}

/// Tells what is parked, each with the name of the read model.
async fn try_take_in(taking: &[(&mut Group, &Batch)], manner: Manner) -> Result<Vec<(&'static str, Parked)>, NotMoved> {
    let Some((Group { pool, .. }, _)) = taking.first() else { return Ok(vec![]) };
    let mut transaction = begin_with(pool, BEGIN).await?;
    // Before any row: who holds the shard no longer does no work, and who waits here keeps no table from a rebuild
    // that moves new ones in.
    let moves = taking.iter().flat_map(|(group, batch)| {
        let (shard, from, to, last) = (group.shard, group.position, batch.last, batch.last_event);
        group.intakes.iter().map(move |intake| Move { held: &intake.held, shard, from, to, last })
    });
    advance(&mut transaction, moves.collect()).await?;
    let mut models: Vec<&dyn AnyReadModel> = vec![];
    for Intake { model, .. } in taking.iter().flat_map(|(group, _)| &group.intakes) {
        if !models.iter().any(|it| it.name() == model.name()) {
            models.push(&**model);
        }
    }
    let mut parked = vec![];
    for model in models {
        let mut batches = vec![];
        for (group, batch) in taking {
            batches.extend(group.intake(model.name()).map(|intake| (&intake.left_aside, *batch)));
        }
        let left = take_in(model, &batches, &mut transaction, manner).await?;
        parked.extend(left.into_iter().map(|it| (model.name(), it)));
    }
    transaction.commit().await?;
    Ok(parked)
}

impl Batch {
    /// None yet, after a position.
    pub const fn empty(after: i64) -> Self {
        Self { after, last: after, last_event: None, events: vec![], unreadable: BTreeMap::new() }
    }

    /// The same, with room for so many events: to grow bit by bit, thousands of them would be moved again and again.
    pub fn with_room(after: i64, events: usize) -> Self {
        Self { events: Vec::with_capacity(events), ..Self::empty(after) }
    }

    /// Reads what was written right after its last event. Whatever the bus or the log brings, no event is skipped.
    pub fn extend(&mut self, shard: Shard, written: Vec<Recorded<RawEvent>>) -> Result<(), NotMoved> {
        match (self.last..).zip(&written).find(|(before, it)| it.position.number != before + 1) {
            Some((before, _)) => Err(NotMoved::Hole(Position { shard, number: before })),
            None => {
                self.read(written);
                Ok(())
            }
        }
    }

    /// Puts what each workspace did together: none has to do with another, and what a fold looks at of one is at hand while it
    /// stays with it.
    pub fn by_workspace(mut self) -> Self {
        self.events.sort_by_cached_key(|event| event.workspace);
        self
    }

    /// Reads what was written, from wherever in the log.
    fn read(&mut self, written: Vec<Recorded<RawEvent>>) {
        self.events.reserve(written.len());
        for raw in written {
            (self.last, self.last_event) = (raw.position.number, Some(raw.id));
            if self.unreadable.contains_key(&raw.stream) {
                continue;
            }
            match raw.event.read() {
                Ok(event) => self.events.push(raw.with(event).0),
                Err(error) => {
                    let parked = Parked::at(&raw, CannotApply(error.to_string()));
                    self.unreadable.insert(raw.stream, parked);
                }
            }
        }
    }
}

/// Takes in batches, one of a shard, but for the streams that were left aside before, or are parked now: these it tells.
async fn take_in(
    model: &dyn AnyReadModel,
    batches: &[(&HashSet<Uuid>, &Batch)],
    connection: &mut PgConnection,
    manner: Manner,
) -> Result<Vec<Parked>, sqlx::Error> {
    let (mut open, mut parked) = (vec![], BTreeMap::new());
    for (left_aside, batch) in batches {
        open.extend(batch.events.iter().filter(|it| !left_aside.contains(&it.stream)));
        let unreadable = batch.unreadable.values().filter(|it| !left_aside.contains(&it.stream));
        parked.extend(unreadable.map(|it| (it.place(), it.clone())));
    }
    if !open.is_empty() {
        let refused = match manner {
            Manner::Whole => model.take_in(connection, &open).await?,
            Manner::Pieces => take_in_pieces(model, connection, &open).await?,
        };
        // One that is unreadable as well was refused earlier than that.
        parked.extend(refused.into_iter().map(|refused| (refused.place(), refused)));
    }
    let parked: Vec<Parked> = parked.into_values().collect();
    Parked::write(connection, model.name(), &parked).await?;
    Ok(parked)
}

/// Takes in events outside of what a worker follows, within the transaction of `connection`. Tells the streams that are
/// left aside, and adds them to those that were.
pub(crate) async fn take_in_apart(
    model: &dyn AnyReadModel,
    left_aside: &mut HashSet<Uuid>,
    connection: &mut PgConnection,
    events: Vec<Recorded<RawEvent>>,
) -> Result<Vec<Parked>, sqlx::Error> {
    let mut batch = Batch::empty(0);
    batch.read(events);
    let parked = take_in(model, &[(&*left_aside, &batch)], connection, Manner::Pieces).await?;
    left_aside.extend(parked.iter().map(|it| it.stream));
    Ok(parked)
}

/// Takes in halves, and halves of those the database refuses, down to the events that it refuses alone: those it tells.
async fn take_in_pieces(
    model: &dyn AnyReadModel,
    connection: &mut PgConnection,
    events: &[&Recorded],
) -> Result<Vec<Parked>, sqlx::Error> {
    let mut refused: BTreeMap<Uuid, Parked> = BTreeMap::new();
    let mut pieces = vec![events];
    while let Some(piece) = pieces.pop() {
        let open: Vec<&Recorded> = piece.iter().copied().filter(|it| !refused.contains_key(&it.stream)).collect();
        let [first, ..] = open[..] else { continue };
        let mut savepoint = connection.begin().await?;
        match model.take_in(&mut savepoint, &open).await {
            Ok(more) => {
                savepoint.commit().await?;
                refused.extend(more.into_iter().map(|it| (it.stream, it)));
            }
            Err(error) if is_data(&error) => {
                savepoint.rollback().await?;
                if open.len() == 1 {
                    refused.insert(first.stream, Parked::at(first, CannotApply(error.to_string())));
                } else {
                    let (earlier, later) = piece.split_at(piece.len() / 2);
                    pieces.extend([later, earlier]);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(refused.into_values().collect())
}

/// What comes of work on the database, unless that does not answer any more. Where others are waited for besides, that is
/// not part of it.
pub(crate) async fn in_time<T, E: From<sqlx::Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let silent = |_| Err(sqlx::Error::Io(io::Error::new(ErrorKind::TimedOut, "the database does not answer")).into());
    timeout(WORK_WAIT_MAX, work).await.unwrap_or_else(silent)
}

/// Whether the rows themselves are what the database does not like: a wrong value, a broken constraint, too large.
fn is_data(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| ["22", "23", "54"].iter().any(|class| code.starts_with(class)))
        }
        sqlx::Error::Encode(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_long_is_not_tried_again_as_it_was() {
        let (quick, long) = (Duration::from_millis(10), Duration::from_secs(30));
        let mut at_once = AtOnce::first();
        for _ in 0..9 {
            at_once.learn(quick);
        }
        assert_eq!(at_once.number(), AtOnce::MAX);
        at_once.learn(long);
        assert_eq!(at_once.number(), AtOnce::MAX / 2);
        for _ in 0..20 {
            at_once.learn(long);
        }
        assert_eq!(at_once.number(), 1, "and never none");
    }
}
