//! What a batch needs to know of streaks: the runs around the days it changes, and the days of those it may split.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{
    Calendar, Event, GoalId, Recorded, Week, WorkspaceId,
    schedule::Unit,
    streaks::{Change, Run, StreakState},
    workspace::WorkspaceEvent,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;
use worker::{Rows, distinct};

use super::{StreakRow, StreakRows, Subject, fold::changes_of};
use crate::{
    daily_totals,
    months::{Months, TABLE, month_of},
};

/// The days of a subject that changes may look at.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Whether a run may be split, so that the days of its sides must be counted.
    splits: bool,
}

impl Window {
    /// As Postgres knows them: its dates and chrono's end elsewhere.
    const ALL: (NaiveDate, NaiveDate) =
        (NaiveDate::from_ymd_opt(1, 1, 1).expect("a date"), NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date"));

    /// No day at all.
    const NONE: Self = Self { first: Self::ALL.1, last: Self::ALL.0, splits: false };

    /// Where these changes may look: a few days around minutes, and else everywhere.
    pub fn of(changes: &[Change], state: &StreakState, calendar: &Calendar, today: NaiveDate) -> Self {
        let around = |change: &Change| match change {
            Change::Minutes { more, .. } => {
                let Week { first, last } = state.reach(change, calendar, today);
                // More minutes only ever join runs; fewer may split one.
                Self::new((first, last), *more < 0)
            }
            // What is expected changes: any day from there on may be judged anew.
            _ => Self::all(),
        };
        changes.iter().map(around).fold(Self::NONE, Self::and)
    }

    fn new((first, last): (NaiveDate, NaiveDate), splits: bool) -> Self {
        Self { first: first.max(Self::ALL.0), last: last.min(Self::ALL.1), splits }
    }

    fn all() -> Self {
        Self::new(Self::ALL, true)
    }

    fn and(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            splits: self.splits || other.splits,
        }
    }
}

/// Loads what the events touch, of workspaces that have these calendars.
pub(crate) async fn load(
    connection: &mut PgConnection,
    events: &[&Recorded],
    calendars: Rows<WorkspaceId, Calendar>,
) -> Result<StreakRows, sqlx::Error> {
    let mut rows = StreakRows { calendars, states: states(connection, events).await?, ..StreakRows::default() };
    let windows = windows(&rows, events);
    rows.runs = runs(connection, &windows).await?;
    rows.days = days(connection, events, &windows, &rows.runs).await?;
    Ok(rows)
}

/// What is stored of the goals concerned and of their workspaces; of all goals, where the calendar changes.
async fn states(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Rows<Subject, StreakRow>, sqlx::Error> {
    let whole: BTreeSet<Uuid> =
        events.iter().filter(|event| sets_calendar(event)).map(|event| event.workspace.uuid()).collect();
    let subjects = distinct(events.iter().flat_map(|event| daily_totals::subjects(event)));
    let (workspaces, subjects): (Vec<Uuid>, Vec<Uuid>) =
        subjects.into_iter().map(|(workspace, subject)| (workspace.uuid(), subject)).unzip();
    let whole: Vec<Uuid> = whole.into_iter().collect();
    let rows = sqlx::query!(
        // Two questions, for one with an `or` would read the whole table.
        r#"select streaks.workspace as "workspace!", streaks.subject as "subject!", changes as "changes!",
                  state as "state!: Json<StreakState>"
           from unnest($1::uuid[], $2::uuid[]) as asked(workspace, subject)
           join streaks on streaks.workspace = asked.workspace and streaks.subject = asked.subject
           union all
           select workspace, subject, changes, state from streaks where workspace = any($3)"#,
        &workspaces,
        &subjects,
        &whole,
    )
    .fetch_all(connection)
    .await?;
    Ok(Rows::loaded(rows.into_iter().map(|row| {
        let subject = (row.workspace.into(), row.subject);
        (subject, StreakRow { changes: row.changes, state: row.state.0 })
    })))
}

/// Which days of which subjects the batch may look at.
fn windows(rows: &StreakRows, events: &[&Recorded]) -> BTreeMap<Subject, Window> {
    let mut windows: BTreeMap<Subject, Window> = BTreeMap::new();
    let unborn = StreakState::default();
    let mut widen = |subject: Subject, window: Window| {
        windows.entry(subject).and_modify(|known| *known = known.and(window)).or_insert(window);
    };
    for event in events {
        let workspace = event.workspace;
        if sets_calendar(event) {
            let all = rows.states.iter().map(|(subject, _)| *subject).filter(|(of, _)| *of == workspace);
            all.for_each(|subject| widen(subject, Window::all()));
        }
        let Some(goal) = event.goal().map(GoalId::uuid) else { continue };
        let changes = changes_of(event);
        // A workspace made in this batch has no rows yet; a goal made in it has none, while its workspace may have many.
        let Some(calendar) = rows.calendars.get(&workspace).filter(|_| !changes.is_empty()) else { continue };
        let state = rows.states.get(&(workspace, goal)).map_or(&unborn, |row| &row.state);
        let window = Window::of(&changes, state, calendar, event.local_day);
        widen((workspace, goal), window);
        widen((workspace, workspace.uuid()), window);
    }
    windows
}

/// The runs in the windows, and the next ones on either side.
async fn runs(
    connection: &mut PgConnection,
    windows: &BTreeMap<Subject, Window>,
) -> Result<Rows<(Subject, NaiveDate), Run>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select distinct asked.workspace as "workspace!", asked.subject as "subject!", runs.first as "first!",
                  runs.last as "last!", runs.unit as "unit!", runs.length as "length!"
           from unnest($1::uuid[], $2::uuid[], $3::date[], $4::date[]) as asked(workspace, subject, first, last)
           cross join lateral (
               (select * from streak_runs r where r.workspace = asked.workspace and r.subject = asked.subject
                and r.first between asked.first and asked.last)
               union all
               (select * from streak_runs r where r.workspace = asked.workspace and r.subject = asked.subject
                and r.first < asked.first order by r.first desc limit 1)
               union all
               (select * from streak_runs r where r.workspace = asked.workspace and r.subject = asked.subject
                and r.first > asked.last order by r.first limit 1)
           ) as runs"#,
        &windows.keys().map(|(workspace, _)| workspace.uuid()).collect::<Vec<_>>(),
        &windows.keys().map(|(_, subject)| *subject).collect::<Vec<_>>(),
        &windows.values().map(|window| window.first).collect::<Vec<_>>(),
        &windows.values().map(|window| window.last).collect::<Vec<_>>(),
    )
    .fetch_all(connection)
    .await?;
    Ok(Rows::loaded(rows.into_iter().map(|row| {
        let unit = if row.unit == "weeks" { Unit::Weeks } else { Unit::Days };
        let run = Run { unit, first: row.first, last: row.last, length: row.length.unsigned_abs() };
        (((row.workspace.into(), row.subject), row.first), run)
    })))
}

/// The days in the windows; where a run may be split, also those of the runs around. And those whose logs change, for a log
/// of no minutes changes no streak.
async fn days(
    connection: &mut PgConnection,
    events: &[&Recorded],
    windows: &BTreeMap<Subject, Window>,
    runs: &Rows<(Subject, NaiveDate), Run>,
) -> Result<Months, sqlx::Error> {
    let mut windows = windows.clone();
    for ((subject, _), run) in runs.iter() {
        let window = windows.get_mut(subject).filter(|window| window.splits);
        if let Some(window) = window {
            *window = window.and(Window::new((run.first, run.last), true));
        }
    }
    let is_asked = |(subject, month): &(Subject, NaiveDate)| {
        windows.get(subject).is_some_and(|window| (month_of(window.first)..=window.last).contains(month))
    };
    let others = daily_totals::touched(events).into_iter().filter(|month| !is_asked(month));
    let ranges = windows.iter().map(|(subject, window)| (*subject, window.first, window.last));
    let ranges: Vec<_> = ranges.chain(others.map(|(subject, month)| (subject, month, month))).collect();
    Months::load(connection, TABLE, &ranges).await
}

fn sets_calendar(event: &Recorded) -> bool {
    matches!(event.event, Event::Workspace(WorkspaceEvent::WorkspaceCalendarSet { .. }))
}
