//! Each read model's rows, against a plain computation from the events.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{Aggregate, DailyLog, Goal, Recorded, WorkspaceId};
use read_models::{
    daily_logs::{self, DailyLogRow, DailyLogs},
    goals::{self, GoalRow, Goals},
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::folding::rows_follow_from_the_events_alone;

#[test]
fn goals_follow_from_the_events_alone() {
    rows_follow_from_the_events_alone::<Goals, _, _>("read", |rows| &rows.all, goals);
}

#[test]
fn daily_logs_follow_from_the_events_alone() {
    rows_follow_from_the_events_alone::<DailyLogs, _, _>("read", |rows| rows, logs);
}

/// The streams of one kind of aggregate: what each amounts to, and its events.
fn streams<A: Aggregate>(events: &[Recorded]) -> BTreeMap<(WorkspaceId, Uuid), (A, Vec<&Recorded>)> {
    let mut streams: BTreeMap<_, (A, Vec<&Recorded>)> = BTreeMap::new();
    for recorded in events {
        if let Ok(event) = A::Event::try_from(recorded.event.clone()) {
            let (state, events) = streams.entry((recorded.workspace, recorded.stream)).or_default();
            state.evolve(&event);
            events.push(recorded);
        }
    }
    streams
}

fn goals(events: &[Recorded]) -> BTreeMap<goals::Key, GoalRow> {
    let logs = logs(events);
    let goal = |((workspace, id), (goal, events)): ((WorkspaceId, Uuid), (Goal, Vec<&Recorded>))| {
        let (first, last) = (events[0], events[events.len() - 1]);
        let of_goal = |log: &&DailyLogRow| (log.workspace, log.goal_id.uuid()) == (workspace, id);
        let counting = || logs.values().filter(of_goal).filter(|log| !log.withdrawn);
        let row = GoalRow {
            workspace,
            id: id.into(),
            title: goal.title.clone().unwrap(),
            description: goal.description.clone(),
            target_date: goal.target_date,
            total_minutes: goal.total_minutes.map(u32::cast_signed),
            completed_on: goal.completed.then(|| last_day(&events, "GoalCompleted")),
            archived_on: goal.archived.then(|| last_day(&events, "GoalArchived")),
            schedules: Json(goal.schedules.clone()),
            weekly_targets: Json(goal.weekly_targets.clone()),
            pauses: Json(goal.pauses.clone()),
            minutes: counting().map(|log| i64::from(log.minutes)).sum(),
            logs: i32::try_from(counting().count()).unwrap(),
            version: i32::try_from(events.len()).unwrap(),
            created_at: first.recorded_at,
            changed_at: last.recorded_at,
        };
        ((row.workspace, row.id), row)
    };
    streams::<Goal>(events).into_iter().map(goal).collect()
}

fn logs(events: &[Recorded]) -> BTreeMap<daily_logs::Key, DailyLogRow> {
    let log = |((workspace, id), (log, events)): ((WorkspaceId, Uuid), (DailyLog, Vec<&Recorded>))| {
        let (first, counted) = (events[0], log.counted.unwrap());
        let row = DailyLogRow {
            workspace,
            id: id.into(),
            goal_id: log.goal_id.unwrap(),
            day: counted.day,
            minutes: counted.minutes.cast_signed(),
            zone: "Europe/Berlin".into(),
            text: log.text.clone(),
            withdrawn: log.withdrawn,
            version: i32::try_from(events.len()).unwrap(),
            created_at: first.recorded_at,
            changed_at: events[events.len() - 1].recorded_at,
        };
        ((row.workspace, row.id), row)
    };
    streams::<DailyLog>(events).into_iter().map(log).collect()
}

/// The local day of the last event of this name.
fn last_day(events: &[&Recorded], name: &str) -> NaiveDate {
    events.iter().rfind(|event| event.event.name() == name).unwrap().local_day
}
