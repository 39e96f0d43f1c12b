//! Decisions about what a goal expects: its schedule, its weekly target, and its pauses.

use chrono::NaiveDate;

use super::{Goal, GoalEvent, PauseGoal, ResumeGoal};
use crate::{Aggregate, Refusal, Week, pauses::DayRange, schedule::Schedule, target::WeeklyTarget};

/// So many separate pauses a goal has at most.
pub const PAUSES_MAX: usize = 500;

impl Goal {
    /// Expects other days from today on; nothing, if they are expected already.
    pub fn set_schedule(&self, schedule: &Schedule, today: NaiveDate) -> Result<Vec<GoalEvent>, Refusal> {
        self.check_open_to_change()?;
        if self.schedules.on(today) == schedule {
            return Ok(vec![]);
        }
        Ok(vec![GoalEvent::GoalScheduleSet { from: today, schedule: schedule.clone() }])
    }

    /// Aims for this each week from this week on; nothing, if that is the target already.
    pub fn set_weekly_target(&self, target: WeeklyTarget, this_week: Week) -> Result<Vec<GoalEvent>, Refusal> {
        self.check_open_to_change()?;
        if self.weekly_targets.in_week(this_week.first) == Some(target) {
            return Ok(vec![]);
        }
        Ok(vec![GoalEvent::WeeklyTargetSet { from_week: this_week.first, target }])
    }

    /// Aims for nothing any more from this week on; nothing, if there is no target.
    pub fn withdraw_weekly_target(&self, this_week: Week) -> Result<Vec<GoalEvent>, Refusal> {
        self.check_open_to_change()?;
        if self.weekly_targets.in_week(this_week.first).is_none() {
            return Ok(vec![]);
        }
        Ok(vec![GoalEvent::WeeklyTargetWithdrawn { from_week: this_week.first }])
    }

    /// Expects nothing on some days, past ones too; nothing, if they are all paused already.
    pub fn pause(&self, command: &PauseGoal, today: NaiveDate) -> Result<Vec<GoalEvent>, Refusal> {
        self.check_open_to_change()?;
        let days = range(command.first, command.last, today)?;
        if self.pauses.missing(days).is_empty() {
            return Ok(vec![]);
        }
        self.check_pauses(vec![GoalEvent::GoalPaused { days }])
    }

    /// Expects something again on some days; nothing, if none of them is paused.
    pub fn resume(&self, command: &ResumeGoal, today: NaiveDate) -> Result<Vec<GoalEvent>, Refusal> {
        self.check_open_to_change()?;
        let days = range(command.first, command.last, today)?;
        if self.pauses.present(days).is_empty() {
            return Ok(vec![]);
        }
        self.check_pauses(vec![GoalEvent::GoalResumed { days }])
    }

    /// These events, unless they leave more separate pauses than there may be: to resume a day amid a pause makes two of it.
    pub(super) fn check_pauses(&self, events: Vec<GoalEvent>) -> Result<Vec<GoalEvent>, Refusal> {
        let mut after = self.clone();
        events.iter().for_each(|event| after.evolve(event));
        let most = PAUSES_MAX.max(self.pauses.ranges().len());
        if after.pauses.ranges().len() > most { Err(Refusal::TooManyPauses { max: PAUSES_MAX }) } else { Ok(events) }
    }
}

fn range(first: Option<NaiveDate>, last: Option<NaiveDate>, today: NaiveDate) -> Result<DayRange, Refusal> {
    let first = first.unwrap_or(today);
    match last {
        Some(last) if last < first => Err(Refusal::RangeReversed { first, last }),
        last => Ok(DayRange { first, last }),
    }
}
