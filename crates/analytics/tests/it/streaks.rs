//! Streaks as events make them, against the plain rules.

use std::collections::BTreeSet;

use analytics::streaks::Streaks;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    Event, Recorded,
    daily_log::{Counted, DailyLogEvent},
    goal::GoalEvent,
    schedule::DatedSchedule,
    streaks::{
        Change, Standing,
        plain::{self, Fact},
    },
    workspace::WorkspaceEvent,
};
use proptest::{collection, prelude::*, test_runner::TestRunner};
use uuid::Uuid;
use worker::Fold;

use crate::diary::{Diary, GOALS, happening, workspace};

/// So many histories are tried.
const CASES: u32 = 256;

#[test]
fn goals_and_the_workspace_stand_as_the_plain_rules_say() {
    let mut runner = TestRunner::new(ProptestConfig::with_cases(CASES));
    let held = runner.run(&collection::vec(happening(), 1..160), |happenings| {
        let diary = Diary::of(&happenings);
        let mut rows = <Streaks as Fold>::Rows::default();
        for event in &diary.events {
            prop_assert!(Streaks::fold(&mut rows, event).is_ok());
        }
        for later in [0, 1, 2, 8] {
            let now = diary.now + TimeDelta::days(later);
            let told = |subject| rows.get_streak((workspace(), subject), now).unwrap().at(now).standing;
            for goal in (1..=GOALS).map(Uuid::from_u128) {
                prop_assert_eq!(told(goal), of_goal(&diary, goal, now), "goal {}, {} days later", goal, later);
            }
            prop_assert_eq!(told(workspace().uuid()), of_all(&diary, now), "the workspace, {} days later", later);
        }
        Ok(())
    });
    held.unwrap();
}

fn of_goal(diary: &Diary, goal: Uuid, now: DateTime<Utc>) -> Standing {
    plain::answer(&history(diary, goal), today(diary, now)).standing
}

/// A day counts for the workspace where any goal is met.
fn of_all(diary: &Diary, now: DateTime<Utc>) -> Standing {
    let today = today(diary, now);
    let goals = (1..=GOALS).map(|goal| history(diary, Uuid::from_u128(goal)));
    let met: BTreeSet<NaiveDate> = goals.flat_map(|history| plain::met_days(&history, today)).collect();
    let met = met.into_iter().map(|day| Fact { today, change: Change::Minutes { day, more: 1 } });
    let calendars = history(diary, workspace().uuid());
    plain::answer(&calendars.into_iter().chain(met).collect::<Vec<_>>(), today).standing
}

fn today(diary: &Diary, now: DateTime<Utc>) -> NaiveDate {
    diary.workspace.today(now).unwrap()
}

/// What the rules are asked about: the facts of a goal, and the calendars of its workspace.
fn history(diary: &Diary, subject: Uuid) -> Vec<Fact> {
    let fact = |today| move |change| Fact { today, change };
    diary.events.iter().flat_map(|event| changes(event, subject).into_iter().map(fact(event.local_day))).collect()
}

fn changes(recorded: &Recorded, subject: Uuid) -> Vec<Change> {
    match &recorded.event {
        Event::User(_) => vec![],
        Event::Workspace(event) => of_workspace(event),
        Event::Goal(event) if recorded.stream == subject => of_goals(event),
        Event::DailyLog(event) if event.goal_id().uuid() == subject => of_log(event),
        Event::Goal(_) | Event::DailyLog(_) => vec![],
    }
}

fn of_workspace(event: &WorkspaceEvent) -> Vec<Change> {
    match event {
        WorkspaceEvent::WorkspaceCreated { calendar, .. } | WorkspaceEvent::WorkspaceCalendarSet { calendar } => {
            vec![Change::CalendarSet(calendar.clone())]
        }
        WorkspaceEvent::WorkspaceRenamed { .. }
        | WorkspaceEvent::WeekClosed { .. }
        | WorkspaceEvent::MemberAdded { .. }
        | WorkspaceEvent::MemberRoleChanged { .. }
        | WorkspaceEvent::MemberRemoved { .. } => vec![],
    }
}

fn of_goals(event: &GoalEvent) -> Vec<Change> {
    match event.clone() {
        GoalEvent::GoalScheduleSet { from, schedule } => vec![Change::Scheduled(DatedSchedule { from, schedule })],
        GoalEvent::GoalPaused { days } => vec![Change::Paused(days)],
        GoalEvent::GoalResumed { days } => vec![Change::Resumed(days)],
        GoalEvent::GoalCompleted {} => vec![Change::Completed],
        GoalEvent::GoalReopened {} => vec![Change::Reopened],
        GoalEvent::GoalArchived {} => vec![Change::Archived],
        GoalEvent::GoalRestored {} => vec![Change::Restored],
        GoalEvent::GoalCreated { .. }
        | GoalEvent::GoalRevised { .. }
        | GoalEvent::WeeklyTargetSet { .. }
        | GoalEvent::WeeklyTargetWithdrawn { .. } => vec![],
    }
}

fn of_log(event: &DailyLogEvent) -> Vec<Change> {
    let more = |Counted { day, minutes }: &Counted| Change::Minutes { day: *day, more: i32::from(*minutes) };
    let less = |Counted { day, minutes }: &Counted| Change::Minutes { day: *day, more: -i32::from(*minutes) };
    match event {
        DailyLogEvent::DailyLogCreated { counted, .. } | DailyLogEvent::DailyLogRestored { counted, .. } => {
            vec![more(counted)]
        }
        DailyLogEvent::DailyLogCorrected { was, counted, .. } => vec![less(was), more(counted)],
        DailyLogEvent::DailyLogWithdrawn { was, .. } => vec![less(was)],
    }
}
