//! The row of `es.events`, and the event it is.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{Position, RawEvent, Recorded, Shard};
use uuid::Uuid;

/// A row as it is selected.
pub(crate) struct EventRow {
    pub shard: i16,
    pub position: i64,
    pub stream_id: Uuid,
    pub version: i32,
    pub id: Uuid,
    pub name: String,
    pub schema: i16,
    pub workspace: Uuid,
    pub actor: Uuid,
    pub command_id: Uuid,
    pub undoes: Option<Uuid>,
    pub correlation: Option<Uuid>,
    pub causation: Option<Uuid>,
    pub trace_parent: Option<String>,
    pub recorded_at: DateTime<Utc>,
    pub local_day: NaiveDate,
    pub data: String,
}

impl From<EventRow> for Recorded<RawEvent> {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id.into(),
            position: Position { shard: Shard(row.shard), number: row.position },
            stream: row.stream_id,
            version: row.version.unsigned_abs(),
            workspace: row.workspace.into(),
            actor: row.actor.into(),
            command: row.command_id.into(),
            undoes: row.undoes.map(Into::into),
            correlation: row.correlation.unwrap_or(row.command_id),
            causation: row.causation.unwrap_or(row.command_id),
            trace_parent: row.trace_parent,
            recorded_at: row.recorded_at,
            local_day: row.local_day,
            event: RawEvent { name: row.name, schema: row.schema, data: row.data.into() },
        }
    }
}

/// Selects events by a clause of SQL, checked at compile time like any other query.
///
/// The one macro of the crate: the list of columns must be a literal, and stands here once.
macro_rules! select_events {
    ($clause:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $crate::row::EventRow,
            r#"select shard, position, stream_id, version, id, type as name, schema, workspace, actor, command_id,
                      undoes, correlation, causation, trace_parent, recorded_at, local_day,
                      data as "data: String"
               from es.events where "# + $clause
            $(, $argument)*
        )
        .map(domain::Recorded::from)
    };
}
pub(crate) use select_events;
