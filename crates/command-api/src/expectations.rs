//! Commands on what a goal expects: its schedule, its weekly target, and its pauses.

use axum::extract::State;
use domain::{
    GoalId,
    goal::{PauseGoal, ResumeGoal},
    schedule::Schedule,
    target::WeeklyTarget,
};
use event_store::Decision;
use runtime::{
    ApiError,
    http::{Answer, IdempotencyKey, IfMatch, Path},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, Asked, Done, asked::Nothing};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(set_schedule))
        .routes(routes!(set_weekly_target, withdraw_weekly_target))
        .routes(routes!(pause_goal))
        .routes(routes!(resume_goal))
}

/// Set which days a goal expects
///
/// It holds from today on; days that were are judged by what held then.
#[utoipa::path(
    put, path = "/v1/goals/{id}/schedule", tag = "goals",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch), request_body = Schedule,
    responses((status = 200, description = "These days are expected from today on.", body = Done), ApiError)
)]
async fn set_schedule(
    State(state): State<AppState>,
    Path(id): Path<GoalId>,
    asked: Asked<Schedule>,
) -> Result<Answer<Done>, ApiError> {
    asked
        .execute(&state, id, |moment, goal| Ok(Decision::on(id, goal.set_schedule(&asked.body, moment.today()?)?)))
        .await
}

/// Set what is aimed for each week
///
/// It holds from this week on, until it is changed or withdrawn; weeks that were keep their target.
#[utoipa::path(
    put, path = "/v1/goals/{id}/weekly-target", tag = "goals",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch), request_body = WeeklyTarget,
    responses((status = 200, description = "This is aimed for from this week on.", body = Done), ApiError)
)]
async fn set_weekly_target(
    State(state): State<AppState>,
    Path(id): Path<GoalId>,
    asked: Asked<WeeklyTarget>,
) -> Result<Answer<Done>, ApiError> {
    asked
        .execute(&state, id, |moment, goal| {
            Ok(Decision::on(id, goal.set_weekly_target(asked.body, moment.this_week()?)?))
        })
        .await
}

/// Aim for nothing any more
#[utoipa::path(
    delete, path = "/v1/goals/{id}/weekly-target", tag = "goals",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch),
    responses((status = 200, description = "Nothing is aimed for from this week on.", body = Done), ApiError)
)]
async fn withdraw_weekly_target(
    State(state): State<AppState>,
    Path(id): Path<GoalId>,
    asked: Asked<Nothing>,
) -> Result<Answer<Done>, ApiError> {
    asked
        .execute(&state, id, |moment, goal| Ok(Decision::on(id, goal.withdraw_weekly_target(moment.this_week()?)?)))
        .await
}

/// Expect nothing of a goal on some days
///
/// Days that are paused neither break nor extend a streak, unless they are met. A pause may name past days.
#[utoipa::path(
    post, path = "/v1/goals/{id}/pause", tag = "goals",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch), request_body = PauseGoal,
    responses((status = 200, description = "The days are paused.", body = Done), ApiError)
)]
async fn pause_goal(
    State(state): State<AppState>,
    Path(id): Path<GoalId>,
    asked: Asked<PauseGoal>,
) -> Result<Answer<Done>, ApiError> {
    asked.execute(&state, id, |moment, goal| Ok(Decision::on(id, goal.pause(&asked.body, moment.today()?)?))).await
}

/// Expect something again on days that are paused
#[utoipa::path(
    post, path = "/v1/goals/{id}/resume", tag = "goals",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch), request_body = ResumeGoal,
    responses((status = 200, description = "The days are paused no longer.", body = Done), ApiError)
)]
async fn resume_goal(
    State(state): State<AppState>,
    Path(id): Path<GoalId>,
    asked: Asked<ResumeGoal>,
) -> Result<Answer<Done>, ApiError> {
    asked.execute(&state, id, |moment, goal| Ok(Decision::on(id, goal.resume(&asked.body, moment.today()?)?))).await
}
