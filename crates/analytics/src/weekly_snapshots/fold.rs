//! What an event does to the figures of days, and to what is known of weeks.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    Calendar, Event, GoalId, Recorded, Week, WorkspaceId, daily_log::DailyLogEvent, goal::GoalEvent,
    schedule::DatedSchedule, target::DatedTarget, workspace::WorkspaceEvent,
};
use uuid::Uuid;
use worker::CannotApply;

use super::rows::{ClockState, ClosedWeek, Correction, DayRow, GoalFacts, WeekRows};

/// By how much a day of a goal changes; by nothing, where only what makes it count does.
struct Delta {
    goal: GoalId,
    log: Option<Uuid>,
    day: NaiveDate,
    minutes: i32,
    logs: i32,
}

/// Takes in one event.
pub(crate) fn fold(rows: &mut WeekRows, event: &Recorded) -> Result<(), CannotApply> {
    match &event.event {
        Event::User(_) => {}
        Event::Workspace(change) => fold_workspace(rows, event, change)?,
        Event::Goal(change) => fold_goal(rows, event, change)?,
        Event::DailyLog(change) => fold_log(rows, event, change)?,
    }
    // The end of a week is no sign of life.
    let ends_week = matches!(event.event, Event::Workspace(WorkspaceEvent::WeekClosed { .. }));
    let later = |clock: &ClockState| clock.active_on < event.local_day;
    if !ends_week
        && rows.clocks.get(&event.workspace).is_some_and(later)
        && let Some(clock) = rows.clocks.get_mut(&event.workspace)
    {
        clock.active_on = event.local_day;
    }
    Ok(())
}

fn fold_workspace(rows: &mut WeekRows, event: &Recorded, change: &WorkspaceEvent) -> Result<(), CannotApply> {
    let workspace = event.workspace;
    let missing = || CannotApply::missing("workspace");
    match change {
        WorkspaceEvent::WorkspaceCreated { calendar, .. } => {
            let calendar = Calendar::new(calendar.clone());
            rows.clocks.insert(workspace, ClockState { calendar, closed: None, active_on: event.local_day });
        }
        WorkspaceEvent::WorkspaceRenamed { .. }
        | WorkspaceEvent::MemberAdded { .. }
        | WorkspaceEvent::MemberRoleChanged { .. }
        | WorkspaceEvent::MemberRemoved { .. } => {}
        WorkspaceEvent::WorkspaceCalendarSet { calendar } => {
            rows.clocks.get_mut(&workspace).ok_or_else(missing)?.calendar.set(calendar.clone());
        }
        WorkspaceEvent::WeekClosed { first, last, ends_at } => {
            let week = Week { first: *first, last: *last };
            rows.clocks.get_mut(&workspace).ok_or_else(missing)?.closed = Some(week);
            rows.closed.insert((workspace, *first), ClosedWeek { week, ends_at: *ends_at });
        }
    }
    Ok(())
}

fn fold_goal(rows: &mut WeekRows, event: &Recorded, change: &GoalEvent) -> Result<(), CannotApply> {
    let (goal, today): (GoalId, _) = (event.stream.into(), event.local_day);
    let key = (event.workspace, goal);
    if let GoalEvent::GoalCreated { title, .. } = change {
        rows.goals.insert(key, GoalFacts::new(title.clone(), today));
        return Ok(());
    }
    let facts = rows.goals.get_mut(&key).ok_or_else(|| CannotApply::missing("goal"))?;
    match change {
        GoalEvent::GoalCreated { .. } | GoalEvent::GoalPaused { .. } | GoalEvent::GoalResumed { .. } => {}
        GoalEvent::GoalRevised { title, .. } => {
            if let Some(title) = title {
                facts.title = title.clone();
            }
        }
        GoalEvent::GoalCompleted {} => facts.completed = true,
        GoalEvent::GoalReopened {} => facts.completed = false,
        GoalEvent::GoalArchived {} => facts.archived = true,
        GoalEvent::GoalRestored {} => facts.archived = false,
        GoalEvent::GoalScheduleSet { from, schedule } => {
            facts.schedules.set(DatedSchedule { from: *from, schedule: schedule.clone() });
            return judge_anew(rows, event, goal, *from);
        }
        GoalEvent::WeeklyTargetSet { from_week, target } => {
            facts.targets.set(DatedTarget { from_week: *from_week, target: Some(*target) });
        }
        GoalEvent::WeeklyTargetWithdrawn { from_week } => {
            facts.targets.set(DatedTarget { from_week: *from_week, target: None });
        }
    }
    facts.put_away(today);
    Ok(())
}

/// What makes a day count has changed from `from` on.
fn judge_anew(rows: &mut WeekRows, event: &Recorded, goal: GoalId, from: NaiveDate) -> Result<(), CannotApply> {
    let subject = (event.workspace, goal.uuid());
    let days: Vec<NaiveDate> = rows.days.range(subject, from, NaiveDate::MAX).map(|(day, _)| day).collect();
    days.into_iter().try_for_each(|day| change(rows, event, &Delta { goal, log: None, day, minutes: 0, logs: 0 }))
}

fn fold_log(rows: &mut WeekRows, event: &Recorded, log: &DailyLogEvent) -> Result<(), CannotApply> {
    let mut days: BTreeMap<NaiveDate, (i32, i32)> = BTreeMap::new();
    let taken = log.takes().map(|counted| (counted, -1));
    let added = log.adds().map(|counted| (counted, 1));
    for (counted, sign) in taken.into_iter().chain(added) {
        let (minutes, logs) = days.entry(counted.day).or_default();
        *minutes += sign * i32::from(counted.minutes);
        *logs += sign;
    }
    let (goal, log) = (log.goal_id(), Some(event.stream));
    days.into_iter()
        .filter(|(_, delta)| *delta != (0, 0))
        .try_for_each(|(day, (minutes, logs))| change(rows, event, &Delta { goal, log, day, minutes, logs }))
}

/// Changes a day of a goal, and with it the workspace's; a change that comes after the week was over is a correction.
fn change(rows: &mut WeekRows, event: &Recorded, delta: &Delta) -> Result<(), CannotApply> {
    let workspace = event.workspace;
    let facts = rows.goals.get(&(workspace, delta.goal)).ok_or_else(|| CannotApply::missing("goal"))?;
    let clock = rows.clocks.get(&workspace).ok_or_else(|| CannotApply::missing("workspace"))?;
    let late = clock.calendar.week_of(delta.day).last < event.local_day;
    let was = rows.days.get((workspace, delta.goal.uuid()), delta.day);
    let minutes = (was.minutes + delta.minutes).unsigned_abs();
    let met = i32::from(facts.schedules.counts(delta.day, minutes));
    let change = DayRow { minutes: delta.minutes, logs: delta.logs, met: met - was.met };
    if change == DayRow::default() {
        return Ok(());
    }
    add(rows, workspace, delta.goal.uuid(), delta.day, change);
    add(rows, workspace, workspace.uuid(), delta.day, change);
    if late {
        rows.corrections.insert((workspace, delta.day, event.position.number), correction(event, delta, change));
    }
    Ok(())
}

fn add(rows: &mut WeekRows, workspace: WorkspaceId, subject: Uuid, day: NaiveDate, change: DayRow) {
    rows.days.change((workspace, subject), day, |row| {
        row.minutes += change.minutes;
        row.logs += change.logs;
        row.met += change.met;
    });
}

fn correction(event: &Recorded, delta: &Delta, change: DayRow) -> Correction {
    Correction {
        number: event.position.number,
        recorded_at: event.recorded_at,
        local_day: event.local_day,
        name: event.event.name().to_owned(),
        actor: event.actor,
        goal_id: delta.goal,
        log_id: delta.log,
        day: delta.day,
        minutes: change.minutes,
        logs: change.logs,
        met: change.met,
    }
}
