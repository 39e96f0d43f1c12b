//! What becomes of each proposal of a batch, and what the batch writes.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::{Position, RawEvent, Recorded, Refusal};
use uuid::Uuid;

use crate::{
    Command, Receipt,
    batch::{Outcome, Proposal},
    memory::Memory,
    state::{Answered, Head, State},
};

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
    /// Whether the event at its position has its stream and version, which need not be kept twice.
    pub is_told_by_event: bool,
    pub refusal: Option<&'a Refusal>,
}

/// What must be so as the batch is written, because it was not read.
pub(crate) struct Beliefs {
    pub heads: Vec<(i16, i64)>,
    pub versions: Vec<((i16, Uuid), u32)>,
    /// Commands, by id and actor, that have no answer yet.
    pub commands: Vec<(Uuid, Uuid)>,
}

impl Beliefs {
    /// None: all of it was read, under the lock.
    pub const fn none() -> Self {
        Self { heads: vec![], versions: vec![], commands: vec![] }
    }

    /// What a state that was not read relies on, but for what follows from the heads.
    pub fn of(state: &State, memory: &Memory, proposals: &[Proposal]) -> Self {
        let unknown = state.versions.iter().filter(|(stream, _)| !memory.knows(stream));
        Self {
            heads: state.heads.iter().map(|(shard, head)| (*shard, head.number)).collect(),
            versions: unknown.map(|(stream, version)| (*stream, *version)).collect(),
            commands: proposals.iter().map(|it| (it.command.id.uuid(), it.command.actor.uuid())).collect(),
        }
    }

    /// The same without what the events themselves prove: nobody can begin a stream that has begun.
    pub fn beside(mut self, events: &[Recorded<RawEvent>]) -> Self {
        let begun = events.iter().filter(|event| event.version == 1);
        let begun: HashSet<_> = begun.map(|event| (event.position.shard.0, event.stream)).collect();
        self.versions.retain(|(stream, _)| !begun.contains(stream));
        self
    }
}

impl<'a> Plan<'a> {
    /// What becomes of these proposals, one after the other.
    pub fn of(proposals: &'a [Proposal], state: State, now: DateTime<Utc>) -> (Self, Vec<Outcome>) {
        let mut plan = Self { state, now, events: vec![], answers: vec![] };
        let outcomes = proposals.iter().map(|proposal| plan.take(proposal)).collect();
        (plan, outcomes)
    }

    /// It is committed: its events, and how it left the log.
    pub fn written(self, memory: &mut Memory) -> Vec<Recorded<RawEvent>> {
        memory.keep(self.state);
        self.events
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
        if proposal.decided_on.is_some_and(|day| day != local_day) {
            return Outcome::OnAnotherDay(recorded_at);
        }
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
        let changed = !proposal.events.is_empty();
        let receipt = Receipt { stream: proposal.subject, version, position, changed };
        let refusal = proposal.refusal.as_ref();
        // What is refused for now, as by a role that can change, may be done later under the same id.
        if refusal.is_none_or(|refusal| !refusal.may_pass()) {
            let is_told_by_event = proposal.events.last().is_some_and(|event| event.stream == proposal.subject);
            self.answers.push(NewAnswer { command, receipt, is_told_by_event, refusal });
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
