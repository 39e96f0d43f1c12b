//! `daily_totals`: the minutes and logs of each goal, and of each workspace, on each day that has any.

mod query;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{Event, Recorded};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use worker::{CannotApply, ReadModel};

use crate::months::{Figures, Months, Subject, month_of};

pub use self::query::{DayInAll, InAll, get_in_all, in_all_of, list_daily_totals, list_daily_totals_of, total};

/// A day that has minutes or logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DailyTotal {
    /// The local day.
    pub day: NaiveDate,
    /// The minutes of its logs that count.
    pub minutes: i32,
    /// How many those are.
    pub logs: i32,
}

/// The figures of a goal, or of a workspace, on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "(i32, i32)", from = "(i32, i32)")]
pub struct DayFigures {
    /// The minutes of its logs that count.
    pub minutes: i32,
    /// How many those are.
    pub logs: i32,
}

impl Figures for DayFigures {
    fn are_none(&self) -> bool {
        self.logs == 0
    }
}

impl From<(i32, i32)> for DayFigures {
    fn from((minutes, logs): (i32, i32)) -> Self {
        Self { minutes, logs }
    }
}

impl From<DayFigures> for (i32, i32) {
    fn from(DayFigures { minutes, logs }: DayFigures) -> Self {
        (minutes, logs)
    }
}

/// The read model.
pub struct DailyTotals;

/// Its name, to wait for, which is that of its table.
pub const NAME: &str = "daily_totals";

impl ReadModel for DailyTotals {
    const NAME: &'static str = NAME;
    const TABLES: &'static [&'static str] = &[NAME];
    type Rows = Months<DayFigures>;

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Self::Rows, sqlx::Error> {
        Months::load(connection, NAME, &touched(events)).await
    }

    fn fold(rows: &mut Self::Rows, event: &Recorded) -> Result<(), CannotApply> {
        for (subject, day, minutes, logs) in changes(event) {
            rows.change(subject, day, |figures| {
                figures.minutes += minutes;
                figures.logs += logs;
            });
        }
        Ok(())
    }

    async fn write(connection: &mut PgConnection, rows: &Self::Rows) -> Result<(), sqlx::Error> {
        rows.write(connection, NAME).await
    }
}

/// The months whose days the events change.
pub(crate) fn touched(events: &[&Recorded]) -> Vec<(Subject, NaiveDate, NaiveDate)> {
    let days = events.iter().flat_map(|event| changes(event));
    let months: BTreeSet<(Subject, NaiveDate)> = days.map(|(subject, day, ..)| (subject, month_of(day))).collect();
    months.into_iter().map(|(subject, month)| (subject, month, month)).collect()
}

/// By how much an event changes which days, the goal's and its workspace's: minutes and logs, taken away and added.
fn changes(event: &Recorded) -> impl Iterator<Item = (Subject, NaiveDate, i32, i32)> {
    let (workspace, log) = match &event.event {
        Event::DailyLog(log) => (event.workspace, Some(log)),
        Event::User(_) | Event::Workspace(_) | Event::Goal(_) => (event.workspace, None),
    };
    let taken = log.and_then(|log| log.takes().map(|counted| (log, counted, -1)));
    let added = log.and_then(|log| log.adds().map(|counted| (log, counted, 1)));
    taken.into_iter().chain(added).flat_map(move |(log, counted, sign)| {
        let subjects = [log.goal_id().uuid(), workspace.uuid()];
        subjects.map(|subject| ((workspace, subject), counted.day, sign * i32::from(counted.minutes), sign))
    })
}
