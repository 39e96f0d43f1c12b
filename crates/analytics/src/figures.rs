//! `figures`: what each day comes to, and what follows from it, streaks and weeks. They are one read model, for each day is
//! written once, and whether a goal met it is decided once, by the rules of streaks.

use domain::Recorded;
use sqlx::PgConnection;
use worker::{CannotApply, Fold, ReadModel};

use crate::{
    months::TABLE,
    streaks::{self, StreakRows},
    weekly_snapshots::{self, WeekRows},
};

/// The read model.
pub struct Figures;

/// Its name, to wait for.
pub const NAME: &str = "figures";

/// The rows of its tables.
#[derive(Debug, Default)]
pub struct FigureRows {
    /// The days, and the streaks in them.
    pub streaks: StreakRows,
    /// What else is known of weeks.
    pub weeks: WeekRows,
}

impl Fold for Figures {
    type Rows = FigureRows;

    fn fold(rows: &mut FigureRows, event: &Recorded) -> Result<(), CannotApply> {
        // Streaks know each goal and workspace that weeks know, and refuse first: so both take in an event, or neither.
        let days = streaks::fold(&mut rows.streaks, event)?;
        weekly_snapshots::fold(&mut rows.weeks, event, &days)
    }
}

impl ReadModel for Figures {
    const NAME: &'static str = NAME;
    const TABLES: &'static [&'static str] = &[
        TABLE,
        "streaks",
        "streak_runs",
        "streak_changes",
        "weekly_snapshots",
        "week_clock",
        "week_goals",
        "week_corrections",
    ];

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<FigureRows, sqlx::Error> {
        let weeks = weekly_snapshots::load(connection, events).await?;
        let streaks = streaks::load(connection, events, weeks.calendars()).await?;
        Ok(FigureRows { streaks, weeks })
    }

    async fn write(connection: &mut PgConnection, rows: &FigureRows) -> Result<(), sqlx::Error> {
        streaks::write(connection, &rows.streaks).await?;
        weekly_snapshots::write(connection, &rows.weeks).await
    }
}
