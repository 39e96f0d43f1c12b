//! Random histories: what people ask for, decided by the real aggregates, as the events of a shard.
//!
//! The tests of analytics use them too.

use std::{collections::BTreeMap, ops::Range};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{
    Aggregate, DailyLog, DailyLogId, Event, Goal, GoalId, HasPersonal, Id, Personal, Position, Recorded, Sealed, Shard,
    Week, WorkspaceId,
    calendar::Weekday,
    daily_log::{CorrectLog, LogDay},
    goal::{CreateGoal, PauseGoal, ResumeGoal, ReviseGoal},
    schedule::Schedule,
    target::{Metric, WeeklyTarget},
};
use proptest::{collection, option, prelude::*, sample::Index};
use uuid::Uuid;

/// In how many workspaces all this happens.
const WORKSPACES: usize = 2;
/// Few days, so that logs meet on them.
const DAYS: Range<u64> = 0..6;

/// What someone asks for. Goals and logs are picked from those there are.
#[derive(Clone, Debug)]
pub enum Wish {
    CreateGoal {
        workspace: Index,
        text: Option<u8>,
        target: Option<u64>,
        minutes: Option<u32>,
    },
    ReviseGoal {
        goal: Index,
        text: Option<Option<u8>>,
        target: Option<Option<u64>>,
        minutes: Option<Option<u32>>,
    },
    CompleteGoal(Index),
    ReopenGoal(Index),
    ArchiveGoal(Index),
    RestoreGoal(Index),
    SetSchedule(Index, Schedule),
    SetWeeklyTarget(Index, Option<u16>),
    PauseGoal {
        goal: Index,
        first: u64,
        last: Option<u64>,
    },
    ResumeGoal {
        goal: Index,
        first: u64,
        last: Option<u64>,
    },
    LogDay {
        goal: Index,
        days_ago: u64,
        minutes: u16,
        text: Option<u8>,
    },
    CorrectLog {
        log: Index,
        days_ago: Option<u64>,
        minutes: Option<u16>,
        text: Option<Option<u8>>,
    },
    WithdrawLog(Index),
    RestoreLog(Index),
    /// Nobody asks for it, and it comes.
    Tomorrow,
}

/// The events that came of it, sealed as they are in the log.
#[derive(Debug)]
pub struct History {
    pub events: Vec<Recorded>,
}

/// Any history, and where to cut it.
pub fn histories() -> impl Strategy<Value = (History, Vec<Index>)> {
    (collection::vec(wish(), 1..150).prop_map(|wishes| Making::of(&wishes)), collection::vec(any::<Index>(), 0..12))
}

fn wish() -> impl Strategy<Value = Wish> {
    let minutes = || prop_oneof![Just(0_u16), 1..1_440_u16, Just(1_440_u16)];
    prop_oneof![
        3 => (any::<Index>(), option::of(0..9_u8), option::of(DAYS), option::of(1..9_u32)).prop_map(
            |(workspace, text, target, minutes)| Wish::CreateGoal { workspace, text, target, minutes }
        ),
        3 => (any::<Index>(), option::of(option::of(0..9_u8)), option::of(option::of(DAYS)), option::of(option::of(1..9_u32)))
            .prop_map(|(goal, text, target, minutes)| Wish::ReviseGoal { goal, text, target, minutes }),
        1 => any::<Index>().prop_map(Wish::CompleteGoal),
        1 => any::<Index>().prop_map(Wish::ReopenGoal),
        1 => any::<Index>().prop_map(Wish::ArchiveGoal),
        1 => any::<Index>().prop_map(Wish::RestoreGoal),
        1 => (any::<Index>(), schedule()).prop_map(|(goal, schedule)| Wish::SetSchedule(goal, schedule)),
        1 => (any::<Index>(), option::of(1..9_u16)).prop_map(|(goal, target)| Wish::SetWeeklyTarget(goal, target)),
        1 => (any::<Index>(), DAYS, option::of(DAYS))
            .prop_map(|(goal, first, last)| Wish::PauseGoal { goal, first, last }),
        1 => (any::<Index>(), DAYS, option::of(DAYS))
            .prop_map(|(goal, first, last)| Wish::ResumeGoal { goal, first, last }),
        6 => (any::<Index>(), DAYS, minutes(), option::of(0..9_u8))
            .prop_map(|(goal, days_ago, minutes, text)| Wish::LogDay { goal, days_ago, minutes, text }),
        5 => (any::<Index>(), option::of(DAYS), option::of(minutes()), option::of(option::of(0..9_u8)))
            .prop_map(|(log, days_ago, minutes, text)| Wish::CorrectLog { log, days_ago, minutes, text }),
        2 => any::<Index>().prop_map(Wish::WithdrawLog),
        2 => any::<Index>().prop_map(Wish::RestoreLog),
        1 => Just(Wish::Tomorrow),
    ]
}

fn schedule() -> impl Strategy<Value = Schedule> {
    prop_oneof![
        (1..3_u16).prop_map(|minutes_min| Schedule::EveryDay { minutes_min }),
        Just(Schedule::Weekdays { weekdays: [Weekday::Monday, Weekday::Thursday].into(), minutes_min: 10 }),
        (1..4_u8).prop_map(|days| Schedule::DaysAWeek { days, minutes_min: 10 }),
    ]
}

/// A history while it is being made: the aggregates as they are by now.
#[derive(Default)]
struct Making {
    events: Vec<Recorded>,
    versions: BTreeMap<(WorkspaceId, Uuid), u32>,
    goals: Vec<(WorkspaceId, GoalId, Goal)>,
    logs: Vec<(usize, DailyLogId, DailyLog)>,
    days_passed: u64,
}

impl Making {
    fn of(wishes: &[Wish]) -> History {
        let mut making = Self::default();
        wishes.iter().for_each(|wish| making.grant(wish));
        History { events: making.events }
    }

    fn grant(&mut self, wish: &Wish) {
        match wish {
            Wish::CreateGoal { workspace, text: about, target, minutes } => {
                let command = CreateGoal {
                    id: None,
                    title: Personal::clear(format!("goal {}", self.goals.len())),
                    description: about.map(text),
                    target_date: target.map(day),
                    total_minutes: *minutes,
                };
                let workspace = Id::new(Uuid::from_u128(workspace.index(WORKSPACES) as u128 + 1));
                let id = scattered(1, self.goals.iter().filter(|goal| goal.0 == workspace).count());
                self.goals.push((workspace, id, Goal::default()));
                self.on_goal(self.goals.len() - 1, |goal| goal.create(&command));
            }
            Wish::ReviseGoal { goal, text: about, target, minutes } => {
                let command = ReviseGoal {
                    title: about.flatten().map(text),
                    description: about.map(|about| about.map(text)),
                    target_date: target.map(|target| target.map(day)),
                    total_minutes: *minutes,
                };
                self.on_a_goal(goal, |goal| goal.revise(&command));
            }
            Wish::CompleteGoal(goal) => self.on_a_goal(goal, Goal::complete),
            Wish::ReopenGoal(goal) => self.on_a_goal(goal, Goal::reopen),
            Wish::ArchiveGoal(goal) => self.on_a_goal(goal, Goal::archive),
            Wish::RestoreGoal(goal) => self.on_a_goal(goal, Goal::restore),
            Wish::SetSchedule(goal, schedule) => {
                let today = self.today();
                self.on_a_goal(goal, |goal| goal.set_schedule(schedule, today));
            }
            Wish::SetWeeklyTarget(goal, target) => {
                let week = Week { first: self.today(), last: self.today() };
                self.on_a_goal(goal, |goal| match target {
                    Some(value) => goal.set_weekly_target(WeeklyTarget { metric: Metric::Logs, value: *value }, week),
                    None => goal.withdraw_weekly_target(week),
                });
            }
            Wish::PauseGoal { goal, first, last } => {
                let (today, command) = (self.today(), PauseGoal { first: Some(day(*first)), last: last.map(day) });
                self.on_a_goal(goal, |goal| goal.pause(&command, today));
            }
            Wish::ResumeGoal { goal, first, last } => {
                let (today, command) = (self.today(), ResumeGoal { first: Some(day(*first)), last: last.map(day) });
                self.on_a_goal(goal, |goal| goal.resume(&command, today));
            }
            Wish::LogDay { goal, days_ago, minutes, text } => self.log_day(goal, *days_ago, *minutes, *text),
            Wish::CorrectLog { log, days_ago, minutes, text: about } => {
                let today = self.today();
                let command = CorrectLog {
                    day: days_ago.map(|days| today - Days::new(days)),
                    minutes: *minutes,
                    text: about.map(|about| about.map(text)),
                };
                self.on_a_log(log, |log| log.correct(&command, today));
            }
            Wish::WithdrawLog(log) => self.on_a_log(log, DailyLog::withdraw),
            Wish::RestoreLog(log) => self.on_a_log(log, DailyLog::restore),
            Wish::Tomorrow => self.days_passed += 1,
        }
    }

    fn log_day(&mut self, goal: &Index, days_ago: u64, minutes: u16, about: Option<u8>) {
        if self.goals.is_empty() {
            return;
        }
        let at = goal.index(self.goals.len());
        let (today, (workspace, goal_id, goal)) = (self.today(), self.goals[at].clone());
        let day = Some(today - Days::new(days_ago));
        let command = LogDay { id: None, goal_id, day, minutes, text: about.map(text) };
        let id = scattered(2, self.logs.iter().filter(|(goal, ..)| self.goals[*goal].0 == workspace).count());
        self.logs.push((at, id, DailyLog::default()));
        self.on_log(self.logs.len() - 1, |log| log.create(&command, &goal, today, "Europe/Berlin"));
    }

    fn on_a_goal<E>(&mut self, goal: &Index, decide: impl FnOnce(&Goal) -> Result<Vec<domain::goal::GoalEvent>, E>) {
        if !self.goals.is_empty() {
            self.on_goal(goal.index(self.goals.len()), decide);
        }
    }

    fn on_goal<E>(&mut self, at: usize, decide: impl FnOnce(&Goal) -> Result<Vec<domain::goal::GoalEvent>, E>) {
        let (workspace, id, goal) = &mut self.goals[at];
        let (workspace, id) = (*workspace, id.uuid());
        let events = happen(goal, decide);
        self.record(workspace, id, events);
    }

    fn on_a_log<E>(
        &mut self,
        log: &Index,
        decide: impl FnOnce(&DailyLog) -> Result<Vec<domain::daily_log::DailyLogEvent>, E>,
    ) {
        if !self.logs.is_empty() {
            self.on_log(log.index(self.logs.len()), decide);
        }
    }

    fn on_log<E>(
        &mut self,
        at: usize,
        decide: impl FnOnce(&DailyLog) -> Result<Vec<domain::daily_log::DailyLogEvent>, E>,
    ) {
        let (goal, id, log) = &mut self.logs[at];
        let (workspace, id) = (self.goals[*goal].0, id.uuid());
        let events = happen(log, decide);
        self.record(workspace, id, events);
    }

    fn record(&mut self, workspace: WorkspaceId, stream: Uuid, events: Vec<Event>) {
        for mut event in events {
            event.each_personal(&mut |_, text| seal(text));
            let number = self.events.len() + 1;
            let version = self.versions.entry((workspace, stream)).or_default();
            *version += 1;
            let id = Uuid::from_u128(number as u128);
            self.events.push(Recorded {
                id: Id::new(id),
                position: Position { shard: Shard(0), number: i64::try_from(number).unwrap() },
                stream,
                version: *version,
                workspace,
                actor: Id::new(id),
                command: Id::new(id),
                undoes: None,
                correlation: id,
                causation: id,
                trace_parent: None,
                recorded_at: instant() + TimeDelta::seconds(i64::try_from(number).unwrap()),
                local_day: self.today(),
                event,
            });
        }
    }

    fn today(&self) -> NaiveDate {
        day(DAYS.end + self.days_passed)
    }
}

/// Decides, and has the aggregate take in what was decided. A refusal is an answer too.
fn happen<A: Aggregate, E>(aggregate: &mut A, decide: impl FnOnce(&A) -> Result<Vec<A::Event>, E>) -> Vec<Event> {
    let events = decide(aggregate).unwrap_or_default();
    events.iter().for_each(|event| aggregate.evolve(event));
    events.into_iter().map(Into::into).collect()
}

/// Ids that do not sort in the order in which they were made. Each workspace has the same ones, as clients choose them.
fn scattered<T>(kind: u128, number: usize) -> Id<T> {
    let scattered = (number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    Id::new(Uuid::from_u128((kind << 120) | (scattered >> 8)))
}

fn text(number: u8) -> Personal {
    Personal::clear(number.to_string())
}

fn seal(text: &mut Personal) {
    if let Some(clear) = text.text() {
        *text = Personal::Sealed(Sealed { sealed: format!("sealed {clear}") });
    }
}

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 2, 25).unwrap() + Days::new(number)
}

fn instant() -> DateTime<Utc> {
    "2026-02-25T12:00:00.123456Z".parse().unwrap()
}
