//! The streak rules as one reads them, day by day from the first, as simple and as slow as possible.
//!
//! Nothing stored is used and nothing is shared with the incremental answer but the shapes of facts and figures, so
//! that tests can hold the one against the other.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{Change, Lapse, Longest, Run, Standing, StreakFigures};
use crate::{
    Week,
    calendar::{CalendarFact, Weekday},
    schedule::{Schedule, Unit},
};

/// A change as it was recorded. A history is all of them in order; the first sets the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The local day of its event.
    pub today: NaiveDate,
    /// What it changed.
    pub change: Change,
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Every run there was.
    pub runs: Vec<Run>,
    /// How the streak stands.
    pub standing: Standing,
}

/// What the rules say about one day.
struct Day {
    date: NaiveDate,
    unit: Unit,
    begins_week: bool,
    met: bool,
    /// Neither paused, completed, archived nor left out.
    expectable: bool,
    /// The schedule names this day.
    expected: bool,
    days_a_week: u32,
}

/// How the streak stands on `today`, were this the whole history.
pub fn answer(history: &[Fact], today: NaiveDate) -> Answer {
    let days = days(history, today);
    let mut runs: Vec<Run> = vec![];
    let mut current = None;
    let mut lapsed = None;
    let mut unit = None;
    let mut at_risk = false;
    for part in parts(&days) {
        let (first, last) = (&part[0], &part[part.len() - 1]);
        if first.date > today {
            break;
        }
        if unit.replace(first.unit).is_some_and(|before| before != first.unit) {
            current = None;
        }
        let need = need(part);
        let met = part.iter().filter(|day| day.met).count();
        let run = Run { unit: first.unit, first: first.date, last: last.date, length: 1 };
        if met >= need && met > 0 && (need > 0 || first.unit == Unit::Days) {
            lapsed = None;
            match current {
                None => {
                    current = Some(runs.len());
                    runs.push(run);
                }
                Some(at) => runs[at] = Run { last: run.last, length: runs[at].length + 1, ..runs[at] },
            }
        } else if met < need
            && last.date < today
            && !cut(&days, last.date)
            && let Some(at) = current.take()
        {
            lapsed = Some(Lapse { run: runs[at], missed: Week { first: first.date, last: last.date } });
        }
        let later = part.iter().filter(|day| day.date > today && day.expectable).count();
        let is_wanted = part.iter().any(|day| day.date == today && day.expectable && !day.met);
        at_risk = current.is_some() && is_wanted && met + later < need;
    }
    let unit = unit.unwrap_or(Unit::Days);
    let longest = |unit| runs.iter().filter(|run| run.unit == unit).map(|run| run.length).max().unwrap_or(0);
    let figures = StreakFigures {
        unit,
        current: current.map_or(0, |at| runs[at].length),
        since: current.map(|at| runs[at].first),
        longest: Longest { days: longest(Unit::Days), weeks: longest(Unit::Weeks) },
    };
    Answer { standing: Standing { figures, at_risk, lapsed }, runs }
}

/// The days that count on their own, up to `today`: what the streak of a workspace is made of.
pub fn met_days(history: &[Fact], today: NaiveDate) -> Vec<NaiveDate> {
    days(history, today).into_iter().filter(|day| day.met && day.date <= today).map(|day| day.date).collect()
}

/// Every day from a fortnight before the first that was logged to a fortnight after today: whole weeks at both ends.
fn days(history: &[Fact], today: NaiveDate) -> Vec<Day> {
    let minutes = minutes(history);
    let first = minutes.keys().next().copied().unwrap_or(today).min(today) - Days::new(14);
    let calendar = calendar(history);
    let dates = first.iter_days().take_while(|date| *date <= today + Days::new(14));
    let logged = |date| minutes.get(&date).copied().unwrap_or(0);
    dates.map(|date| day(history, &calendar, date, logged(date))).collect()
}

fn day(history: &[Fact], calendar: &[CalendarFact], date: NaiveDate, minutes: i64) -> Day {
    let schedule = schedule(history, date);
    let (expected, days_a_week) = match &schedule {
        Schedule::EveryDay { .. } => (true, 0),
        Schedule::Weekdays { weekdays, .. } => (weekdays.contains(&Weekday::of(date)), 0),
        Schedule::DaysAWeek { days, .. } => (false, u32::from(*days)),
    };
    let left_out = calendar.iter().any(|fact| date < fact.from && date >= fact.from - Days::new(fact.left_out.into()));
    Day {
        date,
        unit: if days_a_week > 0 { Unit::Weeks } else { Unit::Days },
        begins_week: Weekday::of(date) == week_start(calendar, date),
        met: minutes >= i64::from(schedule.minutes_min()),
        expectable: !paused(history, date) && !closed(history, date) && !left_out,
        expected,
        days_a_week,
    }
}

/// Days on their own, and days of the same week with so many days a week.
fn parts(days: &[Day]) -> impl Iterator<Item = &[Day]> {
    days.chunk_by(|one, next| one.unit == Unit::Weeks && next.unit == Unit::Weeks && !next.begins_week)
}

/// The met days that a part needs.
fn need(part: &[Day]) -> usize {
    let expectable = part.iter().filter(|day| day.expectable);
    let days = expectable.clone().filter(|day| day.expected).count();
    let sevenths: u32 = expectable.map(|day| day.days_a_week).sum();
    days + sevenths.div_ceil(7) as usize
}

/// Whether a week was closed by a change to another unit before it was over.
fn cut(days: &[Day], last: NaiveDate) -> bool {
    let mut days = days.iter().skip_while(|day| day.date < last);
    let before = days.next().map(|day| day.unit);
    before == Some(Unit::Weeks) && days.next().is_some_and(|next| next.unit == Unit::Days && !next.begins_week)
}

/// Everything logged for a day adds up.
fn minutes(history: &[Fact]) -> BTreeMap<NaiveDate, i64> {
    let mut minutes = BTreeMap::new();
    for fact in history {
        if let Change::Minutes { day, more } = fact.change {
            *minutes.entry(day).or_default() += i64::from(more);
        }
    }
    minutes
}

/// The fact with the latest date not after the day; on equal dates, the later recorded.
fn schedule(history: &[Fact], date: NaiveDate) -> Schedule {
    let dated =
        history.iter().filter_map(|fact| if let Change::Scheduled(dated) = &fact.change { Some(dated) } else { None });
    let begun = dated.filter(|dated| dated.from <= date);
    begun.max_by_key(|dated| dated.from).map_or(Schedule::EveryDay { minutes_min: 1 }, |dated| dated.schedule.clone())
}

/// The last word on the day.
fn paused(history: &[Fact], date: NaiveDate) -> bool {
    let mut paused = false;
    for fact in history {
        if let Change::Paused(days) = fact.change {
            paused |= days.contains(date);
        } else if let Change::Resumed(days) = fact.change {
            paused &= !days.contains(date);
        }
    }
    paused
}

/// Completed or archived, as of the end of the day.
fn closed(history: &[Fact], date: NaiveDate) -> bool {
    let (mut completed, mut archived) = (false, false);
    for fact in history.iter().filter(|fact| fact.today <= date) {
        match &fact.change {
            Change::Completed => completed = true,
            Change::Reopened => completed = false,
            Change::Archived => archived = true,
            Change::Restored => archived = false,
            Change::Minutes { .. }
            | Change::Scheduled(_)
            | Change::Paused(_)
            | Change::Resumed(_)
            | Change::CalendarSet(_) => {}
        }
    }
    completed || archived
}

/// The calendar facts; one that had not begun when the next was chosen never did.
fn calendar(history: &[Fact]) -> Vec<CalendarFact> {
    let mut facts: Vec<CalendarFact> = vec![];
    for fact in history {
        if let Change::CalendarSet(set) = &fact.change {
            let first = facts.first().cloned();
            facts.retain(|earlier| Some(earlier) == first.as_ref() || earlier.starts_at <= set.set_at);
            facts.push(set.clone());
        }
    }
    facts
}

/// A new week start holds from its first such weekday; until then, the one before.
fn week_start(calendar: &[CalendarFact], date: NaiveDate) -> Weekday {
    let Some((at, fact)) = calendar.iter().enumerate().rfind(|(at, fact)| *at == 0 || fact.from <= date) else {
        return Weekday::Monday;
    };
    let start = fact.settings.week_start;
    let came = fact.from.iter_days().take_while(|day| *day <= date).any(|day| Weekday::of(day) == start);
    if at == 0 || came { start } else { week_start(&calendar[..at], fact.from - Days::new(1)) }
}
