//! `GET /v1/weeks` and `GET /v1/weeks/{first}`: what weeks come to, and what they came to when they closed.

use analytics::{
    figures::{self, Figures},
    weekly_snapshots::{self, Correction, GoalWeek, Tables, WEEK_CORRECTIONS_MAX, WeekDetails, WeekSnapshot},
};
use axum::extract::State;
use chrono::{DateTime, Utc};
use domain::{
    Aggregate, Goal, GoalId, HasPersonal, Personal, Position, Week, dates::WrittenDate, figures::WeekFigures, values,
};
use garde::Validate;
use identity::Signed;
use runtime::{
    ApiError,
    http::{Answer, AtPosition, Params, Path},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Page, QueryState,
    as_of::AsOf,
    page::{PAGE_ITEMS_MAX, after, limit},
};

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(list_weeks)).routes(routes!(get_week))
}

/// Which weeks.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListWeeks {
    /// Of this goal; of the whole workspace unless given.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    goal_id: Option<GoalId>,
    /// The `next` of the page before.
    #[garde(inner(length(bytes, max = 16)))]
    cursor: Option<String>,
    /// How many weeks at most, 1 to 500; 50 unless given.
    #[garde(inner(range(min = 1, max = PAGE_ITEMS_MAX)))]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
    /// An instant or a position: what was known then. Now, unless given.
    #[garde(inner(length(bytes, max = 64)))]
    as_of: Option<String>,
}

/// A week of the workspace, goal by goal, with what was corrected since it was over.
#[derive(Serialize, ToSchema)]
struct WeekInDetail {
    /// Its first and last date.
    #[serde(flatten)]
    week: Week,
    /// The instant it ends or ended.
    ends_at: DateTime<Utc>,
    /// Whether it is closed: fixed, so that what changes it is a correction.
    closed: bool,
    /// What it comes to now.
    now: WeekFigures,
    /// What it came to when it closed: by what was recorded before its end. `null` until then.
    as_closed: Option<WeekFigures>,
    /// The goals that have figures in it, or aimed at something.
    goals: Vec<GoalWeek>,
    /// What was corrected since it was over, in the order in which it was: the last 500 corrections.
    #[schema(max_items = 500)]
    corrections: Vec<PlacedCorrection>,
    /// How many corrections there were in all.
    corrections_count: u32,
}

/// A correction, and its place in the log.
#[derive(Serialize, ToSchema)]
struct PlacedCorrection {
    /// The event's place in the log, as in `Momentum-Position`.
    position: String,
    /// What it was.
    #[serde(flatten)]
    correction: Correction,
}

impl HasPersonal for WeekInDetail {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.goals.each_personal(visit);
    }
}

/// List weeks
///
/// From the running week back to that of the workspace's first event; earlier ones where something was logged for them.
#[utoipa::path(
    get, path = "/v1/weeks", tag = "figures", params(ListWeeks, AtPosition),
    responses((status = 200, description = "The weeks, newest first.", body = Page<WeekSnapshot>), ApiError)
)]
async fn list_weeks(
    State(state): State<QueryState>,
    Signed(session): Signed,
    at: AtPosition,
    Params(asked): Params<ListWeeks>,
) -> Result<Answer<Page<WeekSnapshot>>, ApiError> {
    let limit = limit(asked.limit);
    let before =
        after(asked.cursor.as_deref(), |first| first.parse().ok().filter(|first| values::date(first, &()).is_ok()))?;
    let (workspace, goal, weeks) = (session.workspace, asked.goal_id, usize::try_from(limit + 1).unwrap_or(usize::MAX));
    let moment = state.moment(&session, asked.as_of.as_deref()).await?;
    let weeks = match moment.past {
        None => {
            state.figured(&session, &at, &[figures::NAME]).await?;
            let source = Tables::now(&state.tables).await?;
            weekly_snapshots::list_weeks(&source, workspace, goal, moment.now, before, weeks).await?
        }
        Some(past) => {
            let rows = state.replayed::<Figures>(workspace, past).await?;
            let Ok(weeks) = weekly_snapshots::list_weeks(&rows, workspace, goal, moment.now, before, weeks).await;
            weeks
        }
    };
    let weeks = weeks.ok_or_else(|| ApiError::not_found(Goal::KIND))?;
    Ok(Answer::ok(Page::of(weeks, limit, |last| last.week.first.to_string())))
}

/// Get a week
///
/// It is named by its first date. Tells each goal's figures, and what was corrected since the week was over.
#[utoipa::path(
    get, path = "/v1/weeks/{first}", tag = "figures",
    params(("first" = NaiveDate, Path, description = "The week's first date, which is its name."), AsOf, AtPosition),
    responses((status = 200, description = "The week.", body = WeekInDetail), ApiError)
)]
async fn get_week(
    State(state): State<QueryState>,
    Signed(session): Signed,
    Path(WrittenDate(first)): Path<WrittenDate>,
    at: AtPosition,
    Params(asked): Params<AsOf>,
) -> Result<Answer<WeekInDetail>, ApiError> {
    // No week lies beyond the dates there can be.
    values::date(&first, &()).map_err(|_| ApiError::not_found("week"))?;
    let moment = state.moment(&session, asked.as_of.as_deref()).await?;
    let week = match moment.past {
        None => {
            state.figured(&session, &at, &[figures::NAME]).await?;
            let source = Tables::now(&state.tables).await?;
            weekly_snapshots::get_week(&source, session.workspace, first, moment.now).await?
        }
        Some(past) => {
            let rows = state.replayed::<Figures>(session.workspace, past).await?;
            let Ok(week) = weekly_snapshots::get_week(&rows, session.workspace, first, moment.now).await;
            week
        }
    };
    let WeekDetails { snapshot, goals, corrections } = week.ok_or_else(|| ApiError::not_found("week"))?;
    let shard = state.log.shard_of(session.workspace);
    let placed = |correction: Correction| {
        let position = Position { shard, number: correction.number };
        PlacedCorrection { position: state.log.cursor(position).to_string(), correction }
    };
    let WeekSnapshot { week, ends_at, closed, now, as_closed, corrections: corrections_count } = snapshot;
    let corrections = corrections.into_iter().map(placed).collect();
    let week = WeekInDetail { week, ends_at, closed, now, as_closed, goals, corrections, corrections_count };
    Ok(Answer::ok(state.opened(week).await?))
}

// What the OpenAPI text says of the list of corrections is what is told at most.
const _: () = assert!(WEEK_CORRECTIONS_MAX == 500);
