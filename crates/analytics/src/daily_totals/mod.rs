//! Daily totals: the minutes and logs of each goal, and of each workspace, on each day that has any.

mod query;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{Event, GoalId, Recorded, daily_log::Counted};
use serde::Serialize;
use utoipa::ToSchema;
use worker::{CannotApply, Fold, distinct};

use crate::months::{DaySum, Months, Subject, month_of};

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

/// The days alone, without what follows from them: all that the past has to be replayed for where totals are asked for.
pub struct DailyTotals;

impl Fold for DailyTotals {
    type Rows = Months;

    fn fold(rows: &mut Months, event: &Recorded) -> Result<(), CannotApply> {
        add(rows, event, &changes(event));
        Ok(())
    }
}

/// Adds what an event has changed of days to those of its goal and of its workspace.
pub(crate) fn add(rows: &mut Months, event: &Recorded, changed: &[(NaiveDate, DaySum)]) {
    for (day, change) in changed {
        subjects(event).for_each(|subject| rows.add(subject, *day, *change));
    }
}

/// The months whose days the events change, of goal and workspace.
pub(crate) fn touched(events: &[&Recorded]) -> BTreeSet<(Subject, NaiveDate)> {
    let month = |event, day| subjects(event).map(move |subject| (subject, month_of(day)));
    distinct(events.iter().flat_map(|event| changes(event).into_iter().flat_map(move |(day, _)| month(event, day))))
}

/// Whose days and streaks an event is about: its goal's, if it is about one, and its workspace's.
pub(crate) fn subjects(event: &Recorded) -> impl Iterator<Item = Subject> + use<> {
    let workspace = event.workspace;
    event.goal().map(GoalId::uuid).into_iter().chain([workspace.uuid()]).map(move |subject| (workspace, subject))
}

/// By how much an event of a log changes which days: by what it takes away and what it adds. No day is there twice, nor is
/// one that stays as it is.
pub(crate) fn changes(event: &Recorded) -> Vec<(NaiveDate, DaySum)> {
    let Event::DailyLog(log) = &event.event else { return vec![] };
    let change = |counted: Counted, sign: i32| {
        (counted.day, DaySum { minutes: sign * i32::from(counted.minutes), logs: sign, met: 0 })
    };
    let taken = log.takes().map(|counted| change(counted, -1));
    let added = log.adds().map(|counted| change(counted, 1));
    let changes = match (taken, added) {
        (Some((from, mut change)), Some((to, more))) if from == to => {
            change += more;
            vec![(from, change)]
        }
        (taken, added) => taken.into_iter().chain(added).collect(),
    };
    changes.into_iter().filter(|(_, change)| *change != DaySum::default()).collect()
}
