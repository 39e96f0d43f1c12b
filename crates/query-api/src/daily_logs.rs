//! `GET /v1/daily-logs` and `GET /v1/daily-logs/{id}`.

use axum::extract::State;
use chrono::NaiveDate;
use domain::{Aggregate, DailyLog, DailyLogId, GoalId, dates, values};
use garde::Validate;
use identity::Signed;
use read_models::daily_logs::{self, DailyLogRow, LogFilter};
use runtime::{
    ApiError,
    http::{Answer, AtPosition, Params, Path},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Page, QueryState,
    page::{PAGE_ITEMS_MAX, after, limit},
    range::in_order,
};

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(list_daily_logs)).routes(routes!(get_daily_log))
}

/// Which logs to list.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListDailyLogs {
    /// Only those for this goal.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    goal_id: Option<GoalId>,
    /// Only those from this day on.
    #[garde(custom(values::given(values::date)))]
    #[serde(default, deserialize_with = "dates::given")]
    from: Option<NaiveDate>,
    /// Only those up to this day.
    #[garde(custom(values::given(values::date)))]
    #[serde(default, deserialize_with = "dates::given")]
    to: Option<NaiveDate>,
    /// Withdrawn ones too.
    #[garde(skip)]
    #[serde(default)]
    withdrawn: bool,
    /// The `next` of the page before.
    #[garde(inner(length(bytes, max = 64)))]
    cursor: Option<String>,
    /// How many items at most, 1 to 500; 50 unless given.
    #[garde(inner(range(min = 1, max = PAGE_ITEMS_MAX)))]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
}

/// List your daily logs
#[utoipa::path(
    get, path = "/v1/daily-logs", tag = "daily logs", params(ListDailyLogs, AtPosition),
    responses((status = 200, description = "Logs, newest day first.", body = Page<DailyLogRow>), ApiError)
)]
async fn list_daily_logs(
    State(state): State<QueryState>,
    Signed(session): Signed,
    at: AtPosition,
    Params(asked): Params<ListDailyLogs>,
) -> Result<Answer<Page<DailyLogRow>>, ApiError> {
    in_order(asked.from, asked.to)?;
    state.shown(&session, &at, &["daily_logs"]).await?;
    let limit = limit(asked.limit);
    let before = after(asked.cursor.as_deref(), parse_cursor)?;
    let filter = LogFilter { goal: asked.goal_id, from: asked.from, to: asked.to, withdrawn: asked.withdrawn };
    let rows = daily_logs::list_logs(&state.tables, session.workspace, filter, before, limit + 1).await?;
    if let Some(goal) = asked.goal_id.filter(|_| rows.is_empty()) {
        state.knows(&session, &at, goal).await?;
    }
    let page = Page::of(rows, limit, |last| format!("{}_{}", last.day, last.id));
    Ok(Answer::ok(state.opened(page).await?))
}

fn parse_cursor(text: &str) -> Option<(NaiveDate, DailyLogId)> {
    let (day, log) = text.split_once('_')?;
    let day = day.parse().ok().filter(|day| values::date(day, &()).is_ok())?;
    Some((day, log.parse().ok()?))
}

/// Get a daily log
#[utoipa::path(
    get, path = "/v1/daily-logs/{id}", tag = "daily logs", params(("id" = uuid::Uuid, Path), AtPosition),
    responses((status = 200, description = "The log.", body = DailyLogRow), ApiError)
)]
async fn get_daily_log(
    State(state): State<QueryState>,
    Signed(session): Signed,
    Path(id): Path<DailyLogId>,
    at: AtPosition,
) -> Result<Answer<DailyLogRow>, ApiError> {
    state.shown(&session, &at, &["daily_logs"]).await?;
    let row = daily_logs::get_log(&state.tables, session.workspace, id).await?;
    let log = state.opened(row.ok_or_else(|| ApiError::not_found(DailyLog::KIND))?).await?;
    let version = log.version.unsigned_abs();
    Ok(Answer::ok(log).version(version))
}
