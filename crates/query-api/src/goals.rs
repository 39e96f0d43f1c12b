//! `GET /v1/goals` and `GET /v1/goals/{id}`.

use axum::extract::State;
use domain::{Aggregate, Goal, GoalId};
use garde::Validate;
use identity::Signed;
use read_models::goals::{self, GoalListRow, GoalRow, GoalStatus, Goals};
use runtime::{
    ApiError,
    http::{Answer, AtPosition, Params, Path},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Page, QueryState,
    as_of::AsOf,
    page::{PAGE_ITEMS_MAX, after, limit},
};

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(list_goals)).routes(routes!(get_goal))
}

/// Which goals to list.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListGoals {
    /// `active` unless given.
    #[garde(skip)]
    #[serde(default)]
    #[param(inline)]
    status: GoalStatus,
    /// The `next` of the page before.
    #[garde(inner(length(bytes, max = 64)))]
    cursor: Option<String>,
    /// How many items at most, 1 to 500; 50 unless given.
    #[garde(inner(range(min = 1, max = PAGE_ITEMS_MAX)))]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u16>,
    /// An instant or a position: what was known then. Now, unless given.
    #[garde(inner(length(bytes, max = 64)))]
    as_of: Option<String>,
}

/// List your goals
#[utoipa::path(
    get, path = "/v1/goals", tag = "goals", params(ListGoals, AtPosition),
    responses((status = 200, description = "Goals, in the order they were made.", body = Page<GoalListRow>), ApiError)
)]
async fn list_goals(
    State(state): State<QueryState>,
    Signed(session): Signed,
    at: AtPosition,
    Params(asked): Params<ListGoals>,
) -> Result<Answer<Page<GoalListRow>>, ApiError> {
    let moment = state.moment(&session, asked.as_of.as_deref()).await?;
    let (workspace, limit) = (session.workspace, limit(asked.limit));
    let last = after(asked.cursor.as_deref(), |text| text.parse().ok())?;
    let rows = match moment.past {
        None => {
            state.shown(&session, &at, &["goals"]).await?;
            goals::list_goals(&state.tables, workspace, asked.status, last, limit + 1).await?
        }
        Some(past) => {
            let rows = state.replayed::<Goals>(workspace, past).await?;
            goals::list_goals_of(&rows.all, workspace, asked.status, last, limit + 1)
        }
    };
    let page = Page::of(rows, limit, |last| last.id.to_string()).map(GoalRow::listed);
    Ok(Answer::ok(state.opened(page).await?))
}

/// Get a goal
#[utoipa::path(
    get, path = "/v1/goals/{id}", tag = "goals", params(("id" = uuid::Uuid, Path), AsOf, AtPosition),
    responses((status = 200, description = "The goal.", body = GoalRow), ApiError)
)]
async fn get_goal(
    State(state): State<QueryState>,
    Signed(session): Signed,
    Path(id): Path<GoalId>,
    at: AtPosition,
    Params(asked): Params<AsOf>,
) -> Result<Answer<GoalRow>, ApiError> {
    let row = match state.moment(&session, asked.as_of.as_deref()).await?.past {
        None => {
            state.shown(&session, &at, &["goals"]).await?;
            goals::get_goal(&state.tables, session.workspace, id).await?
        }
        Some(past) => {
            let rows = state.replayed::<Goals>(session.workspace, past).await?;
            rows.all.get(&(session.workspace, id)).cloned()
        }
    };
    let goal = state.opened(row.ok_or_else(|| ApiError::not_found(Goal::KIND))?).await?;
    let version = goal.version.unsigned_abs();
    Ok(Answer::ok(goal).version(version))
}
