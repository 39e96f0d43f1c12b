//! Figures in tables: the same however the events are cut into batches, and what a fold of all of them in memory makes.
//!
//! That the fold of streaks is right is held against the plain rules in `domain`; here it is whether a batch loads enough,
//! and that what is replayed for one question alone comes to the same.

use analytics::{
    daily_totals::{DailyTotals, list_daily_totals_of},
    figures::Figures,
    streaks::Streaks,
};
use chrono::NaiveDate;
use domain::{Event, Recorded, workspace::WorkspaceEvent};
use proptest::{collection, prelude::*, test_runner::TestRunner};
use uuid::Uuid;
use worker::Fold;

use crate::{
    cuts::rows_follow_however_events_are_cut,
    diary::{Diary, GOALS, Happening, happening, workspace},
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
