//! The diary of the demo's person: what they did on each day, before anything of it is logged.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate};

use super::{
    chance::{Chance, Deck, Seed},
    habits::{Habit, Pause},
};

/// What makes a day count from today on; where nothing was missed, it was at least this.
const MINUTES_MIN: u32 = 10;
/// A runner's minutes for a kilometre, in tenths.
const MINUTES_A_KM_TENTHS: u32 = 61;

/// A day on which something was done.
pub struct Entry {
    /// The day.
    pub day: NaiveDate,
    /// How long.
    pub minutes: u32,
    /// What is said of it.
    pub text: Option<String>,
}

/// The time that the diary is about.
pub struct Span {
    /// Its last day.
    pub today: NaiveDate,
    /// So many days it has before that.
    pub days: u32,
    pauses: Vec<(Pause, RangeInclusive<NaiveDate>)>,
}

impl Span {
    /// So many years up to `today`, with what came in between.
    pub fn new(seed: &Seed, years: u16, today: NaiveDate) -> Self {
        let days = u32::from(years) * 365;
        let mut span = Self { today, days, pauses: vec![] };
        for year in span.before(days).year()..=today.year() {
            let range = |month, first, last| {
                Some(NaiveDate::from_ymd_opt(year, month, first)?..=NaiveDate::from_ymd_opt(year, month, last)?)
            };
            span.pauses.extend(range(8, 4, 17).map(|range| (Pause::Summer, range)));
            span.pauses.extend(range(12, 24, 26).map(|range| (Pause::Christmas, range)));
        }
        let mut chance = seed.chance("illness");
        let flu = span.before(chance.between(110, 150));
        span.pauses.push((Pause::Flu, flu..=flu + Days::new(5)));
        let shin = span.at(520);
        span.pauses.push((Pause::Shin, shin..=shin + Days::new(18)));
        span
    }

    /// The day so many days before today.
    pub fn before(&self, days: u32) -> NaiveDate {
        self.today - Days::new(u64::from(days))
    }

    /// The day at so many thousandths of the whole time before today.
    pub fn at(&self, thousandths: u32) -> NaiveDate {
        self.before(self.days * thousandths / 1_000)
    }

    /// The days that a goal paused, as far as they had begun and were its days.
    pub fn pauses(&self, habit: &Habit) -> Vec<RangeInclusive<NaiveDate>> {
        let (first, last) = (self.at(habit.began), self.at(habit.ended));
        let pauses = self.pauses.iter().filter(|(pause, _)| habit.paused_by.contains(pause)).map(|(_, range)| range);
        pauses.filter(|range| *range.start() > first && *range.end() < last).cloned().collect()
    }

    /// What was done for a goal, day by day.
    pub fn entries(&self, seed: &Seed, habit: &Habit) -> Vec<Entry> {
        let (mut chance, mut deck) = (seed.chance(habit.key), Deck::of(habit.texts.0));
        let pauses = self.pauses(habit);
        let first = self.at(habit.began);
        let days = (self.at(habit.ended) - first).num_days();
        let mut entries = vec![];
        for (day, nth) in first.iter_days().zip(0..=u32::try_from(days).unwrap_or(0)) {
            let done = (nth * 100).checked_div(u32::try_from(days).unwrap_or(0)).unwrap_or(100);
            // Drawn on days off as well, so that a pause changes no other day.
            let minutes = self.minutes(habit, day, done, &mut chance);
            if let Some(minutes) = minutes.filter(|_| pauses.iter().all(|pause| !pause.contains(&day))) {
                let text = chance.happens(habit.texts.1).then(|| said(deck.deal(&mut chance), minutes));
                entries.push(Entry { day, minutes, text });
            }
        }
        entries
    }

    /// The minutes of a day on which `done` percent of the goal's time had passed; none, if nothing was done.
    fn minutes(&self, habit: &Habit, day: NaiveDate, done: u32, chance: &mut Chance) -> Option<u32> {
        let (percent, minutes) = habit.week[usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0)];
        let percent = if habit.fades { percent * (110 - done) / 100 } else { percent };
        let (luck, spread) = (chance.happens(percent), chance.between(82, 124));
        let ago = u32::try_from((self.today - day).num_days()).unwrap_or(0);
        let is_done = if ago == 0 { habit.done_today } else { luck || ago <= habit.unbroken_days };
        let growth = (habit.growth.0 * (100 - done) + habit.growth.1 * done) / 100;
        let growth = if habit.rests && day.iso_week().week().is_multiple_of(4) { growth * 3 / 4 } else { growth };
        let step = habit.minutes_step;
        let minutes = (minutes * growth * spread / 10_000).max(MINUTES_MIN).div_ceil(step) * step;
        is_done.then_some(minutes)
    }
}

/// A text with its figures.
fn said(text: &str, minutes: u32) -> String {
    let km = minutes * 100 / MINUTES_A_KM_TENTHS;
    text.replace("{km}", &format!("{}.{}", km / 10, km % 10)).replace("{pages}", &(minutes * 4 / 5).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::habits::HABITS;

    fn span(seed: &Seed) -> Span {
        Span::new(seed, 2, NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day"))
    }

    #[test]
    fn two_years_are_about_fifteen_hundred_entries_whatever_the_seed() {
        for number in 1..=20 {
            let seed = Seed::new(number, 2, "");
            let entries: usize = HABITS.iter().map(|habit| span(&seed).entries(&seed, habit).len()).sum();
            assert!((1_400..1_800).contains(&entries), "{entries} with the seed {number}");
        }
    }

    #[test]
    fn a_day_has_minutes_that_a_person_could_have() {
        let seed = Seed::new(1, 2, "");
        for habit in HABITS {
            for entry in span(&seed).entries(&seed, habit) {
                assert!((MINUTES_MIN..=180).contains(&entry.minutes), "{} on {}", entry.minutes, entry.day);
                assert!(!entry.text.is_some_and(|text| text.contains('{')), "every figure is filled in");
            }
        }
    }

    #[test]
    fn what_runs_unbroken_misses_no_day_but_those_it_paused() {
        let (seed, habit) = (Seed::new(3, 2, ""), &HABITS[2]);
        let span = span(&seed);
        let (entries, pauses) = (span.entries(&seed, habit), span.pauses(habit));
        for ago in 1..=habit.unbroken_days {
            let day = span.before(ago);
            let paused = pauses.iter().any(|pause| pause.contains(&day));
            assert_eq!(entries.iter().any(|entry| entry.day == day), !paused, "{day}");
        }
        assert!(entries.iter().all(|entry| entry.day < span.today), "today is still to come");
    }
}
