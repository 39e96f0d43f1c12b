//! `GET /v1/goals/{id}/streak` and `GET /v1/streak`: how a streak stands, and how it came to be so.

use analytics::{
    figures,
    streaks::{StreakChanged, StreakNow, Streaks, get_streak, list_streak_changes},
};
use axum::extract::State;
use domain::{Aggregate, Goal, GoalId, streaks::Standing};
use garde::Validate;
use identity::{Session, Signed};
use runtime::{
    ApiError,
    http::{Answer, AtPosition, Params, Path},
    pool::snapshot,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Page, QueryState,
    page::{PAGE_ITEMS_MAX, after, limit},
    seen::not_yet_shown,
    subject::subject,
};

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(get_goal_streak)).routes(routes!(get_workspace_streak))
}

/// Which of a streak's changes to list.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct GetStreak {
    /// The `next` of the changes before.
    #[garde(inner(length(bytes, max = 64)))]
    cursor: Option<String>,
    /// How many changes at most, 1 to 500; 50 unless given.
    #[garde(inner(range(min = 1, max = PAGE_ITEMS_MAX)))]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
    /// An instant or a position: what was known then. Now, unless given.
    #[garde(inner(length(bytes, max = 64)))]
    as_of: Option<String>,
}

/// A streak.
#[derive(Serialize, ToSchema)]
struct Streak {
    /// How it stands today.
    #[serde(flatten)]
    standing: Standing,
    /// How it came to be so, newest first, each change with its cause.
    changes: Page<StreakChanged>,
}

/// Get a goal's streak
#[utoipa::path(
    get, path = "/v1/goals/{id}/streak", tag = "figures", params(("id" = Uuid, Path), GetStreak, AtPosition),
    responses((status = 200, description = "The streak, and its changes.", body = Streak), ApiError)
)]
async fn get_goal_streak(
    State(state): State<QueryState>,
    Signed(session): Signed,
    Path(id): Path<GoalId>,
    at: AtPosition,
    Params(asked): Params<GetStreak>,
) -> Result<Answer<Streak>, ApiError> {
    streak(&state, &session, &at, Some(id), asked).await
}

/// Get the streak of the whole workspace
///
/// A day counts if any goal was met on it, and every day is due.
#[utoipa::path(
    get, path = "/v1/streak", tag = "figures", params(GetStreak, AtPosition),
    responses((status = 200, description = "The streak, and its changes.", body = Streak), ApiError)
)]
async fn get_workspace_streak(
    State(state): State<QueryState>,
    Signed(session): Signed,
    at: AtPosition,
    Params(asked): Params<GetStreak>,
) -> Result<Answer<Streak>, ApiError> {
    streak(&state, &session, &at, None, asked).await
}

async fn streak(
    state: &QueryState,
    session: &Session,
    at: &AtPosition,
    goal: Option<GoalId>,
    asked: GetStreak,
) -> Result<Answer<Streak>, ApiError> {
    let subject = subject(session, goal)?;
    let moment = state.moment(session, asked.as_of.as_deref()).await?;
    let (workspace, limit) = (session.workspace, limit(asked.limit));
    let before = after(asked.cursor.as_deref(), |number| number.parse().ok().filter(|number| *number >= 0))?;
    let (facts, stored) = match moment.past {
        None => {
            state.figured(session, at, &[figures::NAME]).await?;
            // As both are at one moment: what time did would else be told twice, where it is stored between the two.
            let mut tables = snapshot(&state.tables).await?;
            let facts = get_streak(&mut *tables, workspace, subject, moment.now).await?;
            let changes = list_streak_changes(&mut *tables, workspace, subject, before, limit + 1).await?;
            tables.commit().await?;
            (facts, changes)
        }
        Some(past) => {
            let (rows, subject) = (state.replayed::<Streaks>(workspace, past).await?, (workspace, subject));
            (rows.get_streak(subject, moment.now), rows.list_streak_changes(subject, before, limit + 1))
        }
    };
    // Of the workspace itself there always is one, as soon as it is known of.
    let facts = facts.ok_or_else(|| goal.map_or_else(not_yet_shown, |_| ApiError::not_found(Goal::KIND)))?;
    let StreakNow { standing, ended } = facts.at(moment.now);
    let changes = ended.into_iter().filter(|_| before.is_none()).chain(stored).collect();
    let changes = Page::of(changes, limit, |last| last.number.to_string());
    Ok(Answer::ok(Streak { standing, changes }))
}
