//! Commands on goals: `POST /v1/goals` and what can be done with one.

use axum::extract::State;
use domain::{
    GoalId, Refusal,
    goal::{CreateGoal, Goal, GoalEvent, ReviseGoal},
};
use event_store::{Decision, Loaded, Moment, New};
use runtime::{
    ApiError,
    http::{Answer, IdempotencyKey, IfMatch, Path},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, Asked, Done, asked::Nothing};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create_goal))
        .routes(routes!(revise_goal))
        .routes(routes!(complete_goal))
        .routes(routes!(reopen_goal))
        .routes(routes!(archive_goal))
        .routes(routes!(restore_goal))
}

/// Name a new goal
#[utoipa::path(
    post, path = "/v1/goals", tag = "goals", params(IdempotencyKey), request_body = CreateGoal,
    responses((status = 201, description = "The goal was created.", body = Done), ApiError)
)]
async fn create_goal(State(api): State<AppState>, asked: Asked<CreateGoal>) -> Result<Answer<Done>, ApiError> {
    let id: GoalId = asked.body.id.unwrap_or_else(|| api.store.ids().next());
    let create = |_: &Moment, goal: &Loaded<Goal>| Ok(Decision::on(id, goal.create(&asked.body)?));
    let answer = asked.execute(&api, New::stream(id), create).await?;
    let location = format!("/v1/goals/{}", answer.body().id);
    Ok(answer.into_created(location))
}

/// Change some of a goal's fields
#[utoipa::path(
    patch, path = "/v1/goals/{id}", tag = "goals", params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch),
    request_body = ReviseGoal,
    responses((status = 200, description = "The goal has these fields now.", body = Done), ApiError)
)]
async fn revise_goal(
    State(api): State<AppState>,
    Path(id): Path<GoalId>,
    asked: Asked<ReviseGoal>,
) -> Result<Answer<Done>, ApiError> {
    asked.execute(&api, id, |_, goal| Ok(Decision::on(id, goal.revise(&asked.body)?))).await
}

/// Say that a goal was reached
#[utoipa::path(
    post, path = "/v1/goals/{id}/complete", tag = "goals",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch),
    responses((status = 200, description = "The goal is completed.", body = Done), ApiError)
)]
async fn complete_goal(
    State(api): State<AppState>,
    Path(id): Path<GoalId>,
    asked: Asked<Nothing>,
) -> Result<Answer<Done>, ApiError> {
    decide(&api, id, asked, Goal::complete).await
}

/// Take up a completed goal again
#[utoipa::path(
    post, path = "/v1/goals/{id}/reopen", tag = "goals",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch),
    responses((status = 200, description = "The goal is open again.", body = Done), ApiError)
)]
async fn reopen_goal(
    State(api): State<AppState>,
    Path(id): Path<GoalId>,
    asked: Asked<Nothing>,
) -> Result<Answer<Done>, ApiError> {
    decide(&api, id, asked, Goal::reopen).await
}

/// Put a goal away
#[utoipa::path(
    post, path = "/v1/goals/{id}/archive", tag = "goals",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch),
    responses((status = 200, description = "The goal is archived.", body = Done), ApiError)
)]
async fn archive_goal(
    State(api): State<AppState>,
    Path(id): Path<GoalId>,
    asked: Asked<Nothing>,
) -> Result<Answer<Done>, ApiError> {
    decide(&api, id, asked, Goal::archive).await
}

/// Take out an archived goal again
#[utoipa::path(
    post, path = "/v1/goals/{id}/restore", tag = "goals",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch),
    responses((status = 200, description = "The goal is no longer archived.", body = Done), ApiError)
)]
async fn restore_goal(
    State(api): State<AppState>,
    Path(id): Path<GoalId>,
    asked: Asked<Nothing>,
) -> Result<Answer<Done>, ApiError> {
    decide(&api, id, asked, Goal::restore).await
}

/// Has a command decided that needs no more than the goal.
async fn decide(
    api: &AppState,
    id: GoalId,
    asked: Asked<Nothing>,
    decision: fn(&Goal) -> Result<Vec<GoalEvent>, Refusal>,
) -> Result<Answer<Done>, ApiError> {
    asked.execute(api, id, |_, goal: &Loaded<Goal>| Ok(Decision::on(id, decision(goal)?))).await
}
