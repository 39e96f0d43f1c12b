//! What changes a streak, and what is told about that.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Run, StreakFigures};
use crate::{Calendar, EventId, Week, calendar::CalendarFact, pauses::DayRange, schedule::DatedSchedule};

/// Something that an event says and that can change a streak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many minutes more, or fewer, count for a day. An event may do so for two days.
    Minutes {
        /// The day.
        day: NaiveDate,
        /// How many more; fewer, if negative.
        more: i32,
    },
    /// Another schedule holds from a day on.
    Scheduled(DatedSchedule),
    /// Nothing is expected on these days.
    Paused(DayRange),
    /// A pause does not cover these days, or no longer.
    Resumed(DayRange),
    /// The goal is completed, as of the day of the event.
    Completed,
    /// It is no longer, as of that day.
    Reopened,
    /// The goal is archived, as of the day of the event.
    Archived,
    /// It is no longer, as of that day.
    Restored,
    /// The workspace has another calendar from a day on.
    CalendarSet(CalendarFact),
}

/// The event that brings changes, and what else holds just before it.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The event.
    pub event: EventId,
    /// Its local day.
    pub today: NaiveDate,
    /// The workspace's calendar before the event.
    pub calendar: &'a Calendar,
    /// The minutes that count for a day before the event: for any day of the runs around those that change.
    pub minutes: &'a dyn Fn(NaiveDate) -> u32,
}

/// What an event did to a streak: the rows to write, and what there is to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The runs that are no more.
    pub removed: Vec<Run>,
    /// The runs there are instead.
    pub added: Vec<Run>,
    /// The days that became met (`true`) or are so no longer: what the workspace's streak counts.
    pub met: Vec<(NaiveDate, bool)>,
    /// The changes to tell, in order: what time had ended before the event, and what the event did.
    pub changes: Vec<StreakChange>,
}

/// Why a streak is no longer what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// This event changed it.
    #[schema(value_type = uuid::Uuid)]
    Event(EventId),
    /// Time ended it: this day, or this week, went by without being met.
    Missed(Week),
}

/// One change of a streak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StreakChange {
    /// What changed it.
    pub cause: Cause,
    /// The figures before.
    pub before: StreakFigures,
    /// The figures after.
    pub after: StreakFigures,
    /// The runs, past ones included, that are no more: the latest 50 of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<Run>,
    /// The runs there are instead: the latest 50 of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<Run>,
}

impl Outcome {
    /// What two changes did, one after the other: a run that came and went is not told.
    pub(crate) fn then(&mut self, removed: &[Run], added: &[Run]) {
        let lasting = |run: &Run| !removed.contains(run);
        let gone: Vec<_> = removed.iter().filter(|run| !self.added.contains(run)).copied().collect();
        self.added.retain(lasting);
        let new: Vec<_> = added.iter().filter(|run| !self.removed.contains(run)).copied().collect();
        self.removed.retain(|run| !added.contains(run));
        self.removed.extend(gone);
        self.added.extend(new);
    }
}
