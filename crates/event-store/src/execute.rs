//! Executing a command: load, decide, seal, append; again, if others were faster.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{Calendar, CommandId, Event, EventId, Refusal, Role, STREAM_EVENTS_MAX, UserId, Week, Workspace};
use metrics::counter;
use uuid::Uuid;

use crate::{
    Command, Decision, Loaded, Receipt, Store, StoreError, Streams,
    batch::{NewEvent, Outcome, Proposal},
    error::Corruption,
    streams::ReadVersion,
};

/// Answers to commands are kept so many days, and older commands refused.
pub const COMMAND_DAYS_KEPT: i64 = 90;
/// So much longer they are in fact kept: another process, whose clock is behind, may still take them for young enough.
const CLOCKS_APART_DAYS: i64 = 1;
/// So often is a command decided anew before it gives up. Each time, some other command got through.
const ATTEMPTS_MAX: u32 = 32;

/// Where and when a decision is made.
#[derive(Debug)]
pub struct Moment {
    /// The instant.
    pub now: DateTime<Utc>,
    /// Who asks.
    pub actor: UserId,
    /// The workspace, whose calendar and members hold.
    pub workspace: Loaded<Workspace>,
}

impl Moment {
    /// Refuses, if the actor's role in the workspace is less than this.
    pub fn permit(&self, role: Role) -> Result<(), Refusal> {
        self.workspace.permit(self.actor, role)
    }

    /// The day it is in the workspace.
    pub fn today(&self) -> Result<NaiveDate, Refusal> {
        self.workspace.today(self.now)
    }

    /// The week it is in the workspace.
    pub fn this_week(&self) -> Result<Week, Refusal> {
        Ok(self.workspace.calendar.week_of(self.today()?))
    }

    /// The time zone that the workspace keeps now.
    pub fn zone(&self) -> &str {
        self.workspace.calendar.settings(self.now).map_or("", |settings| settings.zone.as_str())
    }
}

impl Store {
    /// Does what a command asks: loads the streams it reads, lets `decide` decide, and appends the events.
    ///
    /// What was decided on is checked when it is appended; if it has changed, the command is decided again. `decide`
    /// may thus run several times, and must be pure. When this returns, the outcome is durable.
    pub async fn execute<S: Streams>(
        &self,
        command: &Command,
        streams: S,
        decide: impl Fn(&Moment, &S::Loaded) -> Result<Decision, Refusal> + Send + Sync,
    ) -> Result<Receipt, StoreError> {
        let told = self.decide_and_append(command, streams, decide).await;
        counter!("momentum_commands_total", "outcome" => outcome(&told)).increment(1);
        told
    }

    async fn decide_and_append<S: Streams>(
        &self,
        command: &Command,
        mut streams: S,
        decide: impl Fn(&Moment, &S::Loaded) -> Result<Decision, Refusal> + Send + Sync,
    ) -> Result<Receipt, StoreError> {
        self.check_age(command.id)?;
        let mut no_earlier = DateTime::<Utc>::MIN_UTC;
        for _ in 0..ATTEMPTS_MAX {
            let workspace = self.load(command.workspace, command.workspace).await?;
            let moment = Moment { now: self.clock.now().max(no_earlier), actor: command.actor, workspace };
            let loaded = streams.load(self, command.workspace).await?;
            let mut reads = S::versions(&loaded);
            reads.extend(<domain::WorkspaceId as Streams>::versions(&moment.workspace));
            let decision = decide(&moment, &loaded).and_then(|decision| check(command, &reads, decision));
            let (proposal, appended) = self.propose(command, &moment, reads, decision).await?;
            match self.writer.append(proposal).await? {
                Outcome::Done(receipt) => {
                    S::remember(self, command.workspace, &loaded, &appended);
                    self.cache.advance(command.workspace, &moment.workspace, &appended);
                    return Ok(receipt);
                }
                Outcome::Known(receipt) => return Ok(receipt),
                Outcome::Refused(refusal) => return Err(StoreError::Refused(refusal)),
                Outcome::CommandIdReused => return Err(StoreError::CommandIdReused),
                Outcome::Stale => {
                    streams.doubt(self);
                    self.cache.forget(command.workspace);
                }
                // The log's instants may be ahead of this clock.
                Outcome::OnAnotherDay(now) => no_earlier = now,
            }
        }
        Err(StoreError::Contended(ATTEMPTS_MAX))
    }

    /// Deletes the answers to commands that are past their time, at most `limit` of them; tells how many.
    ///
    /// Only a UUIDv7 has a time; an answer under an id of another version is kept for ever.
    pub async fn forget_commands(&self, limit: i64) -> Result<u64, StoreError> {
        let kept = TimeDelta::days(COMMAND_DAYS_KEPT + CLOCKS_APART_DAYS);
        self.writer.forget_commands(self.clock.now() - kept, limit).await
    }

    fn check_age(&self, id: CommandId) -> Result<(), StoreError> {
        let is_dated = id.uuid().get_version_num() == 7;
        let Some(made) = id.uuid().get_timestamp().filter(|_| is_dated) else { return Ok(()) };
        let oldest = self.clock.now() - TimeDelta::days(COMMAND_DAYS_KEPT);
        let made = i64::try_from(made.to_unix().0).unwrap_or(i64::MAX);
        if made < oldest.timestamp() { Err(StoreError::CommandExpired) } else { Ok(()) }
    }

    /// Puts a decision in the form in which it is appended, and keeps its events as they were before sealing.
    async fn propose(
        &self,
        command: &Command,
        moment: &Moment,
        reads: Vec<ReadVersion>,
        decision: Result<Decision, Refusal>,
    ) -> Result<(Proposal, Vec<(Uuid, Event)>), StoreError> {
        let mut calendar = moment.workspace.calendar.clone();
        let (decision, refusal) = match decision {
            Ok(decision) => (decision, None),
            Err(refusal) => (Decision::on(command.workspace, vec![]), Some(refusal)),
        };
        let Decision { subject, events: appended, undoes, owners } = decision;
        let owner = |field: &'static str| owners.get(field).copied().unwrap_or(command.actor);
        let mut events = Vec::with_capacity(appended.len());
        for (stream, event) in &appended {
            take_in_calendar(&mut calendar, event);
            events.push(self.sealed(&owner, *stream, event.clone()).await?);
        }
        let proposal = Proposal {
            shard: self.log.shard_of(command.workspace),
            command: command.clone(),
            reads: reads.iter().map(|read| (read.stream, read.version)).collect(),
            subject,
            events,
            undoes,
            refusal,
            calendar,
            decided_on: moment.today().ok(),
        };
        Ok((proposal, appended))
    }

    async fn sealed(
        &self,
        owner: &(impl Fn(&'static str) -> UserId + Sync),
        stream: Uuid,
        mut event: Event,
    ) -> Result<NewEvent, StoreError> {
        let id: EventId = self.ids.next();
        self.vault.seal(owner, id, &mut event).await?;
        let raw = event.to_raw().map_err(Corruption::Unwritable)?;
        Ok(NewEvent { stream, id, raw })
    }
}

/// The word by which metrics tell how a command went.
const fn outcome(told: &Result<Receipt, StoreError>) -> &'static str {
    match told {
        Ok(_) => "done",
        Err(StoreError::Refused(_)) => "refused",
        Err(StoreError::CommandIdReused) => "id_reused",
        Err(StoreError::CommandExpired) => "expired",
        Err(StoreError::Contended(_)) => "contended",
        Err(StoreError::Overloaded) => "overloaded",
        Err(StoreError::Unavailable) => "unknown",
        Err(StoreError::Corrupt(_) | StoreError::Unfit(_) | StoreError::Database(_)) => "failed",
    }
}

/// What holds for every command, whatever it asks.
fn check(command: &Command, reads: &[ReadVersion], decision: Decision) -> Result<Decision, Refusal> {
    let appended_to = |read: &&ReadVersion| decision.events.iter().any(|(stream, _)| *stream == read.stream);
    if let Some(taken) = reads.iter().filter(appended_to).find(|read| read.foreign) {
        return Err(Refusal::IdTaken { what: taken.kind.into() });
    }
    let is_over = |read: &ReadVersion| {
        let more = decision.events.iter().filter(|(stream, _)| *stream == read.stream);
        let more = more.filter(|(_, event)| !event.is_always_possible()).count();
        more > 0 && usize::try_from(read.version).is_ok_and(|version| version + more > STREAM_EVENTS_MAX)
    };
    if reads.iter().any(is_over) {
        return Err(Refusal::TooManyChanges { max: STREAM_EVENTS_MAX });
    }
    let subject = reads.iter().find(|read| read.stream == decision.subject);
    match (command.if_match, subject) {
        (Some(expected), Some(ReadVersion { version: actual, .. })) if expected != *actual => {
            Err(Refusal::VersionConflict { expected, actual: *actual })
        }
        _ => Ok(decision),
    }
}

/// A workspace that is being made has no calendar yet but the one it is made with.
fn take_in_calendar(calendar: &mut Calendar, event: &Event) {
    if let Event::Workspace(domain::workspace::WorkspaceEvent::WorkspaceCreated { calendar: first, .. }) = event {
        *calendar = Calendar::new(first.clone());
    }
}
