//! The conformance cases of `tests/streaks`, told by the incremental answer and by the plain one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Calendar, CalendarSettings, Week,
    figures::{DayFigures, WeekFigures},
    pauses::DayRange,
    schedule::{DatedSchedule, Schedule, Unit},
    streaks::{
        Cause, Change, Moment, Run, Runs, Standing, StreakChange, StreakFigures, StreakState,
        plain::{self, Fact},
    },
    target::{DatedTarget, WeeklyTarget, WeeklyTargets},
};
use serde::{Deserialize, Serialize};

use crate::{given::id, random::minutes_by_day};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(rename = "why")]
    _why: String,
    calendar: Beginning,
    history: Vec<Entry>,
    expected: Vec<Expected>,
}

#[derive(Deserialize)]
struct Beginning {
    at: DateTime<Utc>,
    #[serde(flatten)]
    settings: CalendarSettings,
}

#[derive(Deserialize)]
struct Entry {
    at: DateTime<Utc>,
    #[serde(default)]
    goal: String,
    #[serde(flatten)]
    what: What,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    CreateGoal {},
    Log { id: Option<String>, day: Option<NaiveDate>, minutes: i32 },
    CorrectLog { id: String, day: Option<NaiveDate>, minutes: Option<i32> },
    WithdrawLog { id: String },
    RestoreLog { id: String },
    SetSchedule(Schedule),
    SetTarget(WeeklyTarget),
    WithdrawTarget {},
    Pause(DayRange),
    Resume(DayRange),
    CompleteGoal {},
    ReopenGoal {},
    ArchiveGoal {},
    RestoreGoal {},
    SetCalendar(CalendarSettings),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    at: DateTime<Utc>,
    #[serde(default)]
    goal: String,
    today: NaiveDate,
    streak: Standing,
    workspace: Option<Standing>,
    runs: Option<Vec<Run>>,
    changes: Option<Vec<Told>>,
    weeks: Option<Vec<WeekFigures>>,
}

/// A change as the cases tell it: the current streak before and after.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Told {
    cause: ToldCause,
    before: String,
    after: String,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum ToldCause {
    /// The number of an entry of the history, from 1.
    Entry(u128),
    Missed(Week),
}

/// A log as it stands.
struct Log {
    day: NaiveDate,
    minutes: i32,
}

/// The history up to an instant, worked in as it comes.
struct World {
    calendar: Calendar,
    logs: BTreeMap<String, Log>,
    goals: BTreeMap<String, Goal>,
    workspace: Kept,
}

#[derive(Default)]
struct Goal {
    kept: Kept,
    facts: Vec<Fact>,
    targets: WeeklyTargets,
    logs_by_day: BTreeMap<NaiveDate, u32>,
}

#[derive(Default)]
struct Kept {
    state: StreakState,
    runs: Runs,
    minutes: BTreeMap<NaiveDate, u32>,
    changes: Vec<StreakChange>,
}

impl Kept {
    fn apply(
        &mut self,
        changes: &[Change],
        entry: u128,
        calendar: &Calendar,
        today: NaiveDate,
    ) -> Vec<(NaiveDate, bool)> {
        let minutes = |day| self.minutes.get(&day).copied().unwrap_or(0);
        let moment = Moment { event: id(entry), today, calendar, minutes: &minutes };
        let outcome = self.state.apply(changes, &mut self.runs, &moment);
        self.changes.extend(outcome.changes);
        for change in changes {
            if let Change::Minutes { day, more } = change {
                let minutes = self.minutes.entry(*day).or_default();
                *minutes = minutes.saturating_add_signed(*more);
            }
        }
        outcome.met
    }

    fn standing(&self, calendar: &Calendar, today: NaiveDate) -> Standing {
        self.state.standing(calendar, today, &|day| self.minutes.get(&day).copied().unwrap_or(0))
    }
}

impl World {
    fn begin(case: &Case) -> Self {
        let first = case.calendar.settings.clone().beginning(case.calendar.at).expect("a zone");
        let mut goals = BTreeMap::<String, Goal>::new();
        for entry in &case.history {
            let goal = goals.entry(entry.goal.clone()).or_default();
            goal.facts = vec![Fact { today: first.from, change: Change::CalendarSet(first.clone()) }];
        }
        Self { calendar: Calendar::new(first), logs: BTreeMap::new(), goals, workspace: Kept::default() }
    }

    fn until(case: &Case, instant: DateTime<Utc>) -> Self {
        let mut world = Self::begin(case);
        for (number, entry) in (1..).zip(&case.history) {
            if entry.at <= instant {
                world.enter(number, entry);
            }
        }
        world
    }

    fn enter(&mut self, number: u128, entry: &Entry) {
        let today = self.calendar.today(entry.at).expect("a zone");
        if let What::SetCalendar(settings) = &entry.what {
            let fact = self.calendar.change(settings.clone(), entry.at).expect("a zone");
            let change = Change::CalendarSet(fact.clone());
            for goal in self.goals.values_mut() {
                goal.apply(std::slice::from_ref(&change), number, &self.calendar, today);
            }
            self.workspace.apply(&[change], number, &self.calendar, today);
            self.calendar.set(fact);
            return;
        }
        let changes = self.changes(number, entry, today);
        let week = self.calendar.week_of(today).first;
        let goal = self.goals.get_mut(&entry.goal).expect("a goal");
        goal.set_target(&entry.what, week);
        let met = goal.apply(&changes, number, &self.calendar, today);
        let met: Vec<_> =
            met.into_iter().map(|(day, met)| Change::Minutes { day, more: if met { 1 } else { -1 } }).collect();
        self.workspace.apply(&met, number, &self.calendar, today);
    }

    fn changes(&mut self, number: u128, entry: &Entry, today: NaiveDate) -> Vec<Change> {
        match entry.what.clone() {
            What::Log { id, day, minutes } => {
                let log = Log { day: day.unwrap_or(today), minutes };
                let change = Change::Minutes { day: log.day, more: minutes };
                self.logs.insert(id.unwrap_or_else(|| number.to_string()), log);
                vec![change]
            }
            What::CorrectLog { id, day, minutes } => {
                let log = self.logs.get_mut(&id).expect("a log");
                let taken = Change::Minutes { day: log.day, more: -log.minutes };
                *log = Log { day: day.unwrap_or(log.day), minutes: minutes.unwrap_or(log.minutes) };
                vec![taken, Change::Minutes { day: log.day, more: log.minutes }]
            }
            What::WithdrawLog { id } => {
                vec![Change::Minutes { day: self.logs[&id].day, more: -self.logs[&id].minutes }]
            }
            What::RestoreLog { id } => vec![Change::Minutes { day: self.logs[&id].day, more: self.logs[&id].minutes }],
            What::SetSchedule(schedule) => vec![Change::Scheduled(DatedSchedule { from: today, schedule })],
            What::Pause(days) => vec![Change::Paused(days)],
            What::Resume(days) => vec![Change::Resumed(days)],
            What::CompleteGoal {} => vec![Change::Completed],
            What::ReopenGoal {} => vec![Change::Reopened],
            What::ArchiveGoal {} => vec![Change::Archived],
            What::RestoreGoal {} => vec![Change::Restored],
            What::CreateGoal {} | What::SetTarget(_) | What::WithdrawTarget {} | What::SetCalendar(_) => vec![],
        }
    }
}

impl Goal {
    fn apply(
        &mut self,
        changes: &[Change],
        entry: u128,
        calendar: &Calendar,
        today: NaiveDate,
    ) -> Vec<(NaiveDate, bool)> {
        self.facts.extend(changes.iter().map(|change| Fact { today, change: change.clone() }));
        for change in changes {
            if let Change::Minutes { day, more } = change {
                let logs = self.logs_by_day.entry(*day).or_default();
                *logs = logs.checked_add_signed(more.signum()).expect("no log takes what it did not add");
            }
        }
        self.kept.apply(changes, entry, calendar, today)
    }

    fn set_target(&mut self, what: &What, from_week: NaiveDate) {
        if let What::SetTarget(target) = what {
            self.targets.set(DatedTarget { from_week, target: Some(*target) });
        } else if let What::WithdrawTarget {} = what {
            self.targets.set(DatedTarget { from_week, target: None });
        }
    }

    fn week(&self, calendar: &Calendar, first: NaiveDate) -> WeekFigures {
        let week = calendar.week_of(first);
        let before = calendar.week_of(first.pred_opt().expect("a day before"));
        let day = |(day, minutes): (&NaiveDate, &u32)| DayFigures {
            day: *day,
            minutes: *minutes,
            logs: self.logs_by_day.get(day).copied().unwrap_or(0),
            met: self.kept.state.rules.schedules.counts(*day, *minutes),
        };
        let days: Vec<_> = self.kept.minutes.iter().map(day).collect();
        WeekFigures::of(week, before, &days, self.targets.in_week(week.first))
    }
}

/// The plain answer about the days that any goal met.
fn plain_workspace(world: &World, today: NaiveDate) -> Standing {
    let facts = world.goals.values().next().map_or(&[][..], |goal| &goal.facts);
    let calendars = facts.iter().filter(|fact| matches!(fact.change, Change::CalendarSet(_))).cloned();
    let met: BTreeSet<NaiveDate> = world.goals.values().flat_map(|goal| plain::met_days(&goal.facts, today)).collect();
    let met = met.into_iter().map(|day| Fact { today, change: Change::Minutes { day, more: 1 } });
    plain::answer(&calendars.chain(met).collect::<Vec<_>>(), today).standing
}

fn told(change: &StreakChange) -> Told {
    let current = |figures: &StreakFigures| match figures.unit {
        Unit::Days => format!("{} days", figures.current),
        Unit::Weeks => format!("{} weeks", figures.current),
    };
    let cause = match change.cause {
        Cause::Event(event) => ToldCause::Entry(event.uuid().as_u128()),
        Cause::Missed(week) => ToldCause::Missed(week),
    };
    Told { cause, before: current(&change.before), after: current(&change.after) }
}

fn check(case: &Case, expected: &Expected) {
    let about = format!("{}, at {}", case.name, expected.at);
    let world = World::until(case, expected.at);
    let today = world.calendar.today(expected.at).expect("a zone");
    assert_eq!(today, expected.today, "today: {about}");

    let goal = &world.goals[&expected.goal];
    let plain = plain::answer(&goal.facts, today);
    assert_eq!(plain.standing, expected.streak, "plain: {about}");
    assert_eq!(goal.kept.standing(&world.calendar, today), expected.streak, "incremental: {about}");
    assert_eq!(minutes_by_day(&goal.facts), goal.kept.minutes, "minutes: {about}");
    if let Some(runs) = &expected.runs {
        assert_eq!(&plain.runs, runs, "plain runs: {about}");
        assert_eq!(&goal.kept.runs.iter().copied().collect::<Vec<_>>(), runs, "incremental runs: {about}");
    }
    if let Some(workspace) = &expected.workspace {
        assert_eq!(plain_workspace(&world, today), *workspace, "plain workspace: {about}");
        assert_eq!(world.workspace.standing(&world.calendar, today), *workspace, "workspace: {about}");
    }
    if let Some(changes) = &expected.changes {
        let ended = goal.kept.state.ended_by(&world.calendar, today);
        let all: Vec<_> = goal.kept.changes.iter().chain(&ended).map(told).collect();
        assert_eq!(&all, changes, "changes: {about}");
    }
    for week in expected.weeks.iter().flatten() {
        assert_eq!(goal.week(&world.calendar, week.week.first), *week, "week: {about}");
    }
}

#[test]
fn both_answers_conform_to_every_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/streaks");
    let mut checks = 0;
    for file in fs::read_dir(folder).expect("the folder of cases") {
        let path = file.expect("a file").path();
        let text = fs::read_to_string(&path).expect("a file");
        let case: Case = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        case.expected.iter().for_each(|expected| check(&case, expected));
        checks += case.expected.len();
    }
    assert!(checks > 140, "only {checks} answers were checked");
}
