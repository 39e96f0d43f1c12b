//! Streaks, of each goal and of the whole workspace, with every change and what caused it.
//!
//! The rules are in `domain::streaks`; this is where their facts rest. A batch loads only the runs and days around what
//! it changes, but for events that change what is expected, which may judge any day anew. Here it is decided which days
//! are met, so the days are kept here too.

mod fold;
mod kept;
mod load;
mod query;
mod write;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Calendar, Recorded, WorkspaceId,
    streaks::{Run, StreakChange, StreakState},
};
use worker::{CannotApply, Fold, Rows};

use crate::months::Months;
pub use crate::months::Subject;

pub use self::query::{
    LOCAL_DAY_MARGIN, StreakChanged, StreakFacts, StreakNow, counted, get_calendar, get_streak, list_streak_changes,
};
pub(crate) use self::{fold::fold, load::load, write::write};

/// Streaks and days alone, without weeks: all that the past has to be replayed for where streaks are asked for.
pub struct Streaks;

/// The rows of its tables.
#[derive(Debug, Default)]
pub struct StreakRows {
    pub(crate) calendars: Rows<WorkspaceId, Calendar>,
    pub(crate) states: Rows<Subject, StreakRow>,
    pub(crate) runs: Rows<(Subject, NaiveDate), Run>,
    /// What each day comes to.
    pub days: Months,
    /// What there is to tell that no table has yet, in the order of events: it is only ever added to.
    pub(crate) changes: Vec<(Subject, NumberedChange)>,
}

/// What is stored of a streak besides its runs and its changes.
#[derive(Debug, Default)]
pub(crate) struct StreakRow {
    /// How many changes it has had.
    pub changes: i32,
    pub state: StreakState,
}

/// A change of a streak.
#[derive(Clone, Debug)]
pub(crate) struct NumberedChange {
    /// How many there were before it.
    pub number: i32,
    /// When the event was recorded at which it came to light.
    pub recorded_at: DateTime<Utc>,
    pub change: StreakChange,
}

impl Fold for Streaks {
    type Rows = StreakRows;

    fn fold(rows: &mut StreakRows, event: &Recorded) -> Result<(), CannotApply> {
        fold(rows, event).map(drop)
    }
}
