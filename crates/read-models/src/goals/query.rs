//! Asking for goals: one, or a list of them; from the table, or from rows in memory.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{GoalId, HasPersonal, Personal, WorkspaceId, pauses::DaySet, schedule::Schedules, target::WeeklyTargets};
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;
use worker::Rows;

use super::{GoalRow, Key, tables::select_goals};
use crate::sealed_text::SealedText;

/// A goal in a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GoalListRow {
    /// Whose it is: the one who asks, so it is not told.
    #[serde(skip)]
    pub workspace: WorkspaceId,
    /// The goal.
    #[schema(value_type = Uuid)]
    pub id: GoalId,
    /// What it is called.
    pub title: Personal,
    /// The day it is to be reached by.
    pub target_date: Option<NaiveDate>,
    /// The minutes it takes in all.
    #[schema(minimum = 1)]
    pub total_minutes: Option<i32>,
    /// The local day on which it was completed, while it is.
    pub completed_on: Option<NaiveDate>,
    /// The local day on which it was archived, while it is.
    pub archived_on: Option<NaiveDate>,
    /// The minutes logged on it, in all.
    pub minutes: i64,
    /// The logs that count.
    pub logs: i32,
    /// The version of the goal's stream: its `ETag`.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// Which goals to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GoalStatus {
    /// Neither completed nor archived.
    #[default]
    Active,
    /// Completed, and not archived.
    Completed,
    /// Archived.
    Archived,
    /// All of them.
    All,
}

impl GoalStatus {
    /// Whether goals must be completed, and archived, to have it; neither matters where it is none.
    const fn asks_for(self) -> (Option<bool>, Option<bool>) {
        match self {
            Self::Active => (Some(false), Some(false)),
            Self::Completed => (Some(true), Some(false)),
            Self::Archived => (None, Some(true)),
            Self::All => (None, None),
        }
    }

    /// Whether a goal has it.
    fn is_of(self, row: &GoalRow) -> bool {
        let (completed, archived) = self.asks_for();
        completed.is_none_or(|completed| row.completed_on.is_some() == completed)
            && archived.is_none_or(|archived| row.archived_on.is_some() == archived)
    }
}

impl GoalRow {
    /// As it is told in a list.
    #[must_use]
    pub fn listed(self) -> GoalListRow {
        let Self { workspace, id, title, target_date, total_minutes, completed_on, archived_on, .. } = self;
        let Self { minutes, logs, version, created_at, .. } = self;
        GoalListRow {
            workspace,
            id,
            title,
            target_date,
            total_minutes,
            completed_on,
            archived_on,
            minutes,
            logs,
            version,
            created_at,
        }
    }
}

impl HasPersonal for GoalListRow {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        visit("title", &mut self.title);
    }
}

/// The goal, if it is in this workspace.
pub async fn get_goal(pool: &PgPool, workspace: WorkspaceId, goal: GoalId) -> Result<Option<GoalRow>, sqlx::Error> {
    select_goals!("workspace = $1 and goal_id = $2", workspace.uuid(), goal.uuid()).fetch_optional(pool).await
}

/// A workspace's goals with this status, in the order of their ids, after one of them, at most `limit`.
pub async fn list_goals(
    pool: &PgPool,
    workspace: WorkspaceId,
    status: GoalStatus,
    after: Option<GoalId>,
    limit: i64,
) -> Result<Vec<GoalRow>, sqlx::Error> {
    let (completed, archived) = status.asks_for();
    select_goals!(
        "workspace = $1 and goal_id > $2
         and ($3::boolean is null or (completed_on is not null) = $3)
         and ($4::boolean is null or (archived_on is not null) = $4)
         order by goal_id limit $5",
        workspace.uuid(),
        after.map_or(Uuid::nil(), GoalId::uuid),
        completed,
        archived,
        limit,
    )
    .fetch_all(pool)
    .await
}

/// The same, of rows in memory.
pub fn list_goals_of(
    rows: &Rows<Key, GoalRow>,
    workspace: WorkspaceId,
    status: GoalStatus,
    after: Option<GoalId>,
    limit: i64,
) -> Vec<GoalRow> {
    let first = (workspace, after.unwrap_or(GoalId::new(Uuid::nil())));
    rows.from(&first)
        .take_while(|((of, _), _)| *of == workspace)
        .filter(|((_, goal), row)| Some(*goal) != after && status.is_of(row))
        .map(|(_, row)| row.clone())
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .collect()
}
