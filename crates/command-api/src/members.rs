//! Commands on a workspace's members: adding them, what they may do, and removing them.

use axum::extract::State;
use domain::{
    Refusal, Role, UserId,
    workspace::{AddMember, ChangeRole},
};
use event_store::Decision;
use runtime::{
    ApiError,
    http::{Answer, IdempotencyKey, IfMatch, Path},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, Asked, Done, asked::Nothing};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(add_member)).routes(routes!(change_role, remove_member))
}

/// Add somebody to the workspace
///
/// They are found by the address they sign in with. Only an owner may, and only so often: the answer tells whether there
/// is an account with the address.
#[utoipa::path(
    post, path = "/v1/workspace/members", tag = "workspace", params(IdempotencyKey, IfMatch), request_body = AddMember,
    responses((status = 201, description = "They are a member now.", body = Done), ApiError)
)]
async fn add_member(State(api): State<AppState>, asked: Asked<AddMember>) -> Result<Answer<Done>, ApiError> {
    let id = asked.session.workspace;
    let address = asked.body.email.text().unwrap_or_default();
    let found = api.identity.find_by_address(asked.session.user, address).await?;
    let answer = asked
        .execute_as(Role::Owner, &api, (), |moment, ()| {
            let user = found.ok_or(Refusal::UnknownAddress)?;
            Ok(Decision::on(id, moment.workspace.add_member(user, asked.body.role)?))
        })
        .await?;
    let user = found.map(|user| user.to_string()).unwrap_or_default();
    Ok(answer.into_created(format!("/v1/workspace/members/{user}")))
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
