//! Random histories: people who log, correct, pause, travel and change their minds, from bytes that proptest can shrink.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{
    Calendar, CalendarSettings,
    calendar::Weekday,
    pauses::DayRange,
    schedule::{DatedSchedule, Schedule},
    streaks::{Change, plain::Fact},
};
use proptest::{prelude::*, sample::select};

/// What one step is made of.
pub type Gene = (u8, u8, u8, u8);

/// Instants around which something happens: clocks change in both hemispheres, leap days, turns of years.
const BEGINNINGS: [&str; 8] = [
    "2026-03-20T12:00:00Z",
    "2026-10-10T12:00:00Z",
    "2026-03-28T20:00:00Z",
    "2027-09-20T05:00:00Z",
    "2028-02-20T10:00:00Z",
    "2027-12-20T00:00:00Z",
    "2026-06-15T23:30:00Z",
    "2028-11-01T08:00:00Z",
];

/// Both sides of the date line, both hemispheres, odd offsets, neighbours an hour apart.
const ZONES: [&str; 12] = [
    "Europe/Berlin",
    "Europe/Lisbon",
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
    "Africa/Cairo",
];

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// A goal while its history is made up.
#[derive(Default)]
struct Goal {
    logs: Vec<Log>,
    completed: bool,
    archived: bool,
}

struct Log {
    day: NaiveDate,
    minutes: i32,
    withdrawn: bool,
}

/// What one step came to: the changes of one event, for one goal or, with a calendar, for all.
pub struct Step {
    pub goal: Option<usize>,
    pub facts: Vec<Fact>,
}

/// A person's time.
pub struct Life {
    now: DateTime<Utc>,
    pub calendar: Calendar,
    goals: Vec<Goal>,
}

pub fn genes(steps: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Gene>> {
    prop::collection::vec(any::<Gene>(), steps)
}

pub fn beginnings() -> impl Strategy<Value = &'static str> {
    select(&BEGINNINGS[..])
}

impl Life {
    /// Begins with a calendar, and with the fact that sets it.
    pub fn begin(at: &str, (zone, week_start, day_start, _): Gene, goals: usize) -> (Self, Fact) {
        let now: DateTime<Utc> = at.parse().expect("an instant");
        let first = settings(zone, week_start, day_start).beginning(now).expect("a zone");
        let calendar = Calendar::new(first.clone());
        let today = calendar.today(now).expect("a zone");
        let goals = (0..goals).map(|_| Goal::default()).collect();
        (Self { now, calendar, goals }, Fact { today, change: Change::CalendarSet(first) })
    }

    pub fn today(&self) -> NaiveDate {
        self.calendar.today(self.now).expect("a zone")
    }

    /// Lets time pass and, perhaps, something happen. What makes no sense does not.
    pub fn live(&mut self, (pace, kind, which, how): Gene) -> Option<Step> {
        // After a long absence, the diary is brought in.
        let kind = if pace >= 245 { 100 } else { kind };
        self.now += TimeDelta::minutes(match pace {
            0..80 => 24 * 60,
            80..160 => i64::from(pace) * 2,
            160..220 => 24 * 60 + i64::from(how) - 128,
            220..245 => i64::from(pace - 217) * 24 * 60,
            245..=255 => 50 * 24 * 60,
        });
        let today = self.today();
        if kind >= 245 {
            let fact = self.calendar.change(settings(which, how, pace), self.now).expect("a zone");
            self.calendar.set(fact.clone());
            return Some(Step { goal: None, facts: vec![Fact { today, change: Change::CalendarSet(fact) }] });
        }
        let at = usize::from(which) % self.goals.len();
        let changes = self.goals[at].live(today, kind, which, how);
        let facts: Vec<_> = changes.into_iter().map(|change| Fact { today, change }).collect();
        (!facts.is_empty()).then_some(Step { goal: Some(at), facts })
    }
}

impl Goal {
    fn live(&mut self, today: NaiveDate, kind: u8, which: u8, how: u8) -> Vec<Change> {
        let open = !self.completed && !self.archived;
        match kind {
            0..80 if !self.archived => self.log(today, minutes(how)),
            80..110 if !self.archived => self.catch_up(today, which, how),
            110..145 if !self.archived => self.log(back(today, which), minutes(how)),
            145..170 => self.correct(today, which, how),
            170..190 => self.withdraw_or_restore(which),
            190..205 => {
                // The product sets them from today only; the rules hold for any date.
                let from = if how % 16 == 7 { back(today, which) } else { today };
                vec![Change::Scheduled(DatedSchedule { from, schedule: schedule(which, how) })]
            }
            205..222 => vec![Change::Paused(range(today, which, how))],
            222..232 => vec![Change::Resumed(range(today, which, how))],
            232..236 if open => {
                self.completed = true;
                vec![Change::Completed]
            }
            232..238 if self.completed && !self.archived => {
                self.completed = false;
                vec![Change::Reopened]
            }
            238..241 if !self.archived => {
                self.archived = true;
                vec![Change::Archived]
            }
            238..245 if self.archived => {
                self.archived = false;
                vec![Change::Restored]
            }
            _ => vec![],
        }
    }

    /// A diary brought in at once: up to two months, with or without days between.
    fn catch_up(&mut self, today: NaiveDate, which: u8, how: u8) -> Vec<Change> {
        let days = (0..u64::from(which % 64)).step_by(1 + usize::from(how % 4));
        days.flat_map(|ago| self.log(today - Days::new(ago), 30)).collect()
    }

    fn log(&mut self, day: NaiveDate, minutes: i32) -> Vec<Change> {
        self.logs.push(Log { day, minutes, withdrawn: false });
        vec![Change::Minutes { day, more: minutes }]
    }

    fn correct(&mut self, today: NaiveDate, which: u8, how: u8) -> Vec<Change> {
        let Some(log) = pick(&mut self.logs, which).filter(|log| !log.withdrawn) else {
            return vec![];
        };
        let taken = Change::Minutes { day: log.day, more: -log.minutes };
        log.minutes = minutes(how);
        if how.is_multiple_of(2) {
            log.day = back(today, which.rotate_left(3));
        }
        vec![taken, Change::Minutes { day: log.day, more: log.minutes }]
    }

    fn withdraw_or_restore(&mut self, which: u8) -> Vec<Change> {
        let Some(log) = pick(&mut self.logs, which) else {
            return vec![];
        };
        log.withdrawn = !log.withdrawn;
        let more = if log.withdrawn { -log.minutes } else { log.minutes };
        vec![Change::Minutes { day: log.day, more }]
    }
}

/// The minutes that a history comes to, by day.
pub fn minutes_by_day<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> BTreeMap<NaiveDate, u32> {
    let mut by_day = BTreeMap::<NaiveDate, u32>::new();
    for fact in facts {
        if let Change::Minutes { day, more } = fact.change {
            let minutes = by_day.entry(day).or_default();
            *minutes = minutes.checked_add_signed(more).expect("no log takes what it did not add");
        }
    }
    by_day
}

fn pick(logs: &mut [Log], which: u8) -> Option<&mut Log> {
    let at = usize::from(which).checked_rem(logs.len())?;
    logs.get_mut(at)
}

fn minutes(how: u8) -> i32 {
    [30, 30, 30, 45, 10, 1, 0, 1_440][usize::from(how) % 8]
}

/// A day that is over, seldom by much.
fn back(today: NaiveDate, which: u8) -> NaiveDate {
    today - Days::new(if which == 255 { 380 } else { u64::from(which) % 24 })
}

fn range(today: NaiveDate, which: u8, how: u8) -> DayRange {
    let first = today + Days::new(u64::from(which % 32)) - Days::new(24);
    let days = Days::new(u64::from(how % 16));
    DayRange { first, last: (how < 224).then_some(first + days) }
}

fn schedule(which: u8, how: u8) -> Schedule {
    let minutes_min = if how < 200 { 1 } else { 30 };
    match which % 5 {
        0 => Schedule::EveryDay { minutes_min },
        1 => Schedule::Weekdays { weekdays: weekdays(how), minutes_min },
        _ => Schedule::DaysAWeek { days: how % 7 + 1, minutes_min },
    }
}

fn weekdays(how: u8) -> BTreeSet<Weekday> {
    let chosen = (how | 1) & 0x7f;
    WEEKDAYS.into_iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, day)| day).collect()
}

fn settings(zone: u8, week_start: u8, day_start: u8) -> CalendarSettings {
    CalendarSettings {
        zone: ZONES[usize::from(zone) % ZONES.len()].into(),
        week_start: WEEKDAYS[usize::from(week_start) % 7],
        day_start_minute: [0, 0, 60, 150, 240, 360][usize::from(day_start) % 6],
    }
}
