//! `GET /v1/dashboard`: all that a start page shows, in one request.
//!
//! What is needed is few rows however long the history is: states of streaks, the last weeks of each goal, the last year
//! of the workspace. The answer is a pure function of these and the moment, and is kept while both stay what they are.

mod answer;
mod facts;
mod kept;

use analytics::daily_totals::DailyTotal;
use axum::{
    body::Bytes,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    GoalId, HasPersonal, Personal, WorkspaceId, answering,
    figures::WeekFigures,
    pace::{Pace, Progress},
    streaks::{Due, Standing},
};
use identity::Signed;
use read_models::daily_logs::DailyLogRow;
use runtime::{
    ApiError,
    http::{Answer, AtPosition, Params},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use self::kept::Dashboards;
use self::{facts::Facts, kept::Version};
use crate::{QueryState, as_of::AsOf};

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(get_dashboard))
}

/// All that a start page shows.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
struct Dashboard {
    /// The day it is.
    today: NaiveDate,
    /// The instant it is over.
    day_ends_at: DateTime<Utc>,
    /// The goals that are neither completed nor archived, in the order they were made, at most 200.
    goals: Vec<DashboardGoal>,
    /// The streak of the whole workspace.
    streak: Standing,
    /// This week of the whole workspace.
    week: WeekFigures,
    /// The days that have any logs, from the first day of the week 52 weeks ago until today, in order.
    year: Vec<DailyTotal>,
    /// The ten latest logs, newest day first; withdrawn ones are left out.
    recent_logs: Vec<DailyLogRow>,
}

/// A goal, as it stands today.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
struct DashboardGoal {
    /// The goal.
    #[schema(value_type = uuid::Uuid)]
    goal_id: GoalId,
    /// What it is called.
    title: Personal,
    /// What it asks of today.
    #[serde(flatten)]
    due: Due,
    /// How its streak stands.
    streak: Standing,
    /// This week, against its target and the week before.
    week: WeekFigures,
    /// How much of its total is done.
    progress: Progress,
    /// How fast it is gone at, and where that leads.
    pace: Pace,
}

impl HasPersonal for Dashboard {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.goals.iter_mut().for_each(|goal| visit("title", &mut goal.title));
        self.recent_logs.each_personal(visit);
    }
}

/// Get all that a start page shows
///
/// What is due today, streaks, this week against its targets, the year's days, pace, and the latest logs.
#[utoipa::path(
    get, path = "/v1/dashboard", tag = "figures", params(AsOf, AtPosition),
    responses((status = 200, description = "How everything stands.", body = Dashboard), ApiError)
)]
async fn get_dashboard(
    State(state): State<QueryState>,
    Signed(session): Signed,
    at: AtPosition,
    Params(asked): Params<AsOf>,
) -> Result<Response, ApiError> {
    let moment = state.moment(&session, asked.as_of.as_deref()).await?;
    match moment.past {
        None => {
            state.shown(&session, &at, &kept::READ).await?;
            state.figured(&session, &at, &kept::ANALYTICS).await?;
            living(&state, session.workspace, moment.now).await
        }
        Some(until) => {
            let facts = Facts::replay(&state, session.workspace, until, moment.now).await?;
            Ok(Answer::ok(state.opened(facts.dashboard(moment.now)?).await?).into_response())
        }
    }
}

/// The dashboard as it is kept, or made anew.
async fn living(state: &QueryState, workspace: WorkspaceId, now: DateTime<Utc>) -> Result<Response, ApiError> {
    // Looked at before the rows, so that what is kept never counts as newer than it is.
    let version = Version::now(&state.tables, state.log.shard_of(workspace), workspace).await?;
    if let Some(body) = version.and_then(|version| state.dashboards.get(workspace, version, now)) {
        return Ok(as_json(body));
    }
    let dashboard = Facts::load(&state.tables, workspace, now).await?.dashboard(now)?;
    let until = dashboard.day_ends_at;
    let dashboard = state.opened(dashboard).await?;
    let body = answering(|| serde_json::to_vec(&dashboard)).map_err(ApiError::internal)?;
    let body = Bytes::from(body);
    if let Some(version) = version {
        state.dashboards.put(workspace, version, (now, until), body.clone());
    }
    Ok(as_json(body))
}

fn as_json(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
