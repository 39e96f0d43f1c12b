//! Taking back what happened to a goal.

use super::{Goal, GoalEvent};
use crate::{
    Refusal,
    pauses::DayRange,
    undo::{TakenBack, Today, Undo, restored},
};

impl Undo for Goal {
    fn undo(&self, taken_back: &TakenBack<'_, Self>, today: Today) -> Result<Vec<GoalEvent>, Refusal> {
        let TakenBack { event, before, after, later } = taken_back;
        match event {
            // A goal that should never have been is put away; what was logged on it stays readable.
            GoalEvent::GoalCreated { .. } => self.archive(),
            GoalEvent::GoalRevised { .. } => {
                self.check_open_to_change()?;
                let title = restored("title", &before.title, &after.title, &self.title)?.flatten();
                let description = restored("description", &before.description, &after.description, &self.description)?;
                let target_date = restored("target_date", &before.target_date, &after.target_date, &self.target_date)?;
                let (was, is, now) = (&before.total_minutes, &after.total_minutes, &self.total_minutes);
                let total_minutes = restored("total_minutes", was, is, now)?;
                Ok(vec![GoalEvent::GoalRevised { title, description, target_date, total_minutes }])
            }
            GoalEvent::GoalCompleted {} => {
                restored("completed", &before.completed, &after.completed, &self.completed)?;
                self.reopen()
            }
            GoalEvent::GoalReopened {} => {
                restored("completed", &before.completed, &after.completed, &self.completed)?;
                self.complete()
            }
            GoalEvent::GoalArchived {} => {
                restored("archived", &before.archived, &after.archived, &self.archived)?;
                self.restore()
            }
            GoalEvent::GoalRestored {} => {
                restored("archived", &before.archived, &after.archived, &self.archived)?;
                self.archive()
            }
            // Dated facts are set from today on: the past stays judged as it was.
            GoalEvent::GoalScheduleSet { from, .. } => {
                let on = |goal: &Self, day| goal.schedules.on(day).clone();
                let (was, is, now) = (on(before, *from), on(after, *from), on(self, today.day));
                restored("schedule", &was, &is, &now)?.map_or(Ok(vec![]), |was| self.set_schedule(&was, today.day))
            }
            GoalEvent::WeeklyTargetSet { from_week, .. } | GoalEvent::WeeklyTargetWithdrawn { from_week } => {
                let in_week = |goal: &Self, week| goal.weekly_targets.in_week(week);
                let this_week = today.week;
                let (was, is, now) =
                    (in_week(before, *from_week), in_week(after, *from_week), in_week(self, this_week.first));
                match restored("weekly_target", &was, &is, &now)? {
                    Some(Some(was)) => self.set_weekly_target(was, this_week),
                    Some(None) => self.withdraw_weekly_target(this_week),
                    None => Ok(vec![]),
                }
            }
            // Pauses may name past days, so taking them back does too: those days that the event itself paused.
            GoalEvent::GoalPaused { days } => {
                self.check_open_to_change()?;
                let paused = before.pauses.missing(*days);
                let still = |range: &DayRange| self.pauses.present(*range) == [*range];
                check_unchanged(&paused, still, later)?;
                self.check_pauses(paused.into_iter().map(|days| GoalEvent::GoalResumed { days }).collect())
            }
            GoalEvent::GoalResumed { days } => {
                self.check_open_to_change()?;
                let resumed = before.pauses.present(*days);
                let still = |range: &DayRange| self.pauses.missing(*range) == [*range];
                check_unchanged(&resumed, still, later)?;
                self.check_pauses(resumed.into_iter().map(|days| GoalEvent::GoalPaused { days }).collect())
            }
        }
    }
}

/// Refuses where these days are otherwise by now, or where something that still holds has named any of them since.
fn check_unchanged(
    ranges: &[DayRange],
    still: impl Fn(&DayRange) -> bool,
    later: &[&GoalEvent],
) -> Result<(), Refusal> {
    let is_named = |range: &DayRange| {
        later.iter().any(|event| match event {
            GoalEvent::GoalPaused { days } | GoalEvent::GoalResumed { days } => days.meets(range),
            GoalEvent::GoalCreated { .. }
            | GoalEvent::GoalRevised { .. }
            | GoalEvent::GoalScheduleSet { .. }
            | GoalEvent::WeeklyTargetSet { .. }
            | GoalEvent::WeeklyTargetWithdrawn { .. }
            | GoalEvent::GoalCompleted {}
            | GoalEvent::GoalReopened {}
            | GoalEvent::GoalArchived {}
            | GoalEvent::GoalRestored {} => false,
        })
    };
    if ranges.iter().all(|range| still(range) && !is_named(range)) {
        return Ok(());
    }
    Err(Refusal::ChangedSince { field: "pauses".into() })
}
