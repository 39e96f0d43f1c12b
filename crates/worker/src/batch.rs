//! Taking in a batch: rows and checkpoints in one transaction, and what cannot be applied parked.

use std::{collections::BTreeMap, sync::Arc};

use domain::{Position, RawEvent, Recorded, Shard};
use event_store::understood;
use metrics::counter;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    AnyReadModel, CannotApply, NotTakenIn,
    checkpoint::{Held, NotMoved, advance},
};

/// The streams that a read model leaves aside, and from which position on.
type LeftAside = BTreeMap<Uuid, i64>;

/// A read model as it takes in the events of a shard.
pub(crate) struct Intake {
    pub model: Arc<dyn AnyReadModel>,
    pub held: Held,
    left_aside: LeftAside,
}

/// Read models that stand at the same position, and so take in the same batches.
pub(crate) struct Group {
    pub pool: PgPool,
    pub shard: Shard,
    pub position: i64,
    pub intakes: Vec<Intake>,
}

/// An event, or why it cannot be read.
type Readable = Result<Recorded, (Recorded<RawEvent>, String)>;

impl Intake {
    /// Begins where the held checkpoint stands, leaving aside what was parked before.
    pub async fn load(
        pool: &PgPool,
        model: Arc<dyn AnyReadModel>,
        shard: Shard,
        held: Held,
    ) -> Result<Self, sqlx::Error> {
        let parked = sqlx::query!(
            "select stream_id, position from parked where model = $1 and shard = $2",
            model.name(),
            shard.0,
        )
        .fetch_all(pool)
        .await?;
        let left_aside = parked.into_iter().map(|row| (row.stream_id, row.position)).collect();
        Ok(Self { model, held, left_aside })
    }
}

impl Group {
    /// Takes in a batch that begins right after the position: rows, parked streams and checkpoints, all or nothing.
    pub async fn take_in(&mut self, batch: Vec<Recorded<RawEvent>>) -> Result<(), NotMoved> {
        let Some(last) = batch.last().map(|event| event.position.number) else { return Ok(()) };
        let events: Vec<Readable> = batch.into_iter().map(readable).collect();
        let mut transaction = self.pool.begin().await?;
        let mut left_aside = Vec::with_capacity(self.intakes.len());
        for Intake { model, left_aside: before, .. } in &self.intakes {
            let mut after = before.clone();
            take_in_by(&**model, &mut transaction, &events, &mut after).await?;
            left_aside.push(after);
        }
        let held: Vec<Held> = self.intakes.iter().map(|intake| intake.held.clone()).collect();
        advance(&mut transaction, &held, self.shard, (self.position, last)).await?;
        transaction.commit().await?;
        self.position = last;
        for (intake, after) in self.intakes.iter_mut().zip(left_aside) {
            intake.left_aside = after;
        }
        counter!("momentum_events_applied_total").increment(events.len() as u64);
        Ok(())
    }
}

fn readable(raw: Recorded<RawEvent>) -> Readable {
    let kept = raw.clone();
    understood(raw).map_err(|error| (kept, error.to_string()))
}

/// Has one read model take in the batch, but for the streams that are parked, or become so.
async fn take_in_by(
    model: &dyn AnyReadModel,
    connection: &mut PgConnection,
    events: &[Readable],
    left_aside: &mut LeftAside,
) -> Result<(), sqlx::Error> {
    for (raw, cause) in events.iter().filter_map(|event| event.as_ref().err()) {
        park(connection, model, raw, cause, left_aside).await?;
    }
    // Each round parks a stream, so there are at most as many rounds as streams.
    loop {
        let aside = |event: &&Recorded| {
            left_aside.get(&event.stream).is_some_and(|from| event.position.number >= *from)
        };
        let open: Vec<&Recorded> =
            events.iter().filter_map(|event| event.as_ref().ok()).filter(|event| !aside(event)).collect();
        if open.is_empty() {
            return Ok(());
        }
        let mut savepoint = sqlx::Connection::begin(&mut *connection).await?;
        let (at_fault, cause) = match model.take_in(&mut savepoint, &open).await {
            Ok(()) => return savepoint.commit().await,
            Err(NotTakenIn::Event(index, cause)) => (index, cause),
            Err(NotTakenIn::Database(error)) if is_data(&error) => {
                savepoint.rollback().await?;
                savepoint = sqlx::Connection::begin(&mut *connection).await?;
                find_fault(model, &mut savepoint, &open, &error).await?
            }
            Err(NotTakenIn::Database(error)) => return Err(error),
        };
        savepoint.rollback().await?;
        park(connection, model, open[at_fault], &cause.0, left_aside).await?;
    }
}

/// The first event with which the database refuses the rows, found by halving: the batch fails, its beginning does not.
async fn find_fault(
    model: &dyn AnyReadModel,
    connection: &mut PgConnection,
    open: &[&Recorded],
    error: &sqlx::Error,
) -> Result<(usize, CannotApply), sqlx::Error> {
    let (mut fine, mut failing) = (0, open.len());
    let mut cause = CannotApply(error.to_string());
    while failing - fine > 1 {
        let middle = fine + (failing - fine) / 2;
        let mut savepoint = sqlx::Connection::begin(&mut *connection).await?;
        match model.take_in(&mut savepoint, &open[..middle]).await {
            Ok(()) => fine = middle,
            Err(NotTakenIn::Event(index, cause)) => return Ok((index, cause)),
            Err(NotTakenIn::Database(error)) if is_data(&error) => {
                (failing, cause) = (middle, CannotApply(error.to_string()));
            }
            Err(NotTakenIn::Database(error)) => return Err(error),
        }
        savepoint.rollback().await?;
    }
    Ok((failing - 1, cause))
}

/// Whether the rows themselves are what the database does not like: a wrong value, a broken constraint.
fn is_data(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    error.code().is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}

/// Leaves the event's stream aside from this event on, visibly.
async fn park<E>(
    connection: &mut PgConnection,
    model: &dyn AnyReadModel,
    event: &Recorded<E>,
    cause: &str,
    left_aside: &mut LeftAside,
) -> Result<(), sqlx::Error> {
    let Position { shard, number } = event.position;
    let from = left_aside.entry(event.stream).or_insert(i64::MAX);
    if *from <= number {
        return Ok(());
    }
    *from = number;
    sqlx::query!(
        "insert into parked (model, shard, stream_id, workspace, position, reason) values ($1, $2, $3, $4, $5, $6)
         on conflict (model, shard, stream_id) do update set position = excluded.position, reason = excluded.reason",
        model.name(),
        shard.0,
        event.stream,
        event.workspace.uuid(),
        number,
        cause,
    )
    .execute(connection)
    .await?;
    counter!("momentum_parked_total", "model" => model.name()).increment(1);
    tracing::error!(model = model.name(), position = %event.position, stream = %event.stream, cause, "stream parked");
    Ok(())
}
