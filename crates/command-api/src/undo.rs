//! `POST /v1/history/{position}/undo`: takes back one event, at any age.

use axum::extract::State;
use domain::{
    DailyLog, Event, Goal, HasPersonal, Id, Position, Recorded, Refusal, Role, User, Workspace,
    undo::{Today, Undo, undo},
};
use event_store::{Decision, NotACursor, Whole};
use runtime::{
    ApiError, ProblemKind,
    http::{Answer, IdempotencyKey, IfMatch, Path},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, Asked, Done, asked::Nothing};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(undo_event))
}

/// Undo an event
///
/// The fields it changed get the values they had before it; 409, if a later event changed them since, if it is undone
/// already, or if what they said was erased by who wrote it. A text that is given back stays that of who wrote it. The undoing is an
/// event of its own, or several, which history shows beside the one it takes back, and which can be undone in turn, as a
/// whole.
#[utoipa::path(
    post, path = "/v1/history/{position}/undo", tag = "history",
    params(("position" = String, Path, description = "The event's position, as history tells it.", example = "61049828-3-7"), IdempotencyKey, IfMatch),
    responses((status = 200, description = "The event is taken back.", body = Done), ApiError)
)]
async fn undo_event(
    State(state): State<AppState>,
    Path(token): Path<String>,
    asked: Asked<Nothing>,
) -> Result<Answer<Done>, ApiError> {
    let position = position(&state, &token)?;
    let Some(event) = event_at(&state, &asked, position).await? else {
        // Decided like a command: to a stranger, there is no such workspace, whatever is there.
        let not_found = Refusal::NotFound { what: "event".into() };
        return asked.execute_as(Role::Viewer, &state, (), |_, ()| Err(not_found.clone())).await;
    };
    match &event.event {
        Event::User(_) => undo_in::<User>(Role::Viewer, &state, &asked, &event).await,
        Event::Workspace(_) => undo_in::<Workspace>(Role::Owner, &state, &asked, &event).await,
        Event::Goal(_) => undo_in::<Goal>(Role::Editor, &state, &asked, &event).await,
        Event::DailyLog(_) => undo_in::<DailyLog>(Role::Editor, &state, &asked, &event).await,
    }
}

fn position(state: &AppState, token: &str) -> Result<Position, ApiError> {
    state.store.log().parse_cursor(token).map_err(|error| match error {
        NotACursor::Malformed => ApiError::not_found("event"),
        NotACursor::OtherHistory => ApiError::new(
            ProblemKind::CursorGone,
            "This position is from before the service was restored from a backup; read history again.",
        ),
    })
}

/// The event of the asker's workspace at this position, if it is theirs to see: not what happened to another person.
async fn event_at(state: &AppState, asked: &Asked<Nothing>, position: Position) -> Result<Option<Recorded>, ApiError> {
    let (log, session) = (state.store.log(), asked.session);
    let there = log.read_workspace(session.workspace, position.number - 1, 1).await?;
    let theirs = |event: &Recorded| !matches!(event.event, Event::User(_)) || event.stream == session.user.uuid();
    Ok(there.into_iter().find(|event| event.position == position && theirs(event)))
}

/// Takes back an event of an aggregate of this kind, for who may change such.
async fn undo_in<A>(
    role: Role,
    state: &AppState,
    asked: &Asked<Nothing>,
    event: &Recorded,
) -> Result<Answer<Done>, ApiError>
where
    A: Undo<Event: HasPersonal + Clone + Send + Sync> + HasPersonal,
{
    let id: Id<A> = event.stream.into();
    asked
        .execute_as(role, state, Whole(id), |moment, stream| {
            let today = Today { now: moment.now, day: moment.today()?, week: moment.this_week()? };
            let undone = undo::<A>(&stream.events, event.version, today)?;
            Ok(Decision::on(id, undone).undoing(event.id, stream.owners_before(event.version)))
        })
        .await
}
