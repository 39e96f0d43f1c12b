//! `daily_totals`, against a plain computation from the events.

use std::collections::BTreeMap;

use analytics::daily_totals::{DailyTotal, DailyTotals, DailyTotalsRow, list_daily_totals};
use chrono::NaiveDate;
use domain::{Aggregate, DailyLog, Event, GoalId, Id, Recorded, WorkspaceId};
use proptest::{prelude::*, test_runner::TestRunner};
use tokio::runtime::Runtime;
use uuid::Uuid;
use worker::model;

use crate::{
    folding::{pool, rows_follow_from_the_events_alone},
    histories::{History, histories},
};

type Key = (WorkspaceId, GoalId, NaiveDate);

#[test]
fn daily_totals_follow_from_the_events_alone() {
    rows_follow_from_the_events_alone::<DailyTotals, _, _>("analytics", totals);
}

/// What all logs, as they are in the end, come to.
fn totals(events: &[Recorded]) -> BTreeMap<Key, DailyTotalsRow> {
    let mut logs: BTreeMap<Uuid, (WorkspaceId, DailyLog)> = BTreeMap::new();
    for recorded in events {
        if let Event::DailyLog(event) = &recorded.event {
            let (_, log) = logs.entry(recorded.stream).or_insert((recorded.workspace, DailyLog::default()));
            log.evolve(event);
        }
    }
    let mut totals: BTreeMap<Key, DailyTotalsRow> = BTreeMap::new();
    for (workspace, log) in logs.into_values().filter(|(_, log)| !log.withdrawn) {
        let counted = log.counted.unwrap();
        let row = totals.entry((workspace, log.goal_id.unwrap(), counted.day)).or_default();
        row.minutes += i32::from(counted.minutes);
        row.logs += 1;
    }
    totals
}

#[test]
fn totals_of_a_range_of_days_are_told_by_goal_and_for_the_whole_workspace() {
    let runtime = Runtime::new().unwrap();
    let _inside = runtime.enter();
    let database = runtime.block_on(testkit::database());
    let pool = pool(&database, "analytics");
    let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
    let ranges = (0..14_u64, 0..14_u64);
    let held = runner.run(&(histories(), ranges), |((History { events }, _), (from, days))| {
        let from = NaiveDate::from_ymd_opt(2026, 2, 24).unwrap() + chrono::Days::new(from);
        let range = (from, from + chrono::Days::new(days));
        let totals = totals(&events);
        runtime.block_on(async {
            sqlx::query("truncate daily_totals").execute(&pool).await.unwrap();
            let mut connection = pool.acquire().await.unwrap();
            let events: Vec<&Recorded> = events.iter().collect();
            model::<DailyTotals>().take_in(&mut connection, &events).await.unwrap();
            let goals = totals.keys().map(|(workspace, goal, _)| (*workspace, Some(*goal)));
            for (workspace, goal) in goals.chain([1, 2].map(|number| (Id::new(Uuid::from_u128(number)), None))) {
                let found = list_daily_totals(&pool, workspace, goal, range).await.unwrap();
                assert_eq!(found, of_days(&totals, workspace, goal, range));
            }
        });
        Ok(())
    });
    held.unwrap();
}

fn of_days(
    totals: &BTreeMap<Key, DailyTotalsRow>,
    workspace: WorkspaceId,
    goal: Option<GoalId>,
    (from, to): (NaiveDate, NaiveDate),
) -> Vec<DailyTotal> {
    let mut days: BTreeMap<NaiveDate, DailyTotal> = BTreeMap::new();
    for ((owner, of, day), row) in totals {
        if *owner == workspace && goal.is_none_or(|goal| goal == *of) && (from..=to).contains(day) {
            let total = days.entry(*day).or_insert(DailyTotal { day: *day, minutes: 0, logs: 0 });
            total.minutes += i64::from(row.minutes);
            total.logs += i64::from(row.logs);
        }
    }
    days.into_values().collect()
}

#[tokio::test]
async fn days_that_postgres_does_not_know_can_be_asked_about() {
    let database = testkit::database().await;
    let pool = pool(&database, "analytics");
    let workspace = Id::new(Uuid::from_u128(1));
    for goal in [None, Some(Id::new(Uuid::from_u128(2)))] {
        let found = list_daily_totals(&pool, workspace, goal, (NaiveDate::MIN, NaiveDate::MAX)).await.unwrap();
        assert_eq!(found, []);
    }
}
