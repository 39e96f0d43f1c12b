//! One batch: many commands appended in one transaction.
//!
//! The order of its four round trips is what the log's promises rest on. The shards' rows are locked first, in a
//! statement of its own: one that waited for the lock would still read the snapshot from before. Then versions and
//! command ids are read, losers dropped, survivors written with dense positions, and the heads moved.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::{Calendar, Clock, EventId, Position, RawEvent, Recorded, Refusal, Shard};
use sqlx::{AssertSqlSafe, Connection, PgConnection, types::Json};
use uuid::Uuid;

use crate::{Command, Receipt};

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
) -> Result<Appended, sqlx::Error> {
    let shards: BTreeSet<i16> = proposals.iter().map(|proposal| proposal.shard.0).collect();
    let shards: Vec<i16> = shards.into_iter().collect();
    let list = shards.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let lock = format!(
        "begin isolation level read committed; select from es.shard where shard in ({list}) order by shard for update"
    );
    let mut transaction = connection.begin_with(AssertSqlSafe(lock)).await?;
    let state = State::read(&mut transaction, &shards, proposals).await?;
    let mut plan = Plan::new(state, clock.now());
    let outcomes: Vec<Outcome> = proposals.iter().map(|proposal| plan.take(proposal)).collect();
    if plan.answers.is_empty() {
        transaction.rollback().await?;
    } else {
        plan.write(&mut transaction).await?;
        transaction.commit().await?;
    }
    Ok(Appended { outcomes, events: plan.events })
}

/// What the log says about the batch.
#[derive(Default)]
struct State {
    heads: BTreeMap<i16, Head>,
    /// By shard and stream: ids are made by clients, and shards know nothing of each other's.
    versions: HashMap<(i16, Uuid), u32>,
    answers: HashMap<(Uuid, Uuid), Answered>,
}

#[derive(Clone, Copy)]
pub(crate) struct Head {
    pub number: i64,
    pub recorded_at: DateTime<Utc>,
}

/// The stored answer to a command.
struct Answered {
    fingerprint: Vec<u8>,
    receipt: Receipt,
    refusal: Option<Refusal>,
}

impl State {
    /// Three questions in one round trip, told apart by `kind`.
    async fn read(connection: &mut PgConnection, shards: &[i16], proposals: &[Proposal]) -> Result<Self, sqlx::Error> {
        let (stream_shards, streams): (Vec<i16>, Vec<Uuid>) =
            proposals.iter().flat_map(|p| p.reads.iter().map(|(stream, _)| (p.shard.0, *stream))).unzip();
        let (ids, actors): (Vec<Uuid>, Vec<Uuid>) =
            proposals.iter().map(|p| (p.command.id.uuid(), p.command.actor.uuid())).unzip();
        let rows = sqlx::query!(
            r#"select 0 as "kind!", shard as "shard!", null::uuid as id, null::uuid as actor, head as "number!",
                      last_recorded_at as instant, null::bytea as fingerprint, null::uuid as stream, 0 as "version!",
                      null::json as "refusal: Json<Refusal>"
               from es.shard where shard = any($1)
               union all
               select 1, asked.shard, asked.stream, null, 0, null, null, null,
                      coalesce((select version from es.events
                                where events.shard = asked.shard and stream_id = asked.stream
                                order by version desc limit 1), 0),
                      null
               from unnest($2::smallint[], $3::uuid[]) as asked(shard, stream)
               union all
               select 2, shard, commands.id, commands.actor, position, null, fingerprint, stream_id, version, refusal
               from unnest($4::uuid[], $5::uuid[]) as asked(id, actor)
               -- Lateral and limited, so that a plan made while the table was empty still goes by its key later.
               cross join lateral (
                   select * from es.commands where id = asked.id and actor = asked.actor limit 1
               ) as commands"#,
            shards,
            &stream_shards,
            &streams,
            &ids,
            &actors,
        )
        .fetch_all(connection)
        .await?;
        let mut state = Self::default();
        for row in rows {
            let id = row.id.unwrap_or_default();
            match row.kind {
                0 => {
                    let recorded_at = row.instant.unwrap_or_default();
                    state.heads.insert(row.shard, Head { number: row.number, recorded_at });
                }
                1 => drop(state.versions.insert((row.shard, id), row.version.unsigned_abs())),
                _ => {
                    let position = Position { shard: Shard(row.shard), number: row.number };
                    let stream = row.stream.unwrap_or_default();
                    let receipt = Receipt { stream, version: row.version.unsigned_abs(), position };
                    let fingerprint = row.fingerprint.unwrap_or_default();
                    let answered = Answered { fingerprint, receipt, refusal: row.refusal.map(|Json(it)| it) };
                    state.answers.insert((id, row.actor.unwrap_or_default()), answered);
                }
            }
        }
        Ok(state)
    }
}

/// What the batch writes.
pub(crate) struct Plan<'a> {
    state: State,
    now: DateTime<Utc>,
    pub events: Vec<Recorded<RawEvent>>,
    pub answers: Vec<NewAnswer<'a>>,
}

/// An answer to be kept.
pub(crate) struct NewAnswer<'a> {
    pub command: &'a Command,
    pub receipt: Receipt,
    pub refusal: Option<&'a Refusal>,
}

impl<'a> Plan<'a> {
    fn new(state: State, now: DateTime<Utc>) -> Self {
        Self { state, now, events: vec![], answers: vec![] }
    }

    /// The heads of the batch's shards, as the batch leaves them.
    pub fn heads(&self) -> impl Iterator<Item = (i16, Head)> {
        self.state.heads.iter().map(|(shard, head)| (*shard, *head))
    }

    /// Takes in a proposal, unless it lost.
    fn take(&mut self, proposal: &'a Proposal) -> Outcome {
        let command = &proposal.command;
        if let Some(answered) = self.state.answers.get(&(command.id.uuid(), command.actor.uuid())) {
            return answered.again(command);
        }
        let stale = |(stream, version): &(Uuid, u32)| self.version(proposal, *stream) != *version;
        if proposal.reads.iter().any(stale) {
            return Outcome::Stale;
        }
        let Some(head) = self.state.heads.get(&proposal.shard.0).copied() else { return Outcome::Stale };
        if proposal.events.is_empty() {
            return self.answer(proposal, Position { shard: proposal.shard, number: head.number });
        }
        let recorded_at = self.now.max(head.recorded_at);
        let local_day = match proposal.calendar.today(recorded_at) {
            Ok(local_day) => local_day,
            Err(refusal) => return Outcome::Refused(refusal),
        };
        let mut number = head.number;
        for event in &proposal.events {
            number += 1;
            let version = self.state.versions.entry((proposal.shard.0, event.stream)).or_default();
            *version += 1;
            self.events.push(Recorded {
                id: event.id,
                position: Position { shard: proposal.shard, number },
                stream: event.stream,
                version: *version,
                workspace: command.workspace,
                actor: command.actor,
                command: command.id,
                undoes: proposal.undoes,
                correlation: command.correlation.unwrap_or(command.id.uuid()),
                causation: command.causation.unwrap_or(command.id.uuid()),
                trace_parent: command.trace_parent.clone(),
                recorded_at,
                local_day,
                event: event.raw.clone(),
            });
        }
        self.state.heads.insert(proposal.shard.0, Head { number, recorded_at });
        self.answer(proposal, Position { shard: proposal.shard, number })
    }

    fn answer(&mut self, proposal: &'a Proposal, position: Position) -> Outcome {
        let command = &proposal.command;
        let version = self.version(proposal, proposal.subject);
        let receipt = Receipt { stream: proposal.subject, version, position };
        let refusal = proposal.refusal.as_ref();
        // What is refused for now, as by a role that can change, may be done later under the same id.
        if refusal.is_none_or(|refusal| !refusal.kind().may_pass()) {
            self.answers.push(NewAnswer { command, receipt, refusal });
            let fingerprint = command.fingerprint.0.to_vec();
            let answered = Answered { fingerprint, receipt, refusal: refusal.cloned() };
            self.state.answers.insert((command.id.uuid(), command.actor.uuid()), answered);
        }
        refusal.cloned().map_or(Outcome::Done(receipt), Outcome::Refused)
    }

    /// The version that a stream has by now in the shard of `proposal`.
    fn version(&self, proposal: &Proposal, stream: Uuid) -> u32 {
        self.state.versions.get(&(proposal.shard.0, stream)).copied().unwrap_or(0)
    }
}

impl Answered {
    fn again(&self, command: &Command) -> Outcome {
        if self.fingerprint != command.fingerprint.0 {
            return Outcome::CommandIdReused;
        }
        self.refusal.clone().map_or(Outcome::Known(self.receipt), Outcome::Refused)
    }
}
