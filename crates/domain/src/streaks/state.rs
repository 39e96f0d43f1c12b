//! The stored state of a streak, and how an event's changes are worked into it.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    Cause, Change, GoalRules, Lengths, Moment, Outcome, Run, Runs, StreakChange, StreakFigures, judge::Judge,
    runs::RunsChanged,
};
use crate::{Calendar, Week, pauses::DayRange};

/// What is stored of a goal's streak, or of a workspace's, besides its runs: facts only, nothing that ages.
///
/// A workspace's has no rules, so that every day is due, and "minutes" that are the number of goals met on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StreakState {
    /// What is expected of the goal's days.
    pub rules: GoalRules,
    /// The run that begins last: whether it is the current one depends on the day.
    pub last: Option<Run>,
    /// How long the runs are.
    pub lengths: Lengths,
    /// The local day of the last event worked in: what time has ended since is not told yet.
    pub as_of: Option<NaiveDate>,
}

/// What holds after a change, where it differs, and the days that may be judged otherwise.
struct Effect {
    rules: Option<GoalRules>,
    calendar: Option<Calendar>,
    first: NaiveDate,
    last: NaiveDate,
}

/// An event being worked in: what its changes have amounted to so far.
struct Work<'a> {
    moment: &'a Moment<'a>,
    calendar: Option<Calendar>,
    /// The minutes of its changes so far, one after the other.
    logged: Vec<(NaiveDate, i32)>,
    outcome: Outcome,
}

/// A week has at most six more days on either side, and a new week start moves its edge by at most six.
const BESIDE_DAYS: Days = Days::new(12);

/// So many runs a change tells on either side: a pause over a long life can break thousands.
const RUNS_TOLD_MAX: usize = 50;

/// The latest of these runs, in order, as many as are told.
fn latest(runs: &[Run]) -> Vec<Run> {
    let mut runs = runs.to_vec();
    runs.sort_unstable_by_key(|run| run.first);
    runs.split_off(runs.len().saturating_sub(RUNS_TOLD_MAX))
}

impl StreakState {
    /// Works in the changes that one event brings.
    ///
    /// `runs` holds at least the runs that reach into [`Self::reach`] of the changes, and the nearest on each side.
    /// Equal to a recomputation from nothing, at a cost that follows the days that changed: only where a run is split
    /// are the days of its shorter side counted.
    pub fn apply(&mut self, changes: &[Change], runs: &mut Runs, moment: &Moment<'_>) -> Outcome {
        let mut work = Work { moment, calendar: None, logged: vec![], outcome: Outcome::default() };
        let (before, ended) = self.until(moment.calendar, moment.today);
        for change in changes {
            self.apply_one(change, runs, &mut work);
        }
        let (after, _) = self.figures(work.calendar(), moment.today);
        self.as_of = self.as_of.max(Some(moment.today));

        let mut outcome = work.outcome;
        outcome.changes.extend(ended);
        if before != after || !outcome.removed.is_empty() || !outcome.added.is_empty() {
            let (removed, added) = (latest(&outcome.removed), latest(&outcome.added));
            outcome.changes.push(StreakChange { cause: Cause::Event(moment.event), before, after, removed, added });
        }
        outcome
    }

    /// What time alone has changed by `today` since the last event: the change that the next event will tell first.
    pub fn ended_by(&self, calendar: &Calendar, today: NaiveDate) -> Option<StreakChange> {
        self.until(calendar, today).1
    }

    /// The figures on `today`, and what time alone has changed of them since the last event.
    fn until(&self, calendar: &Calendar, today: NaiveDate) -> (StreakFigures, Option<StreakChange>) {
        let (now, lapsed) = self.figures(calendar, today);
        let ended = || {
            let (as_of, lapse) = (self.as_of.filter(|as_of| *as_of < today)?, lapsed?);
            let (before, _) = self.figures(calendar, as_of);
            let cause = Cause::Missed(lapse.missed);
            let change = StreakChange { cause, before, after: now, removed: vec![], added: vec![] };
            (before != now).then_some(change)
        };
        (now, ended())
    }

    /// The days whose runs and minutes may be looked at to work in `change` on `today`.
    ///
    /// A change that takes something away (fewer minutes, a pause withdrawn, another schedule) may look at all days of the
    /// runs that reach into it.
    pub fn reach(&self, change: &Change, calendar: &Calendar, today: NaiveDate) -> Week {
        let effect = self.effect(change, calendar, today);
        Week {
            first: effect.first.checked_sub_days(BESIDE_DAYS).unwrap_or(NaiveDate::MIN),
            last: effect.last.checked_add_days(BESIDE_DAYS).unwrap_or(NaiveDate::MAX),
        }
    }

    fn apply_one(&mut self, change: &Change, runs: &mut Runs, work: &mut Work<'_>) {
        let effect = self.effect(change, work.calendar(), work.moment.today);
        let logged_before = work.logged.len();
        if let Change::Minutes { day, more } = change {
            work.logged.push((*day, *more));
        }
        let minutes_before = |day| minutes(work.moment, &work.logged[..logged_before], day);
        let minutes_after = |day| minutes(work.moment, &work.logged, day);
        let before = Judge { rules: &self.rules, calendar: work.calendar(), minutes: &minutes_before };
        let after = Judge {
            rules: effect.rules.as_ref().unwrap_or(&self.rules),
            calendar: effect.calendar.as_ref().unwrap_or(work.calendar()),
            minutes: &minutes_after,
        };
        let met = met_otherwise(change, &before, &after, &effect);
        let RunsChanged { removed, added } = runs.rejudge(&before, &after, effect.first, effect.last);

        work.outcome.met.extend(met);
        work.calendar = effect.calendar.or_else(|| work.calendar.take());
        self.rules = effect.rules.unwrap_or_else(|| std::mem::take(&mut self.rules));
        removed.iter().for_each(|run| self.lengths.remove(run));
        added.iter().for_each(|run| self.lengths.add(run));
        let kept = self.last.filter(|run| !removed.contains(run));
        self.last = kept.into_iter().chain(runs.last()).max_by_key(|run| run.first);
        work.outcome.then(&removed, &added);
    }

    fn effect(&self, change: &Change, calendar: &Calendar, today: NaiveDate) -> Effect {
        // No day after this one is logged, so no run lies there, and nothing is stored of it.
        let horizon = self.last.map_or(today, |run| run.last.max(today));
        let rules = |first: NaiveDate, last: NaiveDate, alter: &dyn Fn(&mut GoalRules)| {
            let mut rules = self.rules.clone();
            alter(&mut rules);
            Effect { rules: Some(rules), calendar: None, first, last: last.min(horizon).max(first) }
        };
        let range = |days: &DayRange, alter: &dyn Fn(&mut GoalRules)| rules(days.first, days.end(), alter);
        match change {
            Change::Minutes { day, more: _ } => Effect { rules: None, calendar: None, first: *day, last: *day },
            Change::Scheduled(dated) => {
                let last = self.rules.schedules.next_change(dated.from).unwrap_or(NaiveDate::MAX);
                rules(dated.from, last, &|rules| rules.schedules.set(dated.clone()))
            }
            Change::Paused(days) => range(days, &|rules| rules.pauses.add(*days)),
            Change::Resumed(days) => range(days, &|rules| rules.pauses.remove(*days)),
            Change::Completed => rules(today, horizon, &|rules| rules.complete(true, today)),
            Change::Reopened => rules(today, horizon, &|rules| rules.complete(false, today)),
            Change::Archived => rules(today, horizon, &|rules| rules.archive(true, today)),
            Change::Restored => rules(today, horizon, &|rules| rules.archive(false, today)),
            Change::CalendarSet(fact) => {
                let mut calendar = calendar.clone();
                calendar.set(fact.clone());
                Effect { rules: None, calendar: Some(calendar), first: today, last: horizon }
            }
        }
    }
}

impl Work<'_> {
    fn calendar(&self) -> &Calendar {
        self.calendar.as_ref().unwrap_or(self.moment.calendar)
    }
}

fn minutes(moment: &Moment<'_>, logged: &[(NaiveDate, i32)], day: NaiveDate) -> u32 {
    let more = logged.iter().filter(|(on, _)| *on == day).map(|(_, more)| more).sum();
    (moment.minutes)(day).saturating_add_signed(more)
}

/// The days that count otherwise than before, on their own: only minutes and the minutes asked for can make it so.
fn met_otherwise(change: &Change, before: &Judge<'_>, after: &Judge<'_>, effect: &Effect) -> Vec<(NaiveDate, bool)> {
    match change {
        Change::Minutes { .. } | Change::Scheduled(_) => {
            let days = Week { first: effect.first, last: effect.last };
            days.days().map(|day| (day, after.met(day))).filter(|(day, met)| before.met(*day) != *met).collect()
        }
        Change::Paused(_)
        | Change::Resumed(_)
        | Change::Completed
        | Change::Reopened
        | Change::Archived
        | Change::Restored
        | Change::CalendarSet(_) => vec![],
    }
}
