//! Random histories of one workspace over weeks: what happens to goals, logs and calendar, as the events of a shard.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{
    Aggregate, CalendarSettings, DailyLog, Event, Goal, Id, Personal, Position, Recorded, Refusal, Sealed, Shard,
    Workspace, WorkspaceId,
    calendar::Weekday,
    daily_log::{CorrectLog, DailyLogEvent, LogDay},
    goal::{CreateGoal, GoalEvent, PauseGoal, ResumeGoal, ReviseGoal},
    schedule::Schedule,
    target::{Metric, WeeklyTarget},
    workspace::WorkspaceEvent,
};
use proptest::{
    prelude::*,
    sample::{Index, select},
};
use uuid::Uuid;

/// Two goals, so that the workspace's streak has days that both met.
pub const GOALS: u128 = 2;

/// Where noon in Greenwich is the day before, the same day, and the day after.
const ZONES: [&str; 4] = ["America/Los_Angeles", "Etc/UTC", "Europe/Berlin", "Pacific/Kiritimati"];

/// What happens, a goal and a day picked by number. What the domain refuses does not.
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
    Restored(Index),
    Revised {
        goal: u128,
        title: Option<u8>,
        total_minutes: u32,
    },
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
    Archived(u128, bool),
    CalendarSet(CalendarSettings),
    HoursPass(i64),
    DaysPass(i64),
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
        2 => any::<Index>().prop_map(Happening::Restored),
        1 => (goal(), proptest::option::of(any::<u8>()), 1..9_u32).prop_map(|(goal, title, total_minutes)| Happening::Revised { goal, title, total_minutes }),
        2 => (goal(), schedule).prop_map(|(goal, schedule)| Happening::Scheduled(goal, schedule)),
        2 => (goal(), 0..30_u64, 1..10_u64).prop_map(|(goal, days_ago, days)| Happening::Paused { goal, days_ago, days }),
        2 => (goal(), 0..30_u64, 1..10_u64).prop_map(|(goal, days_ago, days)| Happening::Resumed { goal, days_ago, days }),
        1 => (goal(), any::<bool>()).prop_map(|(goal, done)| Happening::Completed(goal, done)),
        // An archived goal takes hardly anything, so it is soon restored.
        2 => (goal(), prop::bool::weighted(0.3)).prop_map(|(goal, away)| Happening::Archived(goal, away)),
        1 => settings().prop_map(Happening::CalendarSet),
        4 => (1..20_i64).prop_map(Happening::HoursPass),
        12 => (1..3_i64).prop_map(Happening::DaysPass),
        1 => (60..90_i64).prop_map(Happening::DaysPass),
        4 => (goal(), proptest::option::weighted(0.7, 1..200_u16)).prop_map(|(goal, value)| Happening::Aimed(goal, value)),
        6 => Just(Happening::WeeksClose),
    ]
}

fn settings() -> impl Strategy<Value = CalendarSettings> {
    let week_start = select(&[Weekday::Sunday, Weekday::Monday, Weekday::Saturday][..]);
    let settings = (select(&ZONES[..]), week_start, select(&[0, 240, 360][..]));
    settings.prop_map(|(zone, week_start, day_start_minute)| calendar(zone, week_start, day_start_minute))
}

fn calendar(zone: &str, week_start: Weekday, day_start_minute: u16) -> CalendarSettings {
    CalendarSettings { zone: zone.into(), week_start, day_start_minute }
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
    goals: BTreeMap<u128, Goal>,
    logs: Vec<DailyLog>,
    active_on: NaiveDate,
}

impl Diary {
    /// Begins in a night of Los Angeles that still belongs to the day before, which it is not in Greenwich.
    pub fn of(happenings: &[Happening]) -> Self {
        let mut diary = Self {
            events: vec![],
            workspace: Workspace::default(),
            now: "2026-03-01T12:00:00Z".parse().unwrap(),
            goals: (1..=GOALS).map(|number| (number, Goal::default())).collect(),
            logs: vec![],
            active_on: NaiveDate::default(),
        };
        let settings = calendar("America/Los_Angeles", Weekday::Monday, 360);
        diary.in_workspace(|workspace, now| workspace.create(Id::new(Uuid::from_u128(1)), settings, now));
        for number in 1..=GOALS {
            let title = title("title");
            let named = CreateGoal { id: None, title, description: None, target_date: None, total_minutes: None };
            diary.in_goal(number, |goal, _| goal.create(&named));
        }
        happenings.iter().for_each(|happening| diary.take(happening));
        diary
    }

    fn take(&mut self, happening: &Happening) {
        let days_from = |today: NaiveDate, ago: u64, days: u64| {
            let first = today - Days::new(ago);
            (Some(first), Some(first + Days::new(days)))
        };
        match happening {
            Happening::HoursPass(hours) => self.now += TimeDelta::hours(*hours),
            Happening::DaysPass(days) => self.now += TimeDelta::days(*days),
            Happening::Logged { goal, days_ago, minutes } => self.log(*goal, *days_ago, *minutes),
            Happening::Corrected { log, days_ago, minutes } => {
                let (day, minutes) = (Some(self.today() - Days::new(*days_ago)), Some(*minutes));
                self.in_log(log, |log, today| log.correct(&CorrectLog { day, minutes, text: None }, today));
            }
            Happening::Withdrawn(log) => self.in_log(log, |log, _| log.withdraw()),
            Happening::Restored(log) => self.in_log(log, |log, _| log.restore()),
            Happening::Revised { goal, title: named, total_minutes } => {
                let title = named.map(|number| title(&format!("title {number}")));
                let revised = ReviseGoal { title, total_minutes: Some(Some(*total_minutes)), ..ReviseGoal::default() };
                self.in_goal(*goal, |goal, _| goal.revise(&revised));
            }
            Happening::Scheduled(goal, schedule) => {
                self.in_goal(*goal, |goal, today| goal.set_schedule(schedule, today));
            }
            Happening::Paused { goal, days_ago, days } => self.in_goal(*goal, |goal, today| {
                let (first, last) = days_from(today, *days_ago, *days);
                goal.pause(&PauseGoal { first, last }, today)
            }),
            Happening::Resumed { goal, days_ago, days } => self.in_goal(*goal, |goal, today| {
                let (first, last) = days_from(today, *days_ago, *days);
                goal.resume(&ResumeGoal { first, last }, today)
            }),
            Happening::Completed(goal, done) => {
                self.in_goal(*goal, |goal, _| if *done { goal.complete() } else { goal.reopen() });
            }
            Happening::Archived(goal, away) => {
                self.in_goal(*goal, |goal, _| if *away { goal.archive() } else { goal.restore() });
            }
            Happening::CalendarSet(settings) => {
                self.in_workspace(|workspace, now| workspace.set_calendar(settings, now));
            }
            Happening::Aimed(goal, value) => {
                let week = self.workspace.calendar.week_of(self.today());
                let target = value.map(|value| WeeklyTarget { metric: Metric::Minutes, value });
                self.in_goal(*goal, |goal, _| match target {
                    Some(target) => goal.set_weekly_target(target, week),
                    None => goal.withdraw_weekly_target(week),
                });
            }
            Happening::WeeksClose => {
                let active_on = self.active_on;
                for week in self.workspace.weeks_to_close(active_on, self.now).unwrap() {
                    self.in_workspace(|workspace, now| workspace.close_week(week.first, active_on, now));
                }
            }
        }
    }

    fn log(&mut self, goal: u128, days_ago: u64, minutes: u16) {
        let (today, goal_id) = (self.today(), Id::new(Uuid::from_u128(goal)));
        let command = LogDay { id: None, goal_id, day: Some(today - Days::new(days_ago)), minutes, text: None };
        let zone = &self.workspace.calendar.settings(self.now).unwrap().zone;
        let decided = DailyLog::default().create(&command, &self.goals[&goal], today, zone);
        let Ok(events) = decided else { return };
        self.logs.push(DailyLog::default());
        self.record_of_log(self.logs.len() - 1, events);
    }

    fn in_log(
        &mut self,
        log: &Index,
        decide: impl FnOnce(&DailyLog, NaiveDate) -> Result<Vec<DailyLogEvent>, Refusal>,
    ) {
        if !self.logs.is_empty() {
            let at = log.index(self.logs.len());
            let decided = decide(&self.logs[at], self.today());
            self.record_of_log(at, decided.unwrap_or_default());
        }
    }

    fn record_of_log(&mut self, at: usize, events: Vec<DailyLogEvent>) {
        for event in events {
            self.logs[at].evolve(&event);
            self.record(Uuid::from_u128(1_000 + at as u128), event.into());
        }
    }

    fn in_goal(&mut self, number: u128, decide: impl FnOnce(&Goal, NaiveDate) -> Result<Vec<GoalEvent>, Refusal>) {
        let decided = decide(&self.goals[&number], self.today());
        for event in decided.unwrap_or_default() {
            self.goals.get_mut(&number).unwrap().evolve(&event);
            self.record(Uuid::from_u128(number), event.into());
        }
    }

    fn in_workspace(&mut self, decide: impl FnOnce(&Workspace, DateTime<Utc>) -> Result<Vec<WorkspaceEvent>, Refusal>) {
        for event in decide(&self.workspace, self.now).unwrap() {
            self.workspace.evolve(&event);
            self.record(workspace().uuid(), event.into());
        }
    }

    fn today(&self) -> NaiveDate {
        self.workspace.today(self.now).unwrap()
    }

    fn record(&mut self, stream: Uuid, event: Event) {
        let number = self.events.len() + 1;
        let id = Uuid::from_u128(number as u128);
        let local_day = self.today();
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

fn title(text: &str) -> Personal {
    Personal::Sealed(Sealed { sealed: text.into() })
}
