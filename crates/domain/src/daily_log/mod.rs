//! A daily log: minutes and text on a goal for one day. Each is a stream of its own.

mod commands;
mod events;
mod undo;

use chrono::NaiveDate;
use serde::Serialize;

pub use self::{
    commands::{CorrectLog, LogDay},
    events::{Counted, DailyLogEvent},
};
use crate::{Aggregate, Goal, GoalId, HasPersonal, Id, Personal, Refusal, patch::changed};

/// The id of a daily log.
pub type DailyLogId = Id<DailyLog>;

/// What a daily log's events amount to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DailyLog {
    /// The goal it is for; none until it is created.
    pub goal_id: Option<GoalId>,
    /// What it counts as, unless withdrawn.
    #[serde(flatten)]
    pub counted: Option<Counted>,
    /// What was done.
    pub text: Option<Personal>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

impl Aggregate for DailyLog {
    const KIND: &'static str = "daily-log";
    type Event = DailyLogEvent;

    fn evolve(&mut self, event: &DailyLogEvent) {
        match event {
            DailyLogEvent::DailyLogCreated { goal_id, counted, zone: _, text } => {
                self.goal_id = Some(*goal_id);
                self.counted = Some(*counted);
                self.text.clone_from(text);
            }
            DailyLogEvent::DailyLogCorrected { goal_id: _, was: _, counted, text } => {
                self.counted = Some(*counted);
                if let Some(text) = text {
                    self.text.clone_from(text);
                }
            }
            DailyLogEvent::DailyLogWithdrawn { goal_id: _, was: _ } => self.withdrawn = true,
            DailyLogEvent::DailyLogRestored { goal_id: _, counted: _ } => self.withdrawn = false,
        }
    }
}

/// Decisions.
impl DailyLog {
    /// Logs a day on `goal`, where it is `today` and the workspace keeps the time of `zone`.
    pub fn create(
        &self,
        command: &LogDay,
        goal: &Goal,
        today: NaiveDate,
        zone: &str,
    ) -> Result<Vec<DailyLogEvent>, Refusal> {
        goal.check_open_to_change()?;
        if self.goal_id.is_some() {
            return Err(Refusal::id_taken::<Self>());
        }
        let day = begun(command.day.unwrap_or(today), today)?;
        Ok(vec![DailyLogEvent::DailyLogCreated {
            goal_id: command.goal_id,
            counted: Counted { day, minutes: command.minutes },
            zone: zone.to_owned(),
            text: command.text.clone(),
        }])
    }

    /// Changes what differs; nothing, if nothing does.
    pub fn correct(&self, command: &CorrectLog, today: NaiveDate) -> Result<Vec<DailyLogEvent>, Refusal> {
        let (goal_id, was) = self.counting()?;
        let counted = Counted {
            day: begun(command.day.unwrap_or(was.day), today.max(was.day))?,
            minutes: command.minutes.unwrap_or(was.minutes),
        };
        let text = changed(command.text.as_ref(), &self.text);
        Ok(if counted == was && text.is_none() {
            vec![]
        } else {
            vec![DailyLogEvent::DailyLogCorrected { goal_id, was, counted, text }]
        })
    }

    /// Makes it count no longer.
    pub fn withdraw(&self) -> Result<Vec<DailyLogEvent>, Refusal> {
        let (goal_id, was) = self.counting()?;
        Ok(vec![DailyLogEvent::DailyLogWithdrawn { goal_id, was }])
    }

    /// Makes it count again.
    pub fn restore(&self) -> Result<Vec<DailyLogEvent>, Refusal> {
        let (goal_id, counted) = self.created()?;
        if !self.withdrawn {
            return Err(Refusal::LogNotWithdrawn);
        }
        Ok(vec![DailyLogEvent::DailyLogRestored { goal_id, counted }])
    }

    fn counting(&self) -> Result<(GoalId, Counted), Refusal> {
        if self.withdrawn { Err(Refusal::LogWithdrawn) } else { self.created() }
    }

    fn created(&self) -> Result<(GoalId, Counted), Refusal> {
        self.goal_id.zip(self.counted).ok_or_else(Refusal::not_found::<Self>)
    }
}

/// A log is never for a day after today.
fn begun(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    if day <= today { Ok(day) } else { Err(Refusal::DayNotBegun { day, today }) }
}

impl HasPersonal for DailyLog {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.text.iter_mut().for_each(|text| visit("text", text));
    }
}
