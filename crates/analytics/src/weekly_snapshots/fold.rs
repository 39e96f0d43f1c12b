//! What an event does to what is known of weeks.

use chrono::NaiveDate;
use domain::{
    Calendar, Event, GoalId, Recorded, Week, goal::GoalEvent, target::DatedTarget, workspace::WorkspaceEvent,
};
use worker::CannotApply;

use super::rows::{ClockState, ClosedWeek, Correction, GoalFacts, WeekRows};
use crate::months::DaySum;

/// Takes in one event, which has changed so much of these days of its goal.
pub(crate) fn fold(rows: &mut WeekRows, event: &Recorded, days: &[(NaiveDate, DaySum)]) -> Result<(), CannotApply> {
    match &event.event {
        Event::User(_) | Event::DailyLog(_) => {}
        Event::Workspace(change) => fold_workspace(rows, event, change)?,
        Event::Goal(change) => fold_goal(rows, event, change)?,
    }
    if let Some(goal) = event.goal() {
        days.iter().try_for_each(|(day, change)| correct(rows, event, goal, *day, *change))?;
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
        GoalEvent::GoalCreated { .. }
        | GoalEvent::GoalScheduleSet { .. }
        | GoalEvent::GoalPaused { .. }
        | GoalEvent::GoalResumed { .. } => {}
        GoalEvent::GoalRevised { title, .. } => {
            if let Some(title) = title {
                facts.title = title.clone();
            }
        }
        GoalEvent::GoalCompleted {} => facts.completed = true,
        GoalEvent::GoalReopened {} => facts.completed = false,
        GoalEvent::GoalArchived {} => facts.archived = true,
        GoalEvent::GoalRestored {} => facts.archived = false,
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

/// A change of a goal's day that comes after its week was over is a correction.
fn correct(
    rows: &mut WeekRows,
    event: &Recorded,
    goal: GoalId,
    day: NaiveDate,
    change: DaySum,
) -> Result<(), CannotApply> {
    let workspace = event.workspace;
    let clock = rows.clocks.get(&workspace).ok_or_else(|| CannotApply::missing("workspace"))?;
    if clock.calendar.week_of(day).last < event.local_day {
        rows.corrections.insert((workspace, day, event.position.number), correction(event, goal, day, change));
    }
    Ok(())
}

fn correction(event: &Recorded, goal_id: GoalId, day: NaiveDate, change: DaySum) -> Correction {
    let DaySum { minutes, logs, met } = change;
    Correction {
        number: event.position.number,
        recorded_at: event.recorded_at,
        local_day: event.local_day,
        name: event.event.name().to_owned(),
        actor: event.actor,
        goal_id,
        log_id: matches!(event.event, Event::DailyLog(_)).then_some(event.stream),
        day,
        minutes,
        logs,
        met,
    }
}
