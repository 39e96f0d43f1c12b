//! A goal: an objective that a person keeps at.

mod commands;
mod events;
mod expectations;
mod undo;

use chrono::NaiveDate;
use serde::Serialize;

pub use self::{
    commands::{CreateGoal, PauseGoal, ResumeGoal, ReviseGoal},
    events::GoalEvent,
    expectations::PAUSES_MAX,
};
use crate::{
    Aggregate, HasPersonal, Id, Personal, Refusal,
    patch::changed,
    pauses::DaySet,
    schedule::{DatedSchedule, Schedules},
    target::{DatedTarget, WeeklyTargets},
};

/// The id of a goal.
pub type GoalId = Id<Goal>;

/// What a goal's events amount to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Goal {
    /// None until it is created.
    pub title: Option<Personal>,
    /// What it is about.
    pub description: Option<Personal>,
    /// The day it is to be reached by.
    pub target_date: Option<NaiveDate>,
    /// The minutes it takes in all.
    pub total_minutes: Option<u32>,
    /// Whether it was reached.
    pub completed: bool,
    /// Whether it is put away.
    pub archived: bool,
    /// Which days it expects, from which day on.
    pub schedules: Schedules,
    /// What is aimed for each week, from which week on.
    pub weekly_targets: WeeklyTargets,
    /// The days it is paused.
    pub pauses: DaySet,
}

impl Aggregate for Goal {
    const KIND: &'static str = "goal";
    type Event = GoalEvent;

    fn evolve(&mut self, event: &GoalEvent) {
        match event {
            GoalEvent::GoalCreated { title, description, target_date, total_minutes } => {
                self.title = Some(title.clone());
                self.description.clone_from(description);
                self.target_date = *target_date;
                self.total_minutes = *total_minutes;
            }
            GoalEvent::GoalRevised { title, description, target_date, total_minutes } => {
                if let Some(title) = title {
                    self.title = Some(title.clone());
                }
                if let Some(description) = description {
                    self.description.clone_from(description);
                }
                self.target_date = target_date.unwrap_or(self.target_date);
                self.total_minutes = total_minutes.unwrap_or(self.total_minutes);
            }
            GoalEvent::GoalCompleted {} => self.completed = true,
            GoalEvent::GoalReopened {} => self.completed = false,
            GoalEvent::GoalArchived {} => self.archived = true,
            GoalEvent::GoalRestored {} => self.archived = false,
            GoalEvent::GoalScheduleSet { from, schedule } => {
                self.schedules.set(DatedSchedule { from: *from, schedule: schedule.clone() });
            }
            GoalEvent::WeeklyTargetSet { from_week, target } => {
                self.weekly_targets.set(DatedTarget { from_week: *from_week, target: Some(*target) });
            }
            GoalEvent::WeeklyTargetWithdrawn { from_week } => {
                self.weekly_targets.set(DatedTarget { from_week: *from_week, target: None });
            }
            GoalEvent::GoalPaused { days } => self.pauses.add(*days),
            GoalEvent::GoalResumed { days } => self.pauses.remove(*days),
        }
    }
}

/// Decisions.
impl Goal {
    /// Names the goal.
    pub fn create(&self, command: &CreateGoal) -> Result<Vec<GoalEvent>, Refusal> {
        if self.exists() {
            return Err(Refusal::id_taken::<Self>());
        }
        Ok(vec![GoalEvent::GoalCreated {
            title: command.title.clone(),
            description: command.description.clone(),
            target_date: command.target_date,
            total_minutes: command.total_minutes,
        }])
    }

    /// Changes what differs; nothing, if nothing does.
    pub fn revise(&self, command: &ReviseGoal) -> Result<Vec<GoalEvent>, Refusal> {
        self.check_open_to_change()?;
        let title = command.title.clone().filter(|title| self.title.as_ref() != Some(title));
        let description = changed(command.description.as_ref(), &self.description);
        let target_date = changed(command.target_date.as_ref(), &self.target_date);
        let total_minutes = changed(command.total_minutes.as_ref(), &self.total_minutes);
        let same = title.is_none() && description.is_none() && target_date.is_none() && total_minutes.is_none();
        Ok(if same { vec![] } else { vec![GoalEvent::GoalRevised { title, description, target_date, total_minutes }] })
    }

    /// Says that it was reached.
    pub fn complete(&self) -> Result<Vec<GoalEvent>, Refusal> {
        self.check_open_to_change()?;
        if self.completed {
            return Err(Refusal::GoalCompleted);
        }
        Ok(vec![GoalEvent::GoalCompleted {}])
    }

    /// Takes it up again.
    pub fn reopen(&self) -> Result<Vec<GoalEvent>, Refusal> {
        self.check_open_to_change()?;
        if !self.completed {
            return Err(Refusal::GoalNotCompleted);
        }
        Ok(vec![GoalEvent::GoalReopened {}])
    }

    /// Puts it away.
    pub fn archive(&self) -> Result<Vec<GoalEvent>, Refusal> {
        self.check_open_to_change()?;
        Ok(vec![GoalEvent::GoalArchived {}])
    }

    /// Takes it out again.
    pub fn restore(&self) -> Result<Vec<GoalEvent>, Refusal> {
        self.check_exists()?;
        if !self.archived {
            return Err(Refusal::GoalNotArchived);
        }
        Ok(vec![GoalEvent::GoalRestored {}])
    }

    /// Whether days can be logged on it. A completed one takes logs: people remember late.
    pub fn check_open_to_change(&self) -> Result<(), Refusal> {
        self.check_exists()?;
        if self.archived { Err(Refusal::GoalArchived) } else { Ok(()) }
    }

    fn check_exists(&self) -> Result<(), Refusal> {
        if self.exists() { Ok(()) } else { Err(Refusal::not_found::<Self>()) }
    }

    fn exists(&self) -> bool {
        self.title.is_some()
    }
}

impl HasPersonal for Goal {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.title.iter_mut().for_each(|text| visit("title", text));
        self.description.iter_mut().for_each(|text| visit("description", text));
    }
}
