//! `GET /v1/history`: everything that ever happened in the workspace: who, what, when, and the values before and after.
//!
//! It is answered from the log alone. For a page of events, the streams they belong to are folded once by the same code
//! that decides; what an event changed is the difference between the state before it and the state after.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Aggregate, DailyLog, Event, EventId, Goal, GoalId, Recorded, User, UserId, Workspace, answering,
    undo::{Link, undone_by},
    user::SYSTEM,
    values,
    workspace::WorkspaceEvent,
};
use event_store::HistoryFilter;
use garde::Validate;
use identity::{Session, Signed};
use read_models::daily_logs::list_log_ids;
use runtime::{
    ApiError, ProblemKind,
    http::{Answer, AtPosition, Params},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    Page, QueryState,
    incomplete::{Told, told},
    legible::{Legible, legible},
    membership::is_for,
    page::{PAGE_ITEMS_MAX, limit},
    range::in_order,
};

/// So many events at most are looked at for one page: all those of the streams that it tells of.
const EVENTS_READ_MAX: u64 = 100_000;
/// Pages for which more are looked at take turns.
const EVENTS_READ_AT_ONCE: u64 = 10_000;

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(list_history))
}

/// Which part of history.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListHistory {
    /// Only what happened to this goal and its logs.
    #[garde(skip)]
    #[param(value_type = Option<Uuid>)]
    goal_id: Option<GoalId>,
    /// Only events of this type, as in `DailyLogCorrected`.
    #[garde(inner(length(bytes, max = 64)))]
    #[serde(rename = "type")]
    name: Option<String>,
    /// Only what was recorded at this instant or later.
    #[garde(custom(values::given(values::instant)))]
    from: Option<DateTime<Utc>>,
    /// Only what was recorded before this instant.
    #[garde(custom(values::given(values::instant)))]
    to: Option<DateTime<Utc>>,
    /// The `next` of the page before.
    #[garde(inner(length(bytes, max = 128)))]
    cursor: Option<String>,
    /// How many items at most, 1 to 500; 50 unless given.
    #[garde(inner(range(min = 1, max = PAGE_ITEMS_MAX)))]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
struct Happening {
    /// The event.
    #[schema(value_type = Uuid)]
    id: EventId,
    /// Its place in the log, as in `Momentum-Position`.
    position: String,
    /// What happened, as in `DailyLogCorrected`; `Unreadable` is what another version wrote, and this one cannot read.
    #[serde(rename = "type")]
    name: &'static str,
    /// To what: `user`, `workspace`, `goal` or `daily-log`; `unknown` where an unreadable event does not say.
    subject: &'static str,
    /// To which.
    subject_id: Uuid,
    /// The goal it is about, if it is about one.
    #[schema(value_type = Option<Uuid>)]
    goal_id: Option<GoalId>,
    /// The subject's version since.
    version: u32,
    /// Who did it.
    #[schema(value_type = Uuid)]
    actor: UserId,
    /// The owner whose invitation they accepted, where they joined the workspace.
    #[schema(value_type = Option<Uuid>)]
    invited_by: Option<UserId>,
    /// Whether the product did it by itself, as when it closes a week; `actor` is nobody's id then.
    by_system: bool,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The local day it was then.
    local_day: NaiveDate,
    /// The event that this one takes back.
    #[schema(value_type = Option<Uuid>)]
    undoes: Option<EventId>,
    /// The event that takes this one back, the latest if several did.
    #[schema(value_type = Option<Uuid>)]
    undone_by: Option<EventId>,
    /// What it changed, by field.
    changes: Vec<Change>,
}

/// A field that an event changed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
struct Change {
    /// The field.
    field: String,
    /// Its value before; `null` for none.
    before: Value,
    /// Its value since; `null` for none.
    after: Value,
}

/// List everything that happened
#[utoipa::path(
    get, path = "/v1/history", tag = "history", params(ListHistory, AtPosition),
    responses((status = 200, description = "What happened, newest first.", body = Page<Happening>), ApiError)
)]
async fn list_history(
    State(state): State<QueryState>,
    Signed(session): Signed,
    at: AtPosition,
    Params(asked): Params<ListHistory>,
) -> Result<(Option<Told>, Answer<Page<Happening>>), ApiError> {
    let (limit, goal) = (limit(asked.limit), asked.goal_id);
    let before = match &asked.cursor {
        Some(cursor) => state.position(&session, cursor)?.number,
        None => i64::MAX,
    };
    let filter = filter(&state, &session, &at, asked).await?;
    let events = state.log.read_history(session.workspace, &filter, before, limit + 1).await?;
    if let Some(goal) = goal.filter(|_| events.is_empty()) {
        state.knows(&session, &at, goal).await?;
    }
    let events = events.into_iter().map(legible).collect();
    let mut page = Page::of(events, limit, |last| state.log.cursor(last.position).to_string());
    page.items.retain(|event| is_for(&session, event));
    let effects = effects(&state, &session, &page.items).await?;
    // The log itself is whole; which logs are the goal's, the read model may not know of all.
    let incomplete = if goal.is_some() { told(&state, session.workspace).await } else { None };
    Ok((incomplete, Answer::ok(page.map(|event| happening(&state, &event, &effects)))))
}

async fn filter(
    state: &QueryState,
    session: &Session,
    at: &AtPosition,
    asked: ListHistory,
) -> Result<HistoryFilter, ApiError> {
    if asked.name.as_deref().is_some_and(|name| Event::names().all(|known| known != name)) {
        let detail = "There is no such type of event; history names those there are.";
        return Err(ApiError::invalid_field("/type", "unknown", detail));
    }
    in_order(asked.from, asked.to)?;
    let streams = match asked.goal_id {
        Some(goal) => {
            // Which logs are the goal's is known to a read model; all else is in the log.
            state.shown(session, at, &["daily_logs"]).await?;
            let mut streams = list_log_ids(&state.tables, session.workspace, goal).await?;
            streams.push(goal.uuid());
            Some(streams)
        }
        None => {
            // The log itself shows what was done at once; a position that is none is told all the same.
            state.shown(session, at, &[]).await?;
            None
        }
    };
    Ok(HistoryFilter { streams, name: asked.name, from: asked.from, to: asked.to, reader: Some(session.user) })
}

fn happening(state: &QueryState, event: &Recorded<Legible>, effects: &HashMap<EventId, Effect>) -> Happening {
    let effect = effects.get(&event.id).cloned().unwrap_or_default();
    Happening {
        id: event.id,
        position: state.log.cursor(event.position).to_string(),
        name: event.event.name(),
        subject: event.event.kind().unwrap_or("unknown"),
        subject_id: event.stream,
        goal_id: match &event.event {
            Legible::Read(Event::Goal(_)) => Some(event.stream.into()),
            Legible::Read(Event::DailyLog(log)) => Some(log.goal_id()),
            Legible::Read(Event::User(_) | Event::Workspace(_)) | Legible::Unread(_) => None,
        },
        version: event.version,
        actor: event.actor,
        invited_by: match &event.event {
            Legible::Read(Event::Workspace(WorkspaceEvent::MemberAdded { invited_by, .. })) => *invited_by,
            _ => None,
        },
        by_system: event.actor == SYSTEM,
        recorded_at: event.recorded_at,
        local_day: event.local_day,
        undoes: event.undoes,
        undone_by: effect.undone_by,
        changes: effect.changes,
    }
}

/// What came of an event.
#[derive(Clone, Default)]
struct Effect {
    changes: Vec<Change>,
    undone_by: Option<EventId>,
}

/// What came of each of these events: what it changed, and whether it was taken back.
async fn effects(
    state: &QueryState,
    session: &Session,
    events: &[Recorded<Legible>],
) -> Result<HashMap<EventId, Effect>, ApiError> {
    let streams: BTreeSet<Uuid> = events.iter().map(|event| event.stream).collect();
    let streams: Vec<Uuid> = streams.into_iter().collect();
    let shard = state.log.shard_of(session.workspace);
    let read = state.log.count_of_streams(shard, &streams).await?;
    if read > EVENTS_READ_MAX {
        let detail =
            "What this page tells of was changed more often than one answer may look at; ask with a smaller limit.";
        return Err(ApiError::new(ProblemKind::TooManyEvents, detail).with("events_max", EVENTS_READ_MAX));
    }
    // What is looked at all the time is small; those that are not take turns.
    let _turn = if read > EVENTS_READ_AT_ONCE { Some(state.turn().await?) } else { None };
    let streams = state.log.read_streams_as_written(shard, &streams).await?;
    let mut streams: Vec<_> = streams.into_iter().map(legible).collect();
    state.vault.open_events(&mut streams).await?;
    let mut effects: HashMap<EventId, Effect> = events.iter().map(|event| (event.id, Effect::default())).collect();
    for stream in streams.chunk_by(|one, next| one.stream == next.stream) {
        let changes = match &stream[0].event {
            Legible::Read(Event::User(_)) => add_changes::<User>(stream, &mut effects),
            Legible::Read(Event::Workspace(_)) => add_changes::<Workspace>(stream, &mut effects),
            Legible::Read(Event::Goal(_)) => add_changes::<Goal>(stream, &mut effects),
            Legible::Read(Event::DailyLog(_)) => add_changes::<DailyLog>(stream, &mut effects),
            Legible::Unread(_) => Ok(()),
        };
        changes.map_err(ApiError::internal)?;
        // What takes an event back is an event of the same stream.
        let links: Vec<_> = stream.iter().map(Link::of).collect();
        for (undone, undoing) in undone_by(&links) {
            if let Some(effect) = effects.get_mut(&undone) {
                effect.undone_by = Some(undoing);
            }
        }
    }
    Ok(effects)
}

/// Adds what those events of a stream changed that are asked about; from one that cannot be read on, nobody knows. Only
/// around these is the state told by field: a stream may be long, and its state large.
fn add_changes<A: Aggregate + Serialize>(
    stream: &[Recorded<Legible>],
    effects: &mut HashMap<EventId, Effect>,
) -> Result<(), serde_json::Error> {
    let mut state = A::default();
    for recorded in stream {
        let Legible::Read(event) = &recorded.event else { break };
        let Ok(event) = A::Event::try_from(event.clone()) else { continue };
        match effects.get_mut(&recorded.id) {
            Some(effect) => {
                let before = fields(&state)?;
                state.evolve(&event);
                effect.changes = difference(&before, &fields(&state)?);
            }
            None => state.evolve(&event),
        }
    }
    Ok(())
}

/// The state by field, as it is told.
fn fields<A: Serialize>(state: &A) -> Result<BTreeMap<String, Value>, serde_json::Error> {
    serde_json::from_value(answering(|| serde_json::to_value(state))?)
}

fn difference(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> Vec<Change> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value = |fields: &BTreeMap<String, Value>, name| fields.get(name).cloned().unwrap_or_default();
    names
        .into_iter()
        .map(|name| Change { field: name.clone(), before: value(before, name), after: value(after, name) })
        .filter(|change| change.before != change.after)
        .collect()
}
