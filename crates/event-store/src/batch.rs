//! One batch: many commands appended in one transaction.
//!
//! A writer that remembers how it left the log needs not read it: one statement locks the shards' rows, looks whether
//! all is still so, and writes; who was faster has the positions that it would write, and no two can have one. Else the
//! order of four round trips is what the log's promises rest on. The shards' rows are locked first, in a statement of its
//! own: one that waited for the lock would still read the snapshot from before. Then heads, versions and command ids are
//! read, losers dropped, and survivors written with dense positions.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{Calendar, Clock, EventId, RawEvent, Recorded, Refusal, Shard};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use crate::{
    Command, Receipt,
    memory::Memory,
    plan::{Beliefs, Plan},
    state::State,
};

/// What a command wants appended, and what it relied on.
pub(crate) struct Proposal {
    pub shard: Shard,
    pub command: Command,
    /// Streams and their versions as read, all checked.
    pub reads: Vec<(Uuid, u32)>,
    pub subject: Uuid,
    pub events: Vec<NewEvent>,
    pub undoes: Option<EventId>,
    pub refusal: Option<Refusal>,
    /// Tells the local day of the instant at which it is recorded.
    pub calendar: Calendar,
    /// The day it was where it was decided; none while there is no calendar.
    pub decided_on: Option<NaiveDate>,
}

/// An event that has no place in the log yet.
pub(crate) struct NewEvent {
    pub stream: Uuid,
    pub id: EventId,
    pub raw: RawEvent,
}

/// What came of a proposal.
pub(crate) enum Outcome {
    /// It is in the log.
    Done(Receipt),
    /// It had been in the log before.
    Known(Receipt),
    /// It was refused, now or before.
    Refused(Refusal),
    /// Its id was used for another command.
    CommandIdReused,
    /// What it relied on has changed.
    Stale,
    /// At this instant, at which it would be recorded, it is another day than it was decided on.
    OnAnotherDay(DateTime<Utc>),
}

pub(crate) struct Appended {
    pub outcomes: Vec<Outcome>,
    pub events: Vec<Recorded<RawEvent>>,
}

/// Appends what still holds.
pub(crate) async fn append(
    connection: &mut PgConnection,
    proposals: &[Proposal],
    clock: &dyn Clock,
    memory: &mut Memory,
) -> Result<Appended, sqlx::Error> {
    let shards: BTreeSet<i16> = proposals.iter().map(|proposal| proposal.shard.0).collect();
    let shards: Vec<i16> = shards.into_iter().collect();
    if let Some(state) = memory.believed(&shards, proposals) {
        let beliefs = Beliefs::of(&state, memory, proposals);
        let (plan, outcomes) = Plan::of(proposals, state, clock.now());
        let written = plan.write(connection, &beliefs.beside(&plan.events)).await;
        if written.or_else(|error| if is_taken(&error) { Ok(false) } else { Err(error) })? {
            return Ok(Appended { outcomes, events: plan.written(memory) });
        }
    }
    append_by_reading(connection, &shards, proposals, clock, memory).await
}

/// Whether somebody has a position, a version or a command id that is to be unique.
fn is_taken(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.is_unique_violation())
}

/// The same with the log read first, under the lock.
async fn append_by_reading(
    connection: &mut PgConnection,
    shards: &[i16],
    proposals: &[Proposal],
    clock: &dyn Clock,
    memory: &mut Memory,
) -> Result<Appended, sqlx::Error> {
    let list = shards.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let lock = format!(
        "begin isolation level read committed; select from es.shard where shard in ({list}) order by shard for update"
    );
    let mut transaction = connection.begin_with(AssertSqlSafe(lock)).await?;
    let state = State::read(&mut transaction, shards, proposals).await?;
    memory.compare(&state.heads);
    let (plan, outcomes) = Plan::of(proposals, state, clock.now());
    if plan.answers.is_empty() {
        transaction.rollback().await?;
    } else {
        plan.write(&mut transaction, &Beliefs::none()).await?;
        transaction.commit().await?;
    }
    Ok(Appended { outcomes, events: plan.written(memory) })
}
