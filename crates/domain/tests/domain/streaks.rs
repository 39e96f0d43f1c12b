//! The incremental answer about streaks always equals the plain one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use domain::{
    Calendar, CalendarSettings, EventId,
    calendar::Weekday,
    pauses::DayRange,
    streaks::{
        Cause, Change, Moment, Outcome, Run, Runs, Standing, StreakChange, StreakState,
        plain::{self, Answer, Fact},
    },
};
use proptest::{prelude::*, test_runner::TestCaseError};

use crate::{
    given::id,
    random::{Gene, Life, Step, beginnings, genes, minutes_by_day},
};

/// What analytics keeps, with rows for runs and days, of which each event sees only those it may look at.
struct Kept {
    state: StreakState,
    runs: BTreeMap<NaiveDate, Run>,
    minutes: BTreeMap<NaiveDate, u32>,
}

impl Kept {
    fn new() -> Self {
        Self { state: StreakState::default(), runs: BTreeMap::new(), minutes: BTreeMap::new() }
    }

    fn apply(&mut self, changes: &[Change], calendar: &Calendar, today: NaiveDate) -> Outcome {
        let (mut first, mut last) = (today, today);
        for change in changes {
            let reach = self.state.reach(change, calendar, today);
            (first, last) = (first.min(reach.first), last.max(reach.last));
        }
        let mut loaded = self.loaded(first, last);
        if !changes.iter().all(|change| matches!(change, Change::Minutes { more: 0.., .. })) {
            let reaching = loaded.iter().filter(|run| run.first <= last && run.last >= first);
            let ends: Vec<_> = reaching.map(|run| (run.first, run.last)).collect();
            first = ends.iter().map(|(first, _)| *first).fold(first, NaiveDate::min);
            last = ends.iter().map(|(_, last)| *last).fold(last, NaiveDate::max);
        }
        let minutes = |day| {
            assert!(first <= day && day <= last, "{day} is looked at outside of {first} to {last} for {changes:?}");
            self.minutes.get(&day).copied().unwrap_or(0)
        };
        let moment = Moment { event: event(), today, calendar, minutes: &minutes };
        let outcome = self.state.apply(changes, &mut loaded, &moment);
        self.write(changes, &outcome);
        outcome
    }

    /// The runs that reach into these days, and the nearest on each side.
    fn loaded(&self, first: NaiveDate, last: NaiveDate) -> Runs {
        let within = self.runs.values().filter(|run| run.last >= first && run.first <= last);
        let before = self.runs.values().rfind(|run| run.last < first);
        let after = self.runs.values().find(|run| run.first > last);
        within.chain(before).chain(after).copied().collect()
    }

    fn write(&mut self, changes: &[Change], outcome: &Outcome) {
        for run in &outcome.removed {
            assert_eq!(self.runs.remove(&run.first), Some(*run), "only what there is can be removed");
        }
        for run in &outcome.added {
            assert_eq!(self.runs.insert(run.first, *run), None, "what is added is new");
        }
        for change in changes {
            if let Change::Minutes { day, more } = change {
                let minutes = self.minutes.entry(*day).or_default();
                *minutes = minutes.checked_add_signed(*more).expect("no log takes what it did not add");
            }
        }
    }

    fn standing(&self, calendar: &Calendar, today: NaiveDate) -> Standing {
        self.state.standing(calendar, today, &|day| {
            assert!(day >= today - Days::new(6) && day <= today + Days::new(6), "{day} is not of the week of {today}");
            self.minutes.get(&day).copied().unwrap_or(0)
        })
    }
}

fn event() -> EventId {
    id(1)
}

/// The changes to tell of an event, from the plain answers: as of the event before, just before this one, and after it.
fn told(then: &Answer, eve: &Answer, now: &Answer) -> Vec<StreakChange> {
    let gone = |old: &[Run], new: &[Run]| old.iter().filter(|run| !new.contains(run)).copied().collect::<Vec<_>>();
    let mut changes = vec![];
    if then.standing.figures != eve.standing.figures {
        changes.push(StreakChange {
            cause: Cause::Missed(eve.standing.lapsed.expect("nothing else comes of time").missed),
            before: then.standing.figures,
            after: eve.standing.figures,
            removed: vec![],
            added: vec![],
        });
    }
    let change = StreakChange {
        cause: Cause::Event(event()),
        before: eve.standing.figures,
        after: now.standing.figures,
        removed: gone(&eve.runs, &now.runs),
        added: gone(&now.runs, &eve.runs),
    };
    if change.before != change.after || !change.removed.is_empty() || !change.added.is_empty() {
        changes.push(change);
    }
    changes
}

/// Runs come from the incremental side in no particular order.
fn sorted(mut changes: Vec<StreakChange>) -> Vec<StreakChange> {
    for change in &mut changes {
        change.removed.sort_by_key(|run| run.first);
        change.added.sort_by_key(|run| run.first);
    }
    changes
}

/// Holds what is kept after each event of a random history to a plain recomputation.
fn is_the_plain_answer(at: &str, calendar: Gene, genes: impl IntoIterator<Item = Gene>) -> Result<(), TestCaseError> {
    let (mut life, first) = Life::begin(at, calendar, 1);
    let mut history = vec![first];
    let mut then = plain::answer(&history, history[0].today);
    let mut kept = Kept::new();
    for gene in genes {
        let calendar = life.calendar.clone();
        let Some(Step { facts, .. }) = life.live(gene) else {
            continue;
        };
        let today = facts[0].today;
        let changes: Vec<_> = facts.iter().map(|fact| fact.change.clone()).collect();
        let outcome = kept.apply(&changes, &calendar, today);
        let eve = plain::answer(&history, today);
        history.extend(facts);
        let now = plain::answer(&history, today);
        prop_assert_eq!(sorted(outcome.changes), told(&then, &eve, &now), "told on {} of {:#?}", today, history);
        let runs: Vec<_> = kept.runs.values().copied().collect();
        prop_assert_eq!(&runs, &now.runs, "on {} after {:#?}", today, history);
        prop_assert_eq!(kept.standing(&life.calendar, today), now.standing, "on {} after {:#?}", today, history);
        then = now;
    }
    for later in [1, 2, 7, 8, 45] {
        let day = life.today() + Days::new(later);
        let standing = plain::answer(&history, day).standing;
        prop_assert_eq!(kept.standing(&life.calendar, day), standing, "on {} after {:#?}", day, history);
    }
    prop_assert_eq!(kept.minutes, minutes_by_day(&history));
    let stored = serde_json::to_string(&kept.state).expect("JSON");
    prop_assert_eq!(serde_json::from_str::<StreakState>(&stored).expect("a state"), kept.state);
    Ok(())
}

// Side by side, for they take long.
proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_every_event_the_incremental_answer_is_the_plain_one(
        at in beginnings(),
        calendar in any::<Gene>(),
        genes in genes(0..36),
    ) {
        is_the_plain_answer(at, calendar, genes)?;
    }

    #[test]
    fn so_it_is_where_a_schedule_is_set_first(
        at in beginnings(),
        calendar in any::<Gene>(),
        genes in genes(0..36),
    ) {
        // Mostly one of so many days a week.
        let schedule = (80, 195, calendar.3 / 2, calendar.0);
        is_the_plain_answer(at, calendar, std::iter::once(schedule).chain(genes))?;
    }
}

/// What analytics keeps of a workspace: how many goals are met on a day.
struct KeptWorkspace {
    streak: Kept,
    goals: Vec<Kept>,
}

impl KeptWorkspace {
    fn apply(&mut self, step: &Step, calendar: &Calendar) {
        let today = step.facts[0].today;
        let changes: Vec<_> = step.facts.iter().map(|fact| fact.change.clone()).collect();
        let concerned = step.goal.map_or(0..self.goals.len(), |goal| goal..goal + 1);
        let mut for_all = if step.goal.is_none() { changes.clone() } else { vec![] };
        for goal in &mut self.goals[concerned] {
            let met = goal.apply(&changes, calendar, today).met;
            for_all.extend(met.into_iter().map(|(day, met)| Change::Minutes { day, more: if met { 1 } else { -1 } }));
        }
        self.streak.apply(&for_all, calendar, today);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_workspace_goes_on_while_any_goal_is_met(
        at in beginnings(),
        calendar in any::<(u8, u8, u8, u8)>(),
        genes in genes(0..36),
    ) {
        let (mut life, first) = Life::begin(at, calendar, 3);
        let mut goals = vec![vec![first.clone()]; 3];
        let mut calendars = vec![first];
        let mut kept = KeptWorkspace { streak: Kept::new(), goals: (0..3).map(|_| Kept::new()).collect() };
        for gene in genes {
            let calendar = life.calendar.clone();
            let Some(step) = life.live(gene) else {
                continue;
            };
            kept.apply(&step, &calendar);
            match step.goal {
                Some(goal) => goals[goal].extend(step.facts),
                None => {
                    goals.iter_mut().for_each(|goal| goal.extend(step.facts.clone()));
                    calendars.extend(step.facts);
                }
            }
        }
        let today = life.today();
        let met: BTreeSet<_> = goals.iter().flat_map(|goal| plain::met_days(goal, today)).collect();
        let met = met.into_iter().map(|day| Fact { today, change: Change::Minutes { day, more: 1 } });
        let history: Vec<_> = calendars.into_iter().chain(met).collect();
        let answer = plain::answer(&history, today);
        let runs: Vec<_> = kept.streak.runs.values().copied().collect();
        prop_assert_eq!(&runs, &answer.runs, "on {} after {:#?}", today, goals);
        prop_assert_eq!(kept.streak.standing(&life.calendar, today), answer.standing, "on {} after {:#?}", today, goals);
    }
}

#[test]
fn a_change_tells_the_latest_of_the_runs_that_it_is_about() {
    let settings = CalendarSettings { zone: "UTC".into(), week_start: Weekday::Monday, day_start_minute: 0 };
    let began = "2026-01-01T00:00:00Z".parse().expect("an instant");
    let calendar = Calendar::new(settings.beginning(began).expect("a zone"));
    let today: NaiveDate = "2026-06-01".parse().expect("a day");
    let every_second = |nth: u64| today - Days::new(2 * nth);
    let mut kept = Kept::new();
    for nth in 1..=60 {
        kept.apply(&[Change::Minutes { day: every_second(nth), more: 30 }], &calendar, today);
    }
    let paused = DayRange { first: every_second(60), last: Some(today) };
    let outcome = kept.apply(&[Change::Paused(paused)], &calendar, today);
    assert_eq!((outcome.removed.len(), outcome.added.len()), (60, 1), "none is missed between them any more");
    let told = outcome.changes.last().expect("a change");
    let firsts: Vec<_> = told.removed.iter().map(|run| run.first).collect();
    assert_eq!(firsts, (1..=50).rev().map(every_second).collect::<Vec<_>>());
}
