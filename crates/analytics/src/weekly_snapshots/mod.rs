//! `weekly_snapshots`: what each week comes to now, what it came to when it closed, and what was corrected in between.
//!
//! Only what a day comes to *now* is stored, and each change of a day that came after its week was over. What was known
//! when a week closed is the one without the other: each event carries the local day it was recorded on, and today's date
//! never goes back, so an event was recorded before the week's end exactly if that day is not after the week's last.

mod answer;
mod fold;
mod load;
mod memory;
mod rows;
mod source;
mod tables;
mod write;

use domain::Recorded;
use sqlx::PgConnection;
use worker::{CannotApply, ReadModel};

pub use self::{
    answer::{GoalWeek, WEEK_CORRECTIONS_MAX, WeekDetails, WeekSnapshot, get_week, list_weeks},
    rows::{ClockState, ClosedWeek, Correction, DayRow, GoalFacts, WeekRows},
    source::{Late, WeekSource},
    tables::Tables,
};

const TABLE_OF_DAYS: &str = "week_days";

/// The read model.
pub struct WeeklySnapshots;

impl ReadModel for WeeklySnapshots {
    const NAME: &'static str = "weekly_snapshots";
    const TABLES: &'static [&'static str] =
        &["weekly_snapshots", "week_clock", "week_goals", TABLE_OF_DAYS, "week_corrections"];
    type Rows = WeekRows;

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<WeekRows, sqlx::Error> {
        load::load(connection, events).await
    }

    fn fold(rows: &mut WeekRows, event: &Recorded) -> Result<(), CannotApply> {
        fold::fold(rows, event)
    }

    async fn write(connection: &mut PgConnection, rows: &WeekRows) -> Result<(), sqlx::Error> {
        write::write(connection, rows).await
    }
}
