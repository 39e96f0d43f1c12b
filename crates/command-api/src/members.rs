//! Commands on a workspace's members: what they may do, and removing them. They join by an invitation.

use axum::extract::State;
use domain::{Role, UserId, workspace::ChangeRole};
use event_store::Decision;
use runtime::{
    ApiError,
    http::{Answer, IdempotencyKey, IfMatch, Path},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, Asked, Done, asked::Nothing};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(change_role, remove_member))
}

/// Change what a member may do
///
/// There is always an owner, and a personal workspace's person stays one.
#[utoipa::path(
    patch, path = "/v1/workspace/members/{user_id}", tag = "workspace",
    params(("user_id" = uuid::Uuid, Path, description = "The member, as the list of members tells."), IdempotencyKey, IfMatch), request_body = ChangeRole,
    responses((status = 200, description = "They have this role now.", body = Done), ApiError)
)]
async fn change_role(
    State(api): State<AppState>,
    Path(user): Path<UserId>,
    asked: Asked<ChangeRole>,
) -> Result<Answer<Done>, ApiError> {
    let id = asked.session.workspace;
    asked
        .execute_as(Role::Owner, &api, (), |moment, ()| {
            Ok(Decision::on(id, moment.workspace.change_role(user, asked.body.role)?))
        })
        .await
}

/// Remove a member, or leave
///
/// An owner removes anybody, and each member themself. What they did stays; their access ends within a second.
#[utoipa::path(
    delete, path = "/v1/workspace/members/{user_id}", tag = "workspace",
    params(("user_id" = uuid::Uuid, Path, description = "The member, as the list of members tells."), IdempotencyKey, IfMatch),
    responses((status = 200, description = "They are a member no longer.", body = Done), ApiError)
)]
async fn remove_member(
    State(api): State<AppState>,
    Path(user): Path<UserId>,
    asked: Asked<Nothing>,
) -> Result<Answer<Done>, ApiError> {
    let id = asked.session.workspace;
    let role = if user == asked.session.user { Role::Viewer } else { Role::Owner };
    asked.execute_as(role, &api, (), |moment, ()| Ok(Decision::on(id, moment.workspace.remove_member(user)?))).await
}
