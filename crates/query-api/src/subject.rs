//! What has figures: each goal, and the workspace.

use domain::{Aggregate, Goal, GoalId};
use identity::Session;
use read_models::goals::get_goal;
use runtime::{ApiError, http::AtPosition};
use uuid::Uuid;

use crate::QueryState;

/// What figures are asked of: a goal, or the whole workspace. It has its own under its id, which is no goal's.
pub(crate) fn subject(session: &Session, goal: Option<GoalId>) -> Result<Uuid, ApiError> {
    let workspace = session.workspace.uuid();
    match goal.map(GoalId::uuid) {
        Some(goal) if goal == workspace => Err(ApiError::not_found(Goal::KIND)),
        goal => Ok(goal.unwrap_or(workspace)),
    }
}

impl QueryState {
    /// Refuses a goal that is not there. For answers about a goal in which there is nothing: that may be so of one that
    /// is, and is rarely asked.
    pub(crate) async fn knows(&self, session: &Session, at: &AtPosition, goal: GoalId) -> Result<(), ApiError> {
        self.shown(session, at, &["goals"]).await?;
        let row = get_goal(&self.tables, session.workspace, goal).await?;
        row.map(|_| ()).ok_or_else(|| ApiError::not_found(Goal::KIND))
    }
}
