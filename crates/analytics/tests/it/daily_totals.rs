//! Daily totals, against a plain computation from the events.

use std::collections::BTreeMap;

use analytics::{
    daily_totals::{
        DailyTotal, DailyTotals, DayInAll, InAll, get_in_all, in_all_of, list_daily_totals, list_daily_totals_of,
    },
    figures::Figures,
    months::DaySum,
};
use chrono::{Days, NaiveDate};
use domain::{Aggregate, DailyLog, Event, Id, Recorded, WorkspaceId};
use proptest::{collection, prelude::*, test_runner::TestRunner};
use tokio::runtime::Runtime;
use uuid::Uuid;
use worker::Replay;

use crate::{
    cuts::fill,
    diary::{Diary, happening},
    tables::pool,
};

/// The workspace, whose totals they are, and the day.
type Key = (WorkspaceId, Uuid, NaiveDate);

/// What all logs, as they are in the end, come to.
fn totals(events: &[Recorded]) -> BTreeMap<Key, DaySum> {
    let mut logs: BTreeMap<Uuid, (WorkspaceId, DailyLog)> = BTreeMap::new();
    for recorded in events {
        if let Event::DailyLog(event) = &recorded.event {
            let (_, log) = logs.entry(recorded.stream).or_insert((recorded.workspace, DailyLog::default()));
            log.evolve(event);
        }
    }
    let mut totals: BTreeMap<Key, DaySum> = BTreeMap::new();
    for (workspace, log) in logs.into_values().filter(|(_, log)| !log.withdrawn) {
        let counted = log.counted.unwrap();
        for subject in [log.goal_id.unwrap().uuid(), workspace.uuid()] {
            let row = totals.entry((workspace, subject, counted.day)).or_default();
            row.minutes += i32::from(counted.minutes);
            row.logs += 1;
        }
    }
    totals
}

#[test]
fn totals_are_told_by_goal_and_for_the_whole_workspace_from_tables_and_from_memory() {
    let runtime = Runtime::new().unwrap();
    let _inside = runtime.enter();
    let database = runtime.block_on(testkit::database());
    let pool = pool(&database, "analytics");
    let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
    let range = || (0..60_u64, 0..60_u64);
    let histories = (collection::vec(happening(), 1..80), range(), range());
    let held = runner.run(&histories, |(happenings, one, other)| {
        let events = Diary::of(&happenings).events;
        let range = |(from, days): (u64, u64)| {
            let from = NaiveDate::from_ymd_opt(2026, 2, 1).unwrap() + Days::new(from);
            (from, from + Days::new(days))
        };
        let ranges = [one, other].map(range);
        let totals = totals(&events);
        let mut memory = Replay::<DailyTotals>::default();
        events.iter().for_each(|event| memory.take_in(event));
        runtime.block_on(async {
            fill::<Figures>(&pool, &events).await;
            let subjects = totals.keys().map(|(workspace, subject, _)| (*workspace, *subject));
            let idle = [1, 2].map(|number| (Id::new(Uuid::from_u128(number)), Uuid::from_u128(number)));
            for (workspace, subject) in subjects.chain(idle) {
                let due = of_days(&totals, workspace, subject, ranges[0]);
                let found = list_daily_totals(&pool, workspace, subject, ranges[0]).await.unwrap();
                assert_eq!(found, due);
                assert_eq!(list_daily_totals_of(&memory.rows, workspace, subject, ranges[0]), due);
                let due = in_all(&totals, workspace, subject, ranges);
                assert_eq!(get_in_all(&pool, workspace, subject, ranges).await.unwrap(), due);
                assert_eq!(in_all_of(&memory.rows, workspace, subject, ranges), due);
            }
        });
        Ok(())
    });
    held.unwrap();
}

fn of_days(
    totals: &BTreeMap<Key, DaySum>,
    workspace: WorkspaceId,
    subject: Uuid,
    (from, to): (NaiveDate, NaiveDate),
) -> Vec<DailyTotal> {
    let own = totals
        .iter()
        .filter(|((owner, of, day), _)| (*owner, *of) == (workspace, subject) && (from..=to).contains(day));
    own.map(|((.., day), row)| DailyTotal { day: *day, minutes: row.minutes, logs: row.logs }).collect()
}

fn in_all(
    totals: &BTreeMap<Key, DaySum>,
    workspace: WorkspaceId,
    subject: Uuid,
    ranges: [(NaiveDate, NaiveDate); 2],
) -> InAll {
    let all = of_days(totals, workspace, subject, (NaiveDate::MIN, NaiveDate::MAX));
    let until = |last: NaiveDate| {
        all.iter().filter(|total| total.day <= last).map(|total| i64::from(total.minutes)).sum::<i64>()
    };
    let asked = all.iter().filter(|total| ranges.iter().any(|(from, to)| *from <= total.day && total.day <= *to));
    let days = asked.map(|total| DayInAll { day: total.day, minutes: total.minutes, minutes_in_all: until(total.day) });
    InAll { first_logged: all.first().map(|it| it.day), minutes: until(NaiveDate::MAX), days: days.collect() }
}

#[tokio::test]
async fn days_that_postgres_does_not_know_can_be_asked_about() {
    let database = testkit::database().await;
    let pool = pool(&database, "analytics");
    let (workspace, ever) = (Id::new(Uuid::from_u128(1)), (NaiveDate::MIN, NaiveDate::MAX));
    for subject in [1, 2].map(Uuid::from_u128) {
        assert_eq!(list_daily_totals(&pool, workspace, subject, ever).await.unwrap(), []);
        assert_eq!(get_in_all(&pool, workspace, subject, [ever, ever]).await.unwrap(), InAll::default());
    }
}
