//! `streaks`: of each goal and of the whole workspace, with every change and what caused it.
//!
//! The rules are in `domain::streaks`; this is where their facts rest. A batch loads only the runs and days around what
//! it changes, but for events that change what is expected, which may judge any day anew.

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
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use worker::{CannotApply, ReadModel, Rows};

pub use crate::months::Subject;
use crate::months::{Figures, Months};

pub use self::query::{
    LOCAL_DAY_MARGIN, StreakChanged, StreakFacts, StreakNow, counted, get_calendar, get_streak, list_streak_changes,
};

/// What counts for a day: minutes of a goal, met goals of a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted(pub i32);

impl Figures for Counted {
    fn are_none(&self) -> bool {
        self.0 == 0
    }
}

/// The read model.
pub struct Streaks;

/// The rows of its tables.
#[derive(Debug, Default)]
pub struct StreakRows {
    pub(crate) calendars: Rows<WorkspaceId, Calendar>,
    pub(crate) states: Rows<Subject, StreakState>,
    pub(crate) runs: Rows<(Subject, NaiveDate), Run>,
    pub(crate) days: Months<Counted>,
    /// What there is to tell, in the order of events: it is only ever added to.
    pub(crate) changes: Vec<NewChange>,
}

/// A change of a streak that no table has yet.
#[derive(Debug)]
pub(crate) struct NewChange {
    pub subject: Subject,
    /// The position of its event.
    pub position: i64,
    /// Its place among the changes of that event.
    pub nth: i16,
    pub recorded_at: DateTime<Utc>,
    pub change: StreakChange,
}

impl ReadModel for Streaks {
    const NAME: &'static str = "streaks";
    const TABLES: &'static [&'static str] =
        &["streaks", "streak_runs", "streak_days", "streak_changes", "streak_calendars"];
    type Rows = StreakRows;

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<StreakRows, sqlx::Error> {
        load::load(connection, events).await
    }

    fn fold(rows: &mut StreakRows, event: &Recorded) -> Result<(), CannotApply> {
        fold::fold(rows, event)
    }

    async fn write(connection: &mut PgConnection, rows: &StreakRows) -> Result<(), sqlx::Error> {
        write::write(connection, rows).await
    }
}
