//! Taking back what happened to a goal.

use super::{Goal, GoalEvent};
use crate::{
    Refusal,
    pauses::DayRange,
    undo::{TakenBack, Today, Undo},
};

impl Undo for Goal {
    fn undo(&self, taken_back: &TakenBack<'_, Self>, today: Today) -> Result<Vec<GoalEvent>, Refusal> {
        let TakenBack { event, before, after, .. } = taken_back;
        match event {
            // A goal that should never have been is put away; what was logged on it stays readable.
            GoalEvent::GoalCreated { .. } => self.archive(),
            GoalEvent::GoalRevised { .. } => {
                self.check_open_to_change()?;
                let title = taken_back.restored("title", self, |goal| goal.title.clone())?.flatten();
                let description = taken_back.restored("description", self, |goal| goal.description.clone())?;
                let target_date = taken_back.restored("target_date", self, |goal| goal.target_date)?;
                let total_minutes = taken_back.restored("total_minutes", self, |goal| goal.total_minutes)?;
                Ok(vec![GoalEvent::GoalRevised { title, description, target_date, total_minutes }])
            }
            GoalEvent::GoalCompleted {} => {
                taken_back.restored("completed", self, |goal| goal.completed)?;
                self.reopen()
            }
            GoalEvent::GoalReopened {} => {
                taken_back.restored("completed", self, |goal| goal.completed)?;
                self.complete()
            }
            GoalEvent::GoalArchived {} => {
                taken_back.restored("archived", self, |goal| goal.archived)?;
                self.restore()
            }
            GoalEvent::GoalRestored {} => {
                taken_back.restored("archived", self, |goal| goal.archived)?;
                self.archive()
            }
            // Dated facts are set from today on: the past stays judged as it was.
            GoalEvent::GoalScheduleSet { from, .. } => {
                let on = |goal: &Self, day| goal.schedules.on(day).clone();
                let values = (on(before, *from), on(after, *from), on(self, today.day));
                let was = taken_back.restored_of("schedule", values, |goal| goal.schedules.clone())?;
                was.map_or(Ok(vec![]), |was| self.set_schedule(&was, today.day))
            }
            GoalEvent::WeeklyTargetSet { from_week, .. } | GoalEvent::WeeklyTargetWithdrawn { from_week } => {
                let in_week = |goal: &Self, week| goal.weekly_targets.in_week(week);
                let this_week = today.week;
                let values = (in_week(before, *from_week), in_week(after, *from_week), in_week(self, this_week.first));
                match taken_back.restored_of("weekly_target", values, |goal| goal.weekly_targets.clone())? {
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
                check_unchanged(&paused, still, taken_back)?;
                self.check_pauses(paused.into_iter().map(|days| GoalEvent::GoalResumed { days }).collect())
            }
            GoalEvent::GoalResumed { days } => {
                self.check_open_to_change()?;
                let resumed = before.pauses.present(*days);
                let still = |range: &DayRange| self.pauses.missing(*range) == [*range];
                check_unchanged(&resumed, still, taken_back)?;
                self.check_pauses(resumed.into_iter().map(|days| GoalEvent::GoalPaused { days }).collect())
            }
        }
    }
}

/// Refuses where these days are otherwise by now, or where something that still holds has named any of them since.
fn check_unchanged(
    ranges: &[DayRange],
    still: impl Fn(&DayRange) -> bool,
    taken_back: &TakenBack<'_, Goal>,
) -> Result<(), Refusal> {
    let is_named = |range: &DayRange| {
        taken_back.later().any(|event| match event {
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
