//! Where answers about weeks come from: the tables, or the same rows in memory, as a replay makes them.

use chrono::NaiveDate;
use domain::{GoalId, WorkspaceId};
use uuid::Uuid;

use super::rows::{ClockState, ClosedWeek, Correction, GoalFacts};
use crate::months::DaySum;

/// What later corrections came to, of one goal and day, recorded on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    /// The goal.
    pub goal: GoalId,
    /// The day whose figures they changed.
    pub day: NaiveDate,
    /// The local day they were recorded on.
    pub local_day: NaiveDate,
    /// By how much.
    pub change: DaySum,
    /// How many they were.
    pub corrections: u32,
}

/// Reads what answers about the weeks of a workspace follow from. Each question is a few ranges of an index.
pub trait WeekSource {
    /// What went wrong with asking.
    type Error;

    /// Its calendar, and what is closed; none, if there is no such workspace.
    fn clock(&self, workspace: WorkspaceId) -> impl Future<Output = Result<Option<ClockState>, Self::Error>> + Send;

    /// One of its goals, or all.
    fn goals(
        &self,
        workspace: WorkspaceId,
        goal: Option<GoalId>,
    ) -> impl Future<Output = Result<Vec<(GoalId, GoalFacts)>, Self::Error>> + Send;

    /// The last days before `before` that the subject has logs on, newest first.
    fn days_before(
        &self,
        workspace: WorkspaceId,
        subject: Uuid,
        before: NaiveDate,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<NaiveDate>, Self::Error>> + Send;

    /// What the days from `first` to `last` come to now, of each of these subjects.
    fn days(
        &self,
        workspace: WorkspaceId,
        subjects: &[Uuid],
        range: (NaiveDate, NaiveDate),
    ) -> impl Future<Output = Result<Vec<(Uuid, NaiveDate, DaySum)>, Self::Error>> + Send;

    /// What was corrected about these days, of one goal or of all.
    fn late(
        &self,
        workspace: WorkspaceId,
        goal: Option<GoalId>,
        range: (NaiveDate, NaiveDate),
    ) -> impl Future<Output = Result<Vec<Late>, Self::Error>> + Send;

    /// The closed weeks that begin in a range of days.
    fn closed(
        &self,
        workspace: WorkspaceId,
        range: (NaiveDate, NaiveDate),
    ) -> impl Future<Output = Result<Vec<ClosedWeek>, Self::Error>> + Send;

    /// The last corrections of these days, newest first.
    fn corrections(
        &self,
        workspace: WorkspaceId,
        range: (NaiveDate, NaiveDate),
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Correction>, Self::Error>> + Send;
}
