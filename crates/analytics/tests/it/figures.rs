//! Figures in tables: the same however the events are cut into batches, and what a fold of all of them in memory makes.
//!
//! That streaks are right is held against the plain rules in `streaks`; here it is whether a batch loads enough, and that what
//! is replayed for one question alone comes to the same.

use analytics::{
    daily_totals::{DailyTotals, list_daily_totals_of},
    figures::Figures,
    streaks::{StreakChanged, Streaks, list_streak_changes},
};
use chrono::NaiveDate;
use domain::{Event, Recorded, workspace::WorkspaceEvent};
use proptest::{collection, prelude::*, test_runner::TestRunner};
use sqlx::PgPool;
use tokio::runtime::Runtime;
use uuid::Uuid;
use worker::{Fold, Replay};

use crate::{
    cuts::{fill, rows_follow_however_events_are_cut},
    diary::{Diary, GOALS, Happening, happening, workspace},
    tables::pool,
};

#[test]
fn figures_follow_from_the_events_alone_however_they_are_cut() {
    rows_follow_however_events_are_cut::<Figures>();
}

#[test]
fn days_alone_and_streaks_alone_are_as_among_all_figures() {
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    let held = runner.run(&collection::vec(happening(), 1..160), |happenings| {
        let diary = Diary::of(&happenings);
        let (mut all, mut streaks, mut days) = (
            <Figures as Fold>::Rows::default(),
            <Streaks as Fold>::Rows::default(),
            <DailyTotals as Fold>::Rows::default(),
        );
        for event in &diary.events {
            prop_assert!(Figures::fold(&mut all, event).is_ok());
            prop_assert!(Streaks::fold(&mut streaks, event).is_ok());
            prop_assert!(DailyTotals::fold(&mut days, event).is_ok());
        }
        for subject in (1..=GOALS).map(Uuid::from_u128).chain([workspace().uuid()]) {
            let ever = (NaiveDate::MIN, NaiveDate::MAX);
            let totals = |rows| list_daily_totals_of(rows, workspace(), subject, ever);
            prop_assert_eq!(totals(&days), totals(&all.streaks.days));
            let subject = (workspace(), subject);
            prop_assert_eq!(streaks.state(subject), all.streaks.state(subject));
            prop_assert_eq!(streaks.counted(subject, ever), all.streaks.counted(subject, ever));
        }
        Ok(())
    });
    held.unwrap();
}

#[test]
fn changes_of_a_streak_are_told_page_by_page_as_a_replay_tells_them() {
    let runtime = Runtime::new().unwrap();
    let database = runtime.block_on(testkit::database());
    let pool = runtime.block_on(async { pool(&database, "analytics") });
    let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
    let histories = (collection::vec(happening(), 1..400), 1..60_i64);
    let held = runner.run(&histories, |(happenings, page)| {
        let events = Diary::of(&happenings).events;
        let mut memory = Replay::<Streaks>::default();
        events.iter().for_each(|event| memory.take_in(event));
        runtime.block_on(fill::<Figures>(&pool, &events));
        for subject in (1..=GOALS).map(Uuid::from_u128).chain([workspace().uuid()]) {
            let replayed = memory.rows.list_streak_changes((workspace(), subject), None, i64::MAX);
            prop_assert_eq!(runtime.block_on(paged(&pool, subject, page)), replayed);
        }
        Ok(())
    });
    held.unwrap();
}

/// All changes of a streak, a few at a time.
async fn paged(pool: &PgPool, subject: Uuid, page: i64) -> Vec<StreakChanged> {
    let mut changes: Vec<StreakChanged> = vec![];
    loop {
        let before = changes.last().map(|last| last.number);
        let next = list_streak_changes(pool, workspace(), subject, before, page).await.unwrap();
        if next.is_empty() {
            return changes;
        }
        changes.extend(next);
    }
}

#[test]
fn where_the_workspace_is_missing_its_logs_leave_no_trace() {
    let diary = Diary::of(&[Happening::Logged { goal: 1, days_ago: 30, minutes: 0 }]);
    let is_workspace =
        |event: &&Recorded| matches!(event.event, Event::Workspace(WorkspaceEvent::WorkspaceCreated { .. }));
    let mut rows = <Figures as Fold>::Rows::default();
    let (mut taken, mut refused) = (0, 0);
    for event in diary.events.iter().filter(|event| !is_workspace(event)) {
        if Figures::fold(&mut rows, event).is_ok() { taken += 1 } else { refused += 1 }
    }
    assert_eq!((taken, refused), (2, 1), "goals are taken in, the log is not");
    assert_eq!(
        list_daily_totals_of(&rows.streaks.days, workspace(), Uuid::from_u128(1), (NaiveDate::MIN, NaiveDate::MAX)),
        []
    );
}
