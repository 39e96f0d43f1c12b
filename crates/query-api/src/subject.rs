//! What has figures: each goal, and the workspace.

use domain::{Aggregate, Goal, GoalId};
use identity::Session;
use runtime::ApiError;
use uuid::Uuid;

/// What figures are asked of: a goal, or the whole workspace. It has its own under its id, which is no goal's.
pub(crate) fn subject(session: &Session, goal: Option<GoalId>) -> Result<Uuid, ApiError> {
    let workspace = session.workspace.uuid();
    match goal.map(GoalId::uuid) {
        Some(goal) if goal == workspace => Err(ApiError::not_found(Goal::KIND)),
        goal => Ok(goal.unwrap_or(workspace)),
    }
}
