//! An event of the log as it is told: all that is recorded of it, its text opened, its place as the usual token.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{CommandId, Event, EventId, Recorded, UserId, WorkspaceId, answering};
use event_store::Log;
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, schema::Type},
};
use uuid::Uuid;

use crate::legible::{Legible, UNREADABLE};

/// An event, with all that is known of how it came about.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordedEvent {
    /// The event.
    #[schema(value_type = Uuid)]
    id: EventId,
    /// Its place in the log, as in `Momentum-Position`: send it as `after` or `Last-Event-ID` to get what follows.
    position: String,
    /// To what it happened: a user, a workspace, a goal or a log.
    stream: Uuid,
    /// The version of that since.
    version: u32,
    /// The workspace it happened in.
    #[schema(value_type = Uuid)]
    workspace: WorkspaceId,
    /// Who did it.
    #[schema(value_type = Uuid)]
    actor: UserId,
    /// The command that did it: the `Idempotency-Key` it was sent with.
    #[schema(value_type = Uuid)]
    command: CommandId,
    /// The event that this one takes back.
    #[schema(value_type = Option<Uuid>)]
    undoes: Option<EventId>,
    /// What began the chain of commands it belongs to; without a chain, the command.
    correlation: Uuid,
    /// What led to the command; without a chain, the command itself.
    causation: Uuid,
    /// The W3C `traceparent` of the request.
    trace_parent: Option<String>,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The local day it was then.
    local_day: NaiveDate,
    /// What happened.
    #[schema(schema_with = event_schema)]
    event: Legible,
}

impl RecordedEvent {
    /// The event as it is told of this log.
    pub(crate) fn of(recorded: Recorded<Legible>, log: &Log) -> Self {
        let Recorded { id, position, stream, version, workspace, actor, command, undoes, .. } = recorded;
        let Recorded { correlation, causation, trace_parent, recorded_at, local_day, event, .. } = recorded;
        let position = log.cursor(position).to_string();
        Self {
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
        }
    }

    /// The name of what happened.
    pub(crate) fn name(&self) -> &'static str {
        self.event.name()
    }

    /// The token of its place.
    pub(crate) fn position(&self) -> &str {
        &self.position
    }
}

/// Name, version of the shape, and data, with an example of each event: the domain's own samples.
fn event_schema() -> Object {
    let examples = Event::samples().into_iter().filter_map(|event| answering(|| serde_json::to_value(event)).ok());
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let data = ObjectBuilder::new().schema_type(Type::Object).description(Some(
        "The fields of this type of event; of one that is `Unreadable`, the type and the schema that it has.",
    ));
    ObjectBuilder::new()
        .property(
            "type",
            text().enum_values(Some(Event::names().chain([UNREADABLE]))).description(Some("What happened.")),
        )
        .property(
            "schema",
            ObjectBuilder::new().schema_type(Type::Integer).description(Some("The version of the shape of `data`.")),
        )
        .property("data", data)
        .required("type")
        .required("schema")
        .required("data")
        .description(Some("What happened. `Unreadable` is what another version wrote, and this one cannot read."))
        .examples(examples.collect::<Vec<Value>>())
        .build()
}
