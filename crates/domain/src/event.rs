//! Events as they stand in the log and travel on the bus.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strum::VariantNames;
use uuid::Uuid;

use crate::{
    CommandId, EventData, EventId, GoalId, HasPersonal, Personal, Position, UserId, WorkspaceId,
    daily_log::DailyLogEvent,
    event_data::{OneEntry, Tagged},
    goal::GoalEvent,
    upcast,
    user::UserEvent,
    workspace::WorkspaceEvent,
};

/// Any event of any aggregate.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Something about a person.
    User(UserEvent),
    /// Something about a workspace.
    Workspace(WorkspaceEvent),
    /// Something about a goal.
    Goal(GoalEvent),
    /// Something about one daily log.
    DailyLog(DailyLogEvent),
}

/// An event as it is written down: the name of its type, the version of that type's shape, and its data.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RawEvent {
    /// The wire name, as in `DailyLogCreated`; never changed once released.
    #[serde(rename = "type")]
    pub name: String,
    /// Which shape `data` has; older ones are upcast when read.
    pub schema: i16,
    /// The fields.
    pub data: EventData,
}

/// An event with all that is known of how it came about.
///
/// `E` is [`Event`] where it is understood, and [`RawEvent`] where it only passes through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded<E = Event> {
    /// The event's own id.
    pub id: EventId,
    /// Its place in the log.
    pub position: Position,
    /// The aggregate it belongs to.
    pub stream: Uuid,
    /// Its number in that stream, from 1.
    pub version: u32,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Who asked for it.
    pub actor: UserId,
    /// The command that caused it.
    pub command: CommandId,
    /// The event that this one takes back, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<EventId>,
    /// What started the whole chain of commands; without a chain, the command.
    pub correlation: Uuid,
    /// What led to the command; without a chain, the command itself.
    pub causation: Uuid,
    /// The W3C `traceparent` of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_parent: Option<String>,
    /// When it was recorded. Never goes back along a shard.
    pub recorded_at: DateTime<Utc>,
    /// The workspace's local day at that instant.
    pub local_day: NaiveDate,
    /// What happened.
    pub event: E,
}

/// An event of the log that this program cannot read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableEvent {
    /// No aggregate has an event of this name; it may come from a newer version.
    #[error("no event is called {0:?}")]
    UnknownName(String),
    /// The data does not have the shape its name and schema version promise.
    #[error("the data of {name} (schema {schema}) cannot be read: {cause}")]
    WrongData {
        /// The event's name.
        name: String,
        /// The schema version.
        schema: i16,
        /// What is wrong.
        cause: serde_json::Error,
    },
}

impl Event {
    /// The wire name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::User(event) => event.into(),
            Self::Workspace(event) => event.into(),
            Self::Goal(event) => event.into(),
            Self::DailyLog(event) => event.into(),
        }
    }

    /// The kind of the aggregate it belongs to.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => <crate::User as crate::Aggregate>::KIND,
            Self::Workspace(_) => <crate::Workspace as crate::Aggregate>::KIND,
            Self::Goal(_) => <crate::Goal as crate::Aggregate>::KIND,
            Self::DailyLog(_) => <crate::DailyLog as crate::Aggregate>::KIND,
        }
    }

    /// Whether it may happen to a stream that has as many events as it may: what ends something, what time brings, and what
    /// is so already.
    pub const fn is_always_possible(&self) -> bool {
        matches!(
            self,
            Self::User(UserEvent::UserErased {} | UserEvent::UserAddressChanged { .. })
                | Self::Workspace(WorkspaceEvent::WeekClosed { .. })
                | Self::Goal(GoalEvent::GoalArchived {})
                | Self::DailyLog(DailyLogEvent::DailyLogWithdrawn { .. })
        )
    }

    /// The kind of the aggregate that has events of this name; none, if no event is called so.
    pub fn kind_of(name: &str) -> Option<&'static str> {
        [
            (<crate::User as crate::Aggregate>::KIND, UserEvent::VARIANTS),
            (<crate::Workspace as crate::Aggregate>::KIND, WorkspaceEvent::VARIANTS),
            (<crate::Goal as crate::Aggregate>::KIND, GoalEvent::VARIANTS),
            (<crate::DailyLog as crate::Aggregate>::KIND, DailyLogEvent::VARIANTS),
        ]
        .into_iter()
        .find(|(_, names)| names.contains(&name))
        .map(|(kind, _)| kind)
    }

    /// All wire names, in the order of the code.
    pub fn names() -> impl Iterator<Item = &'static str> {
        [UserEvent::VARIANTS, WorkspaceEvent::VARIANTS, GoalEvent::VARIANTS, DailyLogEvent::VARIANTS]
            .into_iter()
            .flatten()
            .copied()
    }

    /// One of each, with its text in the clear: examples for documents and tests.
    pub fn samples() -> Vec<Self> {
        let users = UserEvent::samples().into_iter().map(Self::User);
        let workspaces = WorkspaceEvent::samples().into_iter().map(Self::Workspace);
        let goals = GoalEvent::samples().into_iter().map(Self::Goal);
        let logs = DailyLogEvent::samples().into_iter().map(Self::DailyLog);
        users.chain(workspaces).chain(goals).chain(logs).collect()
    }

    /// Writes it down. Fails while it holds personal text in the clear.
    pub fn to_raw(&self) -> Result<RawEvent, serde_json::Error> {
        let tagged = match self {
            Self::User(event) => serde_json::to_string(event),
            Self::Workspace(event) => serde_json::to_string(event),
            Self::Goal(event) => serde_json::to_string(event),
            Self::DailyLog(event) => serde_json::to_string(event),
        }?;
        let OneEntry(name, data) = serde_json::from_str(&tagged)?;
        Ok(RawEvent { schema: upcast::current_schema(name), name: name.to_owned(), data })
    }
}

impl RawEvent {
    /// Reads it, in whatever shape it was written.
    pub fn read(&self) -> Result<Event, UnreadableEvent> {
        let wrong = |cause| UnreadableEvent::WrongData { name: self.name.clone(), schema: self.schema, cause };
        let name = self.name.as_str();
        // Read as if it were the current shape, a later one would silently lose what it has more.
        if self.schema > upcast::current_schema(name) && Event::names().any(|known| known == name) {
            return Err(wrong(serde::de::Error::custom("its shape is from a newer version of this program")));
        }
        let upcast = if self.schema < upcast::current_schema(name) {
            Some(upcast::upcast(name, self.schema, &self.data).map_err(wrong)?)
        } else {
            None
        };
        let tagged = Tagged { name, data: upcast.as_ref().unwrap_or(&self.data) };
        let event = if UserEvent::VARIANTS.contains(&name) {
            UserEvent::deserialize(tagged).map(Event::User)
        } else if WorkspaceEvent::VARIANTS.contains(&name) {
            WorkspaceEvent::deserialize(tagged).map(Event::Workspace)
        } else if GoalEvent::VARIANTS.contains(&name) {
            GoalEvent::deserialize(tagged).map(Event::Goal)
        } else if DailyLogEvent::VARIANTS.contains(&name) {
            DailyLogEvent::deserialize(tagged).map(Event::DailyLog)
        } else {
            return Err(UnreadableEvent::UnknownName(self.name.clone()));
        };
        event.map_err(wrong)
    }
}

impl<E> Recorded<E> {
    /// The same facts around another form of the event.
    pub fn with<F>(self, event: F) -> (Recorded<F>, E) {
        let Self { id, position, stream, version, workspace, actor, command, undoes, .. } = self;
        let Self { correlation, causation, trace_parent, recorded_at, local_day, event: old, .. } = self;
        let facts = Recorded {
            id,
            position,
            stream,
            version,
            workspace,
            actor,
            command,
            undoes,
            correlation,
            causation,
            trace_parent,
            recorded_at,
            local_day,
            event,
        };
        (facts, old)
    }
}

impl Recorded<RawEvent> {
    /// Reads the event, keeping the facts around it.
    pub fn read(self) -> Result<Recorded, UnreadableEvent> {
        let event = self.event.read()?;
        Ok(self.with(event).0)
    }
}

impl Recorded {
    /// The goal that the event is about, if it is about one.
    pub fn goal(&self) -> Option<GoalId> {
        match &self.event {
            Event::Goal(_) => Some(self.stream.into()),
            Event::DailyLog(log) => Some(log.goal_id()),
            Event::User(_) | Event::Workspace(_) => None,
        }
    }
}

impl HasPersonal for Event {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        match self {
            Self::User(event) => event.each_personal(visit),
            Self::Workspace(event) => event.each_personal(visit),
            Self::Goal(event) => event.each_personal(visit),
            Self::DailyLog(event) => event.each_personal(visit),
        }
    }
}

impl<E: HasPersonal> HasPersonal for Recorded<E> {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.event.each_personal(visit);
    }
}

/// Serialised as it is written down, so that an opened event can be part of an answer.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_raw().map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RawEvent::deserialize(deserializer)?.read().map_err(serde::de::Error::custom)
    }
}
