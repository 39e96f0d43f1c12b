//! Commands on the workspace: its name and its calendar.

use axum::extract::State;
use domain::{CalendarSettings, Role, workspace::RenameWorkspace};
use event_store::Decision;
use runtime::{
    ApiError,
    http::{Answer, IdempotencyKey, IfMatch},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, Asked, Done};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(rename_workspace)).routes(routes!(set_calendar))
}

/// Call the workspace something else
#[utoipa::path(
    put, path = "/v1/workspace/name", tag = "workspace", params(IdempotencyKey, IfMatch),
    request_body = RenameWorkspace,
    responses((status = 200, description = "The workspace is called this now.", body = Done), ApiError)
)]
async fn rename_workspace(
    State(api): State<AppState>,
    asked: Asked<RenameWorkspace>,
) -> Result<Answer<Done>, ApiError> {
    let id = asked.session.workspace;
    asked
        .execute_as(Role::Owner, &api, (), |moment, ()| Ok(Decision::on(id, moment.workspace.rename(&asked.body)?)))
        .await
}

/// Set the time zone, week start and day start
///
/// They hold from the next day that begins under them; days that were are not judged anew.
#[utoipa::path(
    put, path = "/v1/workspace/calendar", tag = "workspace", params(IdempotencyKey, IfMatch),
    request_body = CalendarSettings,
    responses((status = 200, description = "The settings hold from the next day on.", body = Done), ApiError)
)]
async fn set_calendar(State(api): State<AppState>, asked: Asked<CalendarSettings>) -> Result<Answer<Done>, ApiError> {
    let id = asked.session.workspace;
    asked
        .execute_as(Role::Owner, &api, (), |moment, ()| {
            Ok(Decision::on(id, moment.workspace.set_calendar(&asked.body, moment.now)?))
        })
        .await
}
