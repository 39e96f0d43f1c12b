//! `GET /v1/daily-totals`: minutes and logs by day, as a heatmap shows them.

use analytics::daily_totals::{DailyTotal, DailyTotals as Days, list_daily_totals_of};
#[cfg(feature = "next-version")]
use analytics::next_version::{NAME, list_daily_totals as list_living};
#[cfg(not(feature = "next-version"))]
use analytics::{daily_totals::list_daily_totals as list_living, figures::NAME};
use axum::extract::State;
use chrono::NaiveDate;
use domain::{Aggregate, Goal, GoalId, dates, values};
use garde::Validate;
use identity::Signed;
use read_models::goals::Goals;
use runtime::{
    ApiError,
    http::{Answer, AtPosition, Params},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use worker::Replay;

use crate::{QueryState, range::range, subject::subject};

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
    #[garde(custom(values::date))]
    #[serde(deserialize_with = "dates::written")]
    from: NaiveDate,
    /// The last day, at most 732 days on.
    #[garde(custom(values::date))]
    #[serde(deserialize_with = "dates::written")]
    to: NaiveDate,
    /// An instant or a position: what was known then. Now, unless given.
    #[garde(inner(length(bytes, max = 64)))]
    as_of: Option<String>,
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
    let range = range(asked.from, asked.to)?;
    let (workspace, goal) = (session.workspace, asked.goal_id);
    let subject = subject(&session, goal)?;
    let items = match state.moment(&session, asked.as_of.as_deref()).await?.past {
        None => {
            state.figured(&session, &at, &[NAME]).await?;
            let items = list_living(&state.tables, workspace, subject, range).await?;
            if let Some(goal) = goal.filter(|_| items.is_empty()) {
                state.knows(&session, &at, goal).await?;
            }
            items
        }
        Some(past) => {
            let (mut totals, mut goals) = (Replay::<Days>::default(), Replay::<Goals>::default());
            let take_in = |event: &_| {
                totals.take_in(event);
                goals.take_in(event);
            };
            state.replay(workspace, past, take_in).await?;
            if goal.is_some_and(|goal| goals.rows.all.get(&(workspace, goal)).is_none()) {
                return Err(ApiError::not_found(Goal::KIND));
            }
            list_daily_totals_of(&totals.rows, workspace, subject, range)
        }
    };
    Ok(Answer::ok(DailyTotals { items }))
}
