//! What an event does to streaks: the goal's, and through the days that it makes met, the workspace's.

use std::cell::Cell;

use chrono::NaiveDate;
use domain::{
    Calendar, Event, Recorded,
    goal::GoalEvent,
    schedule::DatedSchedule,
    streaks::{Change, Moment, Outcome, Run, Runs},
    workspace::WorkspaceEvent,
};
use uuid::Uuid;
use worker::{CannotApply, Rows};

use super::{NumberedChange, StreakRow, StreakRows, Subject, load::Window};
use crate::{daily_totals, months::DaySum};

/// Takes in one event, and tells by how much it has changed which of its goal's days.
pub(crate) fn fold(rows: &mut StreakRows, event: &Recorded) -> Result<Vec<(NaiveDate, DaySum)>, CannotApply> {
    let workspace = event.workspace;
    match &event.event {
        Event::Workspace(change) => fold_workspace(rows, event, change).map(|()| vec![]),
        Event::Goal(GoalEvent::GoalCreated { .. }) => {
            rows.states.insert((workspace, event.stream), StreakRow::default());
            Ok(vec![])
        }
        Event::User(_) | Event::Goal(_) | Event::DailyLog(_) => match event.goal() {
            Some(goal) => apply_to_goal(rows, event, goal.uuid(), &changes_of(event)),
            None => Ok(vec![]),
        },
    }
}

fn fold_workspace(rows: &mut StreakRows, event: &Recorded, change: &WorkspaceEvent) -> Result<(), CannotApply> {
    let workspace = event.workspace;
    match change {
        WorkspaceEvent::WorkspaceCreated { calendar, .. } => {
            rows.calendars.insert(workspace, Calendar::new(calendar.clone()));
            rows.states.insert((workspace, workspace.uuid()), StreakRow::default());
            Ok(())
        }
        // That time ended a streak follows from the day asked about; no event has to say so.
        WorkspaceEvent::WorkspaceRenamed { .. }
        | WorkspaceEvent::WeekClosed { .. }
        | WorkspaceEvent::MemberAdded { .. }
        | WorkspaceEvent::MemberRoleChanged { .. }
        | WorkspaceEvent::MemberRemoved { .. } => Ok(()),
        WorkspaceEvent::WorkspaceCalendarSet { calendar } => {
            let subjects: Vec<Subject> = rows
                .states
                .from(&(workspace, Uuid::nil()))
                .map(|(subject, _)| *subject)
                .take_while(|(of, _)| *of == workspace)
                .collect();
            for subject in subjects {
                apply(rows, event, subject, &[Change::CalendarSet(calendar.clone())])?;
            }
            let known = rows.calendars.get_mut(&workspace).ok_or_else(|| CannotApply::missing("workspace"))?;
            known.set(calendar.clone());
            Ok(())
        }
    }
}

/// What an event changes of its goal's streak.
pub(crate) fn changes_of(event: &Recorded) -> Vec<Change> {
    match &event.event {
        Event::Goal(change) => of_goal(change),
        Event::DailyLog(_) => of_log(event),
        Event::User(_) | Event::Workspace(_) => vec![],
    }
}

/// The minutes that an event of a log changes: a log of none changes no streak.
fn of_log(event: &Recorded) -> Vec<Change> {
    let changed = daily_totals::changes(event).into_iter().filter(|(_, change)| change.minutes != 0);
    changed.map(|(day, change)| Change::Minutes { day, more: change.minutes }).collect()
}

/// What a goal's event changes of what is expected.
fn of_goal(event: &GoalEvent) -> Vec<Change> {
    match event {
        GoalEvent::GoalCreated { .. }
        | GoalEvent::GoalRevised { .. }
        | GoalEvent::WeeklyTargetSet { .. }
        | GoalEvent::WeeklyTargetWithdrawn { .. } => vec![],
        GoalEvent::GoalCompleted {} => vec![Change::Completed],
        GoalEvent::GoalReopened {} => vec![Change::Reopened],
        GoalEvent::GoalArchived {} => vec![Change::Archived],
        GoalEvent::GoalRestored {} => vec![Change::Restored],
        GoalEvent::GoalScheduleSet { from, schedule } => {
            vec![Change::Scheduled(DatedSchedule { from: *from, schedule: schedule.clone() })]
        }
        GoalEvent::GoalPaused { days } => vec![Change::Paused(*days)],
        GoalEvent::GoalResumed { days } => vec![Change::Resumed(*days)],
    }
}

/// Works changes into a goal's streak, and what that makes of days into the workspace's.
fn apply_to_goal(
    rows: &mut StreakRows,
    event: &Recorded,
    goal: Uuid,
    changes: &[Change],
) -> Result<Vec<(NaiveDate, DaySum)>, CannotApply> {
    let workspace = event.workspace;
    // Also where no streak changes: a log of no minutes changes a day all the same.
    rows.calendars.get(&workspace).ok_or_else(|| CannotApply::missing("workspace"))?;
    rows.states.get(&(workspace, goal)).ok_or_else(|| CannotApply::missing("goal"))?;
    let outcome = apply(rows, event, (workspace, goal), changes)?;
    let more = |met: bool| if met { 1 } else { -1 };
    let met: Vec<Change> =
        outcome.met.iter().map(|(day, met)| Change::Minutes { day: *day, more: more(*met) }).collect();
    apply(rows, event, (workspace, workspace.uuid()), &met)?;

    // Both were judged by the days as they were before the event.
    let mut changed = daily_totals::changes(event);
    for (day, met) in outcome.met {
        match changed.iter_mut().find(|(of, _)| *of == day) {
            Some((_, change)) => change.met += more(met),
            None => changed.push((day, DaySum { met: more(met), ..DaySum::default() })),
        }
    }
    daily_totals::add(&mut rows.days, event, &changed);
    Ok(changed)
}

fn apply(
    rows: &mut StreakRows,
    event: &Recorded,
    subject: Subject,
    changes: &[Change],
) -> Result<Outcome, CannotApply> {
    if changes.is_empty() {
        return Ok(Outcome::default());
    }
    let calendar = rows.calendars.get(&subject.0).ok_or_else(|| CannotApply::missing("workspace"))?;
    let StreakRow { changes: told, state } =
        rows.states.get_mut(&subject).ok_or_else(|| CannotApply::missing("goal"))?;
    let window = Window::of(changes, state, calendar, event.local_day);
    let mut runs = runs_around(&rows.runs, subject, window);
    let days = &rows.days;
    // A day is judged as it was and as it is, and so asked for again and again.
    let asked = Cell::new(None);
    let counted = |day| match asked.get() {
        Some((same, counted)) if same == day => counted,
        _ => {
            let counted = days.get(subject, day).counted(subject);
            asked.set(Some((day, counted)));
            counted
        }
    };
    let moment = Moment { event: event.id, today: event.local_day, calendar, minutes: &counted };
    let mut outcome = state.apply(changes, &mut runs, &moment);

    let key = |run: &Run| (subject, run.first);
    outcome.removed.iter().for_each(|run| rows.runs.remove(&key(run)));
    outcome.added.iter().for_each(|run| rows.runs.insert(key(run), *run));
    for change in outcome.changes.drain(..) {
        rows.changes.push((subject, NumberedChange { number: *told, recorded_at: event.recorded_at, change }));
        *told += 1;
    }
    Ok(outcome)
}

/// A subject's runs in a window, and the nearest on either side.
fn runs_around(stored: &Rows<(Subject, NaiveDate), Run>, subject: Subject, Window { first, last, .. }: Window) -> Runs {
    let own = |((of, _), run): (&(Subject, NaiveDate), &Run)| (*of == subject).then_some(*run);
    let Some(next) = last.succ_opt() else { return Runs::default() };
    let mut runs: Vec<Run> = vec![];
    for run in stored.before(&(subject, next)).map_while(own) {
        runs.push(run);
        if run.first < first {
            break;
        }
    }
    runs.reverse();
    runs.extend(stored.from(&(subject, next)).map_while(own).next());
    runs.into_iter().collect()
}
