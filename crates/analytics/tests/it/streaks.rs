//! Streaks in tables: the same however the events are cut into batches, and what a fold of all of them in memory makes.
//!
//! That the fold itself is right is held against the plain rules in `domain`; here it is whether a batch loads enough.

use std::collections::BTreeSet;

use analytics::streaks::{StreakRows, Streaks};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{
    CalendarSettings, Event, GoalId, Id, Personal, Position, Recorded, Sealed, Shard, Workspace, WorkspaceId,
    calendar::Weekday,
    daily_log::{Counted, DailyLogEvent},
    goal::GoalEvent,
    pauses::DayRange,
    schedule::Schedule,
};
use proptest::{collection, prelude::*, sample::Index, test_runner::TestRunner};
use sqlx::PgPool;
use tokio::runtime::Runtime;
use uuid::Uuid;
use worker::{Digest, ReadModel, digest, model};

use crate::folding::pool;

/// So many histories are tried.
const CASES: u32 = 64;
/// Two goals, so that the workspace's streak has days that both met.
const GOALS: u128 = 2;

/// What happens, a goal and a day picked by number.
#[derive(Clone, Debug)]
enum Happening {
    Logged { goal: u128, days_ago: u64, minutes: u16 },
    Corrected { log: Index, days_ago: u64, minutes: u16 },
    Withdrawn(Index),
    Scheduled(u128, Schedule),
    Paused { goal: u128, days_ago: u64, days: u64 },
    Resumed { goal: u128, days_ago: u64, days: u64 },
    Completed(u128, bool),
    WeekStarts(Weekday),
    DaysPass(u64),
}

fn happening() -> impl Strategy<Value = Happening> {
    let goal = || 1..=GOALS;
    let schedule = prop_oneof![
        Just(Schedule::default()),
        Just(Schedule::Weekdays { weekdays: [Weekday::Monday, Weekday::Thursday].into(), minutes_min: 10 }),
        (1..=4_u8).prop_map(|days| Schedule::DaysAWeek { days, minutes_min: 10 }),
    ];
    prop_oneof![
        12 => (goal(), 0..40_u64, 0..30_u16).prop_map(|(goal, days_ago, minutes)| Happening::Logged { goal, days_ago, minutes }),
        8 => goal().prop_map(|goal| Happening::Logged { goal, days_ago: 0, minutes: 20 }),
        4 => (any::<Index>(), 0..40_u64, 0..30_u16).prop_map(|(log, days_ago, minutes)| Happening::Corrected { log, days_ago, minutes }),
        4 => any::<Index>().prop_map(Happening::Withdrawn),
        1 => (goal(), schedule).prop_map(|(goal, schedule)| Happening::Scheduled(goal, schedule)),
        1 => (goal(), 0..30_u64, 1..10_u64).prop_map(|(goal, days_ago, days)| Happening::Paused { goal, days_ago, days }),
        1 => (goal(), 0..30_u64, 1..10_u64).prop_map(|(goal, days_ago, days)| Happening::Resumed { goal, days_ago, days }),
        1 => (goal(), any::<bool>()).prop_map(|(goal, done)| Happening::Completed(goal, done)),
        1 => prop_oneof![Just(Weekday::Sunday), Just(Weekday::Monday), Just(Weekday::Saturday)].prop_map(Happening::WeekStarts),
        12 => (1..3_u64).prop_map(Happening::DaysPass),
    ]
}

/// The events of a workspace while they are made.
struct Diary {
    events: Vec<Recorded>,
    workspace: Workspace,
    logs: Vec<(GoalId, Uuid, Option<Counted>)>,
    now: DateTime<Utc>,
}

impl Diary {
    fn of(happenings: &[Happening]) -> Vec<Recorded> {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let mut diary = Self { events: vec![], workspace: Workspace::default(), logs: vec![], now };
        diary.calendar(|workspace, settings| workspace.create(Id::new(Uuid::from_u128(1)), settings, now));
        for goal in 1..=GOALS {
            let title = Personal::Sealed(Sealed { sealed: "title".into() });
            let created = GoalEvent::GoalCreated { title, description: None, target_date: None, total_minutes: None };
            diary.record(Uuid::from_u128(goal), created.into());
        }
        happenings.iter().for_each(|happening| diary.take(happening));
        diary.events
    }

    fn take(&mut self, happening: &Happening) {
        let goal = |number: u128| Uuid::from_u128(number);
        let range = |diary: &Self, ago, days| DayRange::new(diary.day(ago), diary.day(ago) + Days::new(days));
        match happening {
            Happening::DaysPass(days) => self.now += TimeDelta::days(i64::try_from(*days).unwrap()),
            Happening::Logged { goal: number, days_ago, minutes } => self.log(*number, *days_ago, *minutes),
            Happening::Corrected { log, days_ago, minutes } => self.correct(log, *days_ago, *minutes),
            Happening::Withdrawn(log) => self.withdraw(log),
            Happening::Scheduled(number, schedule) => {
                let (from, schedule) = (self.day(0), schedule.clone());
                self.record(goal(*number), GoalEvent::GoalScheduleSet { from, schedule }.into());
            }
            Happening::Paused { goal: number, days_ago, days } => {
                let days = range(self, *days_ago, *days);
                self.record(goal(*number), GoalEvent::GoalPaused { days }.into());
            }
            Happening::Resumed { goal: number, days_ago, days } => {
                let days = range(self, *days_ago, *days);
                self.record(goal(*number), GoalEvent::GoalResumed { days }.into());
            }
            Happening::Completed(number, done) => {
                let event = if *done { GoalEvent::GoalCompleted {} } else { GoalEvent::GoalReopened {} };
                self.record(goal(*number), event.into());
            }
            Happening::WeekStarts(week_start) => {
                let (now, week_start) = (self.now, *week_start);
                self.calendar(|workspace, settings| {
                    workspace.set_calendar(&CalendarSettings { week_start, ..settings }, now)
                });
            }
        }
    }

    fn log(&mut self, number: u128, days_ago: u64, minutes: u16) {
        let goal_id: GoalId = Id::new(Uuid::from_u128(number));
        let stream = Uuid::from_u128(1_000 + self.logs.len() as u128);
        let counted = Counted { day: self.day(days_ago), minutes };
        self.logs.push((goal_id, stream, Some(counted)));
        self.record(
            stream,
            DailyLogEvent::DailyLogCreated { goal_id, counted, zone: "Etc/UTC".into(), text: None }.into(),
        );
    }

    fn correct(&mut self, log: &Index, days_ago: u64, minutes: u16) {
        let counted = Counted { day: self.day(days_ago), minutes };
        let Some((goal_id, stream, Some(was))) = self.change(log, Some(counted)) else { return };
        self.record(stream, DailyLogEvent::DailyLogCorrected { goal_id, was, counted, text: None }.into());
    }

    fn withdraw(&mut self, log: &Index) {
        let Some((goal_id, stream, Some(was))) = self.change(log, None) else { return };
        self.record(stream, DailyLogEvent::DailyLogWithdrawn { goal_id, was }.into());
    }

    /// The log as it was, where it counted.
    fn change(&mut self, log: &Index, to: Option<Counted>) -> Option<(GoalId, Uuid, Option<Counted>)> {
        if self.logs.is_empty() {
            return None;
        }
        let at = log.index(self.logs.len());
        let was = self.logs[at];
        was.2?;
        self.logs[at].2 = to;
        Some(was)
    }

    fn calendar<E: std::fmt::Debug>(
        &mut self,
        decide: impl FnOnce(&Workspace, CalendarSettings) -> Result<Vec<domain::workspace::WorkspaceEvent>, E>,
    ) {
        let settings = CalendarSettings { zone: "Etc/UTC".into(), week_start: Weekday::Monday, day_start_minute: 0 };
        for event in decide(&self.workspace, settings).unwrap() {
            domain::Aggregate::evolve(&mut self.workspace, &event);
            self.record(Uuid::from_u128(9), event.into());
        }
    }

    fn day(&self, days_ago: u64) -> NaiveDate {
        self.workspace.today(self.now).unwrap() - Days::new(days_ago)
    }

    fn record(&mut self, stream: Uuid, event: Event) {
        let number = self.events.len() + 1;
        let id = Uuid::from_u128(number as u128);
        let workspace: WorkspaceId = Id::new(Uuid::from_u128(9));
        self.events.push(Recorded {
            id: Id::new(id),
            position: Position { shard: Shard(0), number: i64::try_from(number).unwrap() },
            stream,
            version: 1,
            workspace,
            actor: Id::new(id),
            command: Id::new(id),
            undoes: None,
            correlation: id,
            causation: id,
            trace_parent: None,
            recorded_at: self.now,
            local_day: self.workspace.today(self.now).unwrap(),
            event,
        });
    }
}

#[test]
fn streaks_follow_from_the_events_alone_however_they_are_cut() {
    let runtime = Runtime::new().unwrap();
    let database = runtime.block_on(testkit::database());
    let pool = runtime.block_on(async { pool(&database, "analytics") });
    let mut runner = TestRunner::new(ProptestConfig::with_cases(CASES));
    let histories = (collection::vec(happening(), 1..120), collection::vec(any::<Index>(), 0..12));
    let held = runner.run(&histories, |(happenings, cuts)| {
        let events = Diary::of(&happenings);
        let events: Vec<&Recorded> = events.iter().collect();
        let mut memory = StreakRows::default();
        for event in &events {
            prop_assert!(Streaks::fold(&mut memory, event).is_ok());
        }
        let whole = runtime.block_on(written(&pool, &memory));
        let cuts: BTreeSet<usize> = cuts.iter().map(|cut| cut.index(events.len() + 1)).chain([events.len()]).collect();
        prop_assert_eq!(runtime.block_on(after(&pool, &events, &cuts)), whole, "batches load too little");
        let each: BTreeSet<usize> = (1..=events.len()).collect();
        prop_assert_eq!(runtime.block_on(after(&pool, &events, &each)), whole, "single events load too little");
        Ok(())
    });
    held.unwrap();
}

/// The digest of the tables that these rows make.
async fn written(pool: &PgPool, rows: &StreakRows) -> (Digest, u64) {
    let mut transaction = pool.begin().await.unwrap();
    Streaks::write(&mut transaction, rows).await.unwrap();
    let digest = digest(&mut transaction, Streaks::TABLES).await.unwrap();
    transaction.rollback().await.unwrap();
    digest
}

/// The digest of the tables after batches that end at these places.
async fn after(pool: &PgPool, events: &[&Recorded], ends: &BTreeSet<usize>) -> (Digest, u64) {
    let mut transaction = pool.begin().await.unwrap();
    let mut from = 0;
    for to in ends.iter().copied() {
        let refused = model::<Streaks>().take_in(&mut transaction, &events[from..to]).await.unwrap();
        assert_eq!(refused, []);
        from = to;
    }
    let digest = digest(&mut transaction, Streaks::TABLES).await.unwrap();
    transaction.rollback().await.unwrap();
    digest
}
