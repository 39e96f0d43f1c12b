//! Random histories of one workspace over weeks: what happens to goals, logs and calendar, as the events of a shard.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{
    Aggregate, CalendarSettings, Event, GoalId, Id, Personal, Position, Recorded, Sealed, Shard, Workspace,
    WorkspaceId,
    calendar::Weekday,
    daily_log::{Counted, DailyLogEvent},
    goal::GoalEvent,
    pauses::DayRange,
    schedule::Schedule,
    target::{Metric, WeeklyTarget},
    workspace::WorkspaceEvent,
};
use proptest::{prelude::*, sample::Index};
use uuid::Uuid;

/// Two goals, so that the workspace's streak has days that both met.
pub const GOALS: u128 = 2;

/// What happens, a goal and a day picked by number.
#[derive(Clone, Debug)]
pub enum Happening {
    Logged {
        goal: u128,
        days_ago: u64,
        minutes: u16,
    },
    Corrected {
        log: Index,
        days_ago: u64,
        minutes: u16,
    },
    Withdrawn(Index),
    Scheduled(u128, Schedule),
    Paused {
        goal: u128,
        days_ago: u64,
        days: u64,
    },
    Resumed {
        goal: u128,
        days_ago: u64,
        days: u64,
    },
    Completed(u128, bool),
    WeekStarts(Weekday),
    DaysPass(u64),
    Aimed(u128, Option<u16>),
    /// The clock comes by, and closes the weeks that are over.
    WeeksClose,
}

pub fn happening() -> impl Strategy<Value = Happening> {
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
        1 => (60..90_u64).prop_map(Happening::DaysPass),
        1 => (goal(), proptest::option::of(1..200_u16)).prop_map(|(goal, value)| Happening::Aimed(goal, value)),
        6 => Just(Happening::WeeksClose),
    ]
}

/// The workspace of all of them.
pub fn workspace() -> WorkspaceId {
    Id::new(Uuid::from_u128(9))
}

/// The events of a workspace while they are made.
pub struct Diary {
    pub events: Vec<Recorded>,
    pub workspace: Workspace,
    /// When the last of it happened.
    pub now: DateTime<Utc>,
    logs: Vec<(GoalId, Uuid, Option<Counted>)>,
    active_on: NaiveDate,
}

impl Diary {
    pub fn of(happenings: &[Happening]) -> Self {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let active_on = NaiveDate::default();
        let mut diary = Self { events: vec![], workspace: Workspace::default(), logs: vec![], now, active_on };
        diary.calendar(|workspace, settings| workspace.create(Id::new(Uuid::from_u128(1)), settings, now));
        for goal in 1..=GOALS {
            let title = Personal::Sealed(Sealed { sealed: "title".into() });
            let created = GoalEvent::GoalCreated { title, description: None, target_date: None, total_minutes: None };
            diary.record(Uuid::from_u128(goal), created.into());
        }
        happenings.iter().for_each(|happening| diary.take(happening));
        diary
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
            Happening::Aimed(number, value) => {
                let from_week = self.workspace.calendar.week_of(self.day(0)).first;
                let target = value.map(|value| WeeklyTarget { metric: Metric::Minutes, value });
                let event = target.map_or(GoalEvent::WeeklyTargetWithdrawn { from_week }, |target| {
                    GoalEvent::WeeklyTargetSet { from_week, target }
                });
                self.record(goal(*number), event.into());
            }
            Happening::WeeksClose => {
                let (now, active_on) = (self.now, self.active_on);
                for week in self.workspace.weeks_to_close(active_on, now).unwrap() {
                    self.calendar(|workspace, _| workspace.close_week(week.first, active_on, now));
                }
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
        decide: impl FnOnce(&Workspace, CalendarSettings) -> Result<Vec<WorkspaceEvent>, E>,
    ) {
        let settings = CalendarSettings { zone: "Etc/UTC".into(), week_start: Weekday::Monday, day_start_minute: 0 };
        for event in decide(&self.workspace, settings).unwrap() {
            self.workspace.evolve(&event);
            self.record(Uuid::from_u128(9), event.into());
        }
    }

    fn day(&self, days_ago: u64) -> NaiveDate {
        self.workspace.today(self.now).unwrap() - Days::new(days_ago)
    }

    fn record(&mut self, stream: Uuid, event: Event) {
        let number = self.events.len() + 1;
        let id = Uuid::from_u128(number as u128);
        let local_day = self.workspace.today(self.now).unwrap();
        if !matches!(event, Event::Workspace(WorkspaceEvent::WeekClosed { .. })) {
            self.active_on = local_day;
        }
        self.events.push(Recorded {
            id: Id::new(id),
            position: Position { shard: Shard(0), number: i64::try_from(number).unwrap() },
            stream,
            version: 1,
            workspace: workspace(),
            actor: Id::new(id),
            command: Id::new(id),
            undoes: None,
            correlation: id,
            causation: id,
            trace_parent: None,
            recorded_at: self.now,
            local_day,
            event,
        });
    }
}
