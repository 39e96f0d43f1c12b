//! `GET /v1/goals/{id}/progress`: how far a goal has come, day by day, and where its pace leads.

use analytics::{
    daily_totals::{self, DailyTotals, InAll},
    figures,
    streaks::get_calendar,
};
use axum::extract::State;
use chrono::{Days, NaiveDate};
use domain::{
    Aggregate, Calendar, Event, Goal, GoalId, Position, Recorded, Workspace, dates,
    pace::{Pace, Progress, RECENT_DAYS, Recent},
    values,
};
use garde::Validate;
use identity::{Session, Signed};
use read_models::goals::{self, GoalRow, Goals};
use runtime::{
    ApiError,
    http::{Answer, AtPosition, Params, Path},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use worker::Replay;

use crate::{QueryState, as_of::Moment, range::range};

/// So many days are told if the query does not say.
const HISTORY_DAYS: Days = Days::new(365);

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(get_progress))
}

/// Which days of a goal's progress.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct GetProgress {
    /// The first day of the history; 365 days before its last one, unless given.
    #[garde(inner(custom(values::date)))]
    #[serde(default, deserialize_with = "dates::given")]
    from: Option<NaiveDate>,
    /// The last day of the history, at most 732 days on; today, unless given.
    #[garde(inner(custom(values::date)))]
    #[serde(default, deserialize_with = "dates::given")]
    to: Option<NaiveDate>,
    /// An instant or a position: what was known then. Now, unless given.
    #[garde(inner(length(bytes, max = 64)))]
    as_of: Option<String>,
}

/// How far a goal has come.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
struct GoalProgress {
    /// How much of its total is done.
    #[serde(flatten)]
    progress: Progress,
    /// How fast it must be gone at, and is.
    pace: Pace,
    /// The days that have any logs, in order.
    history: Vec<ProgressDay>,
}

/// A day, and how far the goal had come by its end.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
struct ProgressDay {
    /// The day.
    day: NaiveDate,
    /// Its minutes.
    minutes: i32,
    /// The minutes of all days up to it.
    minutes_in_all: i64,
}

/// Get a goal's progress
///
/// How much of its total is done, by day; how fast it was gone at of late, how fast it must be to be reached by its target
/// date, and when it will be.
#[utoipa::path(
    get, path = "/v1/goals/{id}/progress", tag = "figures", params(("id" = uuid::Uuid, Path), GetProgress, AtPosition),
    responses((status = 200, description = "Progress, pace, and the days so far.", body = GoalProgress), ApiError)
)]
async fn get_progress(
    State(state): State<QueryState>,
    Signed(session): Signed,
    Path(id): Path<GoalId>,
    at: AtPosition,
    Params(asked): Params<GetProgress>,
) -> Result<Answer<GoalProgress>, ApiError> {
    let moment = state.moment(&session, asked.as_of.as_deref()).await?;
    let progress = match moment.past {
        None => {
            state.shown(&session, &at, &["goals"]).await?;
            state.figured(&session, &at, &[figures::NAME]).await?;
            living(&state, &session, id, moment, &asked).await?
        }
        Some(until) => past(&state, &session, id, (moment, until), &asked).await?,
    };
    Ok(Answer::ok(progress))
}

async fn living(
    state: &QueryState,
    session: &Session,
    id: GoalId,
    moment: Moment,
    asked: &GetProgress,
) -> Result<GoalProgress, ApiError> {
    let (tables, workspace) = (&state.tables, session.workspace);
    let (goal, calendar) = tokio::try_join!(goals::get_goal(tables, workspace, id), get_calendar(tables, workspace))?;
    let (goal, today) = found(goal.as_ref(), calendar.as_ref(), moment)?;
    let ranges = ranges(today, asked)?;
    let days = daily_totals::get_in_all(tables, workspace, id.uuid(), ranges).await?;
    Ok(answer(goal, today, ranges[0], &days))
}

async fn past(
    state: &QueryState,
    session: &Session,
    id: GoalId,
    (moment, until): (Moment, Position),
    asked: &GetProgress,
) -> Result<GoalProgress, ApiError> {
    let workspace = session.workspace;
    let (mut goals, mut totals) = (Replay::<Goals>::default(), Replay::<DailyTotals>::default());
    let mut its_workspace = Workspace::default();
    let take_in = |event: &Recorded| {
        goals.take_in(event);
        totals.take_in(event);
        if let Event::Workspace(event) = &event.event {
            its_workspace.evolve(event);
        }
    };
    state.replay(workspace, until, take_in).await?;
    let (goal, today) = found(goals.rows.all.get(&(workspace, id)), Some(&its_workspace.calendar), moment)?;
    let ranges = ranges(today, asked)?;
    Ok(answer(goal, today, ranges[0], &daily_totals::in_all_of(&totals.rows, workspace, id.uuid(), ranges)))
}

/// The goal, and the day it is.
fn found<'a>(
    goal: Option<&'a GoalRow>,
    calendar: Option<&Calendar>,
    moment: Moment,
) -> Result<(&'a GoalRow, NaiveDate), ApiError> {
    let goal = goal.ok_or_else(|| ApiError::not_found(Goal::KIND))?;
    let calendar = calendar.ok_or_else(|| ApiError::not_found(Workspace::KIND))?;
    Ok((goal, calendar.today(moment.now)?))
}

/// The days of the history, and those that pace is made of.
fn ranges(today: NaiveDate, asked: &GetProgress) -> Result<[(NaiveDate, NaiveDate); 2], ApiError> {
    let to = asked.to.unwrap_or(today);
    let from = asked.from.or_else(|| to.checked_sub_days(HISTORY_DAYS)).unwrap_or(to);
    let recent = today - Days::new(RECENT_DAYS.into());
    Ok([range(from, to)?, (recent, today)])
}

fn answer(goal: &GoalRow, today: NaiveDate, (from, to): (NaiveDate, NaiveDate), in_all: &InAll) -> GoalProgress {
    let total_minutes = goal.total_minutes.map(i32::unsigned_abs);
    let progress = Progress::of(total_minutes, u32::try_from(in_all.minutes).unwrap_or(u32::MAX));
    let minutes = |day: NaiveDate| {
        let at = in_all.days.binary_search_by_key(&day, |it| it.day);
        at.map_or(0, |at| in_all.days[at].minutes.unsigned_abs())
    };
    let history = in_all.days.iter().filter(|it| (from..=to).contains(&it.day));
    let day = |it: &daily_totals::DayInAll| ProgressDay {
        day: it.day,
        minutes: it.minutes,
        minutes_in_all: it.minutes_in_all,
    };
    GoalProgress {
        progress,
        pace: pace(today, goal.target_date, &progress, in_all.first_logged, &minutes),
        history: history.map(day).collect(),
    }
}

/// The pace on `today` of a goal that has come so far, where `minutes` tells what was logged on a day.
pub(crate) fn pace(
    today: NaiveDate,
    target_date: Option<NaiveDate>,
    progress: &Progress,
    first_logged: Option<NaiveDate>,
    minutes: &dyn Fn(NaiveDate) -> u32,
) -> Pace {
    let recent = Recent::until(today, first_logged, minutes);
    Pace::on(today, target_date, progress, recent, minutes(today) > 0)
}
