//! Rows in memory, as a source of answers about weeks: what a replay of the log has come to.

use std::{collections::BTreeMap, convert::Infallible};

use chrono::NaiveDate;
use domain::{GoalId, WorkspaceId};
use uuid::Uuid;

use super::{
    rows::{ClockState, ClosedWeek, Correction, GoalFacts, WeekRows},
    source::{Late, WeekSource},
};
use crate::{
    figures::FigureRows,
    months::{DaySum, Months, Subject},
};

impl WeekRows {
    /// The corrections of a range of days, in the order of days.
    fn corrections_of(
        &self,
        workspace: WorkspaceId,
        (first, last): (NaiveDate, NaiveDate),
    ) -> impl Iterator<Item = &Correction> {
        let begin = (workspace, first, 0);
        let within = move |of: WorkspaceId, day: NaiveDate| of == workspace && day <= last;
        self.corrections.from(&begin).take_while(move |((of, day, _), _)| within(*of, *day)).map(|(_, row)| row)
    }
}

/// The last days up to one of them, newest first, at most `limit`.
pub(super) fn latest_days(days: &Months, subject: Subject, last: NaiveDate, limit: usize) -> Vec<NaiveDate> {
    let days: Vec<NaiveDate> = days.range(subject, NaiveDate::MIN, last).map(|(day, _)| day).collect();
    days.into_iter().rev().take(limit).collect()
}

/// The days of some subjects of a workspace, from one to another.
pub(super) fn days_of(
    days: &Months,
    workspace: WorkspaceId,
    subjects: &[Uuid],
    (first, last): (NaiveDate, NaiveDate),
) -> Vec<(Uuid, NaiveDate, DaySum)> {
    let of = |subject: &Uuid| {
        let subject = *subject;
        days.range((workspace, subject), first, last).map(move |(day, row)| (subject, day, row))
    };
    subjects.iter().flat_map(of).collect()
}

impl WeekSource for FigureRows {
    type Error = Infallible;

    async fn clock(&self, workspace: WorkspaceId) -> Result<Option<ClockState>, Infallible> {
        Ok(self.weeks.clocks.get(&workspace).cloned())
    }

    async fn goals(
        &self,
        workspace: WorkspaceId,
        goal: Option<GoalId>,
    ) -> Result<Vec<(GoalId, GoalFacts)>, Infallible> {
        let first = (workspace, Uuid::nil().into());
        let own = self.weeks.goals.from(&first).take_while(|((of, _), _)| *of == workspace);
        let asked = own.filter(|((_, id), _)| goal.is_none_or(|goal| goal == *id));
        Ok(asked.map(|((_, id), facts)| (*id, facts.clone())).collect())
    }

    async fn days_before(
        &self,
        workspace: WorkspaceId,
        subject: Uuid,
        before: NaiveDate,
        limit: usize,
    ) -> Result<Vec<NaiveDate>, Infallible> {
        let Some(last) = before.pred_opt() else { return Ok(vec![]) };
        Ok(latest_days(&self.streaks.days, (workspace, subject), last, limit))
    }

    async fn days(
        &self,
        workspace: WorkspaceId,
        subjects: &[Uuid],
        (first, last): (NaiveDate, NaiveDate),
    ) -> Result<Vec<(Uuid, NaiveDate, DaySum)>, Infallible> {
        Ok(days_of(&self.streaks.days, workspace, subjects, (first, last)))
    }

    async fn late(
        &self,
        workspace: WorkspaceId,
        goal: Option<GoalId>,
        range: (NaiveDate, NaiveDate),
    ) -> Result<Vec<Late>, Infallible> {
        let mut late: BTreeMap<(GoalId, NaiveDate, NaiveDate), Late> = BTreeMap::new();
        let asked = |row: &&Correction| goal.is_none_or(|goal| goal == row.goal_id);
        for row in self.weeks.corrections_of(workspace, range).filter(asked) {
            let (goal, day, local_day) = (row.goal_id, row.day, row.local_day);
            let new = || Late { goal, day, local_day, change: DaySum::default(), corrections: 0 };
            let sum = late.entry((goal, day, local_day)).or_insert_with(new);
            sum.change += row.change();
            sum.corrections += 1;
        }
        Ok(late.into_values().collect())
    }

    async fn closed(
        &self,
        workspace: WorkspaceId,
        (first, last): (NaiveDate, NaiveDate),
    ) -> Result<Vec<ClosedWeek>, Infallible> {
        let own = self.weeks.closed.from(&(workspace, first));
        Ok(own.take_while(|((of, day), _)| *of == workspace && *day <= last).map(|(_, row)| *row).collect())
    }

    async fn corrections(
        &self,
        workspace: WorkspaceId,
        range: (NaiveDate, NaiveDate),
        limit: usize,
    ) -> Result<Vec<Correction>, Infallible> {
        let mut corrections: Vec<Correction> = self.weeks.corrections_of(workspace, range).cloned().collect();
        corrections.sort_by_key(|row| std::cmp::Reverse((row.number, row.day)));
        corrections.truncate(limit);
        Ok(corrections)
    }
}
