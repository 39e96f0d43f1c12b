//! What a goal expects of its days: its dated schedules, its pauses, and the days it was closed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    pauses::{DayRange, DaySet},
    schedule::Schedules,
};

/// What a goal's events say about which days are expected. Nothing in it depends on what was logged, or on the time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GoalRules {
    /// Which days are expected, from which day on.
    pub schedules: Schedules,
    /// The days it is paused.
    pub pauses: DaySet,
    /// The days it is completed or archived; they are as paused.
    pub closed: DaySet,
    /// Whether it is completed.
    pub completed: bool,
    /// Whether it is archived.
    pub archived: bool,
}

impl GoalRules {
    /// The range of days around `day` on which nothing is expected because of a pause, completion or archiving.
    pub fn rest_around(&self, day: NaiveDate) -> Option<DayRange> {
        self.pauses.around(day).or_else(|| self.closed.around(day))
    }

    /// It was completed, or is no longer, from `day` on.
    pub(crate) fn complete(&mut self, completed: bool, day: NaiveDate) {
        self.completed = completed;
        self.close_or_open(day);
    }

    /// It was archived, or is no longer, from `day` on.
    pub(crate) fn archive(&mut self, archived: bool, day: NaiveDate) {
        self.archived = archived;
        self.close_or_open(day);
    }

    /// Completed and archived, it is open again only when it is neither.
    fn close_or_open(&mut self, day: NaiveDate) {
        if self.completed || self.archived {
            self.closed.add(DayRange::since(day));
        } else {
            self.closed.remove(DayRange::since(day));
        }
    }
}
