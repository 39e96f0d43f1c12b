//! Commands on daily logs: `POST /v1/daily-logs` and what can be done with one.

use axum::extract::State;
use domain::{
    DailyLogId,
    daily_log::{CorrectLog, LogDay},
};
use event_store::{Decision, New};
use runtime::{
    ApiError,
    http::{Answer, IdempotencyKey, IfMatch, Path},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, Asked, Done, asked::Nothing};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(log_day))
        .routes(routes!(correct_log))
        .routes(routes!(withdraw_log))
        .routes(routes!(restore_log))
}

/// Log what was done on a day
#[utoipa::path(
    post, path = "/v1/daily-logs", tag = "daily logs", params(IdempotencyKey), request_body = LogDay,
    responses((status = 201, description = "The day was logged.", body = Done), ApiError)
)]
async fn log_day(State(api): State<AppState>, asked: Asked<LogDay>) -> Result<Answer<Done>, ApiError> {
    let id: DailyLogId = asked.body.id.unwrap_or_else(|| api.store.ids().next());
    let answer = asked
        .execute(&api, (asked.body.goal_id, New::stream(id)), |moment, (goal, log)| {
            Ok(Decision::on(id, log.create(&asked.body, goal, moment.today()?, moment.zone())?))
        })
        .await?;
    let location = format!("/v1/daily-logs/{}", answer.body().id);
    Ok(answer.into_created(location))
}

/// Correct a log
#[utoipa::path(
    patch, path = "/v1/daily-logs/{id}", tag = "daily logs",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch), request_body = CorrectLog,
    responses((status = 200, description = "The log says this now.", body = Done), ApiError)
)]
async fn correct_log(
    State(api): State<AppState>,
    Path(id): Path<DailyLogId>,
    asked: Asked<CorrectLog>,
) -> Result<Answer<Done>, ApiError> {
    asked.execute(&api, id, |moment, log| Ok(Decision::on(id, log.correct(&asked.body, moment.today()?)?))).await
}

/// Make a log count no longer
#[utoipa::path(
    post, path = "/v1/daily-logs/{id}/withdraw", tag = "daily logs",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch),
    responses((status = 200, description = "The log is withdrawn.", body = Done), ApiError)
)]
async fn withdraw_log(
    State(api): State<AppState>,
    Path(id): Path<DailyLogId>,
    asked: Asked<Nothing>,
) -> Result<Answer<Done>, ApiError> {
    asked.execute(&api, id, |_, log| Ok(Decision::on(id, log.withdraw()?))).await
}

/// Make a withdrawn log count again
#[utoipa::path(
    post, path = "/v1/daily-logs/{id}/restore", tag = "daily logs",
    params(("id" = uuid::Uuid, Path), IdempotencyKey, IfMatch),
    responses((status = 200, description = "The log counts again.", body = Done), ApiError)
)]
async fn restore_log(
    State(api): State<AppState>,
    Path(id): Path<DailyLogId>,
    asked: Asked<Nothing>,
) -> Result<Answer<Done>, ApiError> {
    asked.execute(&api, id, |_, log| Ok(Decision::on(id, log.restore()?))).await
}
