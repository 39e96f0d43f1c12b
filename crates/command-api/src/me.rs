//! Commands on one's own account: profile and preferences.

use axum::extract::State;
use domain::{
    Role,
    user::{ChangePreferences, ChangeProfile},
};
use event_store::Decision;
use runtime::{
    ApiError,
    http::{Answer, IdempotencyKey, IfMatch},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, Asked, Done};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(change_profile)).routes(routes!(change_preferences))
}

/// Change what you are called
#[utoipa::path(
    put, path = "/v1/me/profile", tag = "me", params(IdempotencyKey, IfMatch), request_body = ChangeProfile,
    responses((status = 200, description = "Your profile says this now.", body = Done), ApiError)
)]
async fn change_profile(State(api): State<AppState>, asked: Asked<ChangeProfile>) -> Result<Answer<Done>, ApiError> {
    let asked = asked.at_home();
    let id = asked.session.user;
    asked.execute_as(Role::Viewer, &api, id, |_, user| Ok(Decision::on(id, user.change_profile(&asked.body)?))).await
}

/// Change how things look to you
#[utoipa::path(
    patch, path = "/v1/me/preferences", tag = "me", params(IdempotencyKey, IfMatch),
    request_body = ChangePreferences,
    responses((status = 200, description = "Your preferences are these now.", body = Done), ApiError)
)]
async fn change_preferences(
    State(api): State<AppState>,
    asked: Asked<ChangePreferences>,
) -> Result<Answer<Done>, ApiError> {
    let asked = asked.at_home();
    let id = asked.session.user;
    asked
        .execute_as(Role::Viewer, &api, id, |_, user| Ok(Decision::on(id, user.change_preferences(&asked.body)?)))
        .await
}
