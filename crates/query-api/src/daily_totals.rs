//! `GET /v1/daily-totals`: minutes and logs by day, as a heatmap shows them.

#[cfg(not(feature = "next-version"))]
use analytics::daily_totals as totals;
use analytics::daily_totals::DailyTotal;
#[cfg(feature = "next-version")]
use analytics::next_version as totals;
use axum::extract::State;
use chrono::{Days, NaiveDate};
use domain::GoalId;
use garde::Validate;
use identity::Signed;
use runtime::{
    ApiError,
    http::{Answer, AtPosition, Params},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::QueryState;

/// A range has at most so many days: two leap years.
const RANGE_DAYS_MAX: i64 = 732;

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(list_daily_totals))
}

/// Which days.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListDailyTotals {
    /// Of this goal; of the whole workspace unless given.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    goal_id: Option<GoalId>,
    /// The first day.
    #[garde(skip)]
    from: NaiveDate,
    /// The last day, at most 732 days on.
    #[garde(skip)]
    to: NaiveDate,
}

/// The days that have any logs.
#[derive(Serialize, ToSchema)]
struct DailyTotals {
    /// In the order of days; a day without logs is left out.
    items: Vec<DailyTotal>,
}

/// List minutes and logs by day
#[utoipa::path(
    get, path = "/v1/daily-totals", tag = "figures", params(ListDailyTotals, AtPosition),
    responses((status = 200, description = "The days that have any logs.", body = DailyTotals), ApiError)
)]
async fn list_daily_totals(
    State(state): State<QueryState>,
    Signed(session): Signed,
    at: AtPosition,
    Params(asked): Params<ListDailyTotals>,
) -> Result<Answer<DailyTotals>, ApiError> {
    if asked.to < asked.from {
        return Err(ApiError::invalid_field("/to", "range", "must not lie before `from`"));
    }
    if asked.to - asked.from > chrono::TimeDelta::days(RANGE_DAYS_MAX) {
        let last = asked.from + Days::new(RANGE_DAYS_MAX.unsigned_abs());
        return Err(ApiError::invalid_field("/to", "range", format!("must be {last} at the latest")));
    }
    state.figured(&session, &at, &[totals::NAME]).await?;
    let range = (asked.from, asked.to);
    let items = totals::list_daily_totals(&state.tables, session.workspace, asked.goal_id, range).await?;
    Ok(Answer::ok(DailyTotals { items }))
}
