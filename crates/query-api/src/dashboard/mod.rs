//! `GET /v1/dashboard`: all that a start page shows, in one request.
//!
//! What is needed is few rows however long the history is: states of streaks, the last weeks of each goal, the last year
//! of the workspace. The answer is a pure function of these and the moment.

mod answer;
mod facts;

use analytics::daily_totals::DailyTotal;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    GoalId, HasPersonal, Personal,
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

use self::facts::Facts;
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
) -> Result<Answer<Dashboard>, ApiError> {
    let moment = state.moment(&session, asked.as_of.as_deref()).await?;
    let facts = match moment.past {
        None => {
            state.shown(&session, &at, &["goal_details", "daily_logs"]).await?;
            state.figured(&session, &at, &["daily_totals", "streaks"]).await?;
            Facts::load(&state.tables, session.workspace, moment.now).await?
        }
        Some(until) => Facts::replay(&state, session.workspace, until, moment.now).await?,
    };
    Ok(Answer::ok(state.opened(facts.dashboard(moment.now)?).await?))
}
