//! What a dashboard says: a pure function of its facts and the moment.

use analytics::daily_totals::DailyTotal;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Calendar, Refusal, Week,
    figures::{DayFigures, WeekFigures},
    pace::Progress,
};

use super::{
    Dashboard, DashboardGoal,
    facts::{Facts, GoalFacts, YEAR_DAYS},
};
use crate::progress::pace;

/// The day it is, and the weeks that are told of.
struct Today<'a> {
    calendar: &'a Calendar,
    day: NaiveDate,
    week: Week,
    week_before: Week,
}

impl Facts {
    /// The dashboard at `now`.
    pub fn dashboard(self, now: DateTime<Utc>) -> Result<Dashboard, Refusal> {
        let calendar = &self.calendar;
        let day = calendar.today(now)?;
        let week = calendar.week_of(day);
        let week_before = calendar.week_of(week.first.pred_opt().unwrap_or(week.first));
        let today = Today { calendar, day, week, week_before };

        let goals_met = |day: NaiveDate| self.goals_met.get(&day).copied().unwrap_or_default();
        let figures: Vec<_> = figures(&self.year, today.from(), |total| goals_met(total.day) > 0).collect();
        let year_from = calendar.week_of(day - YEAR_DAYS).first;
        Ok(Dashboard {
            today: day,
            day_ends_at: calendar.ends(day)?,
            streak: self.state.standing(calendar, day, &goals_met),
            week: WeekFigures::of(week, week_before, &figures, None),
            year: self.year.iter().filter(|total| year_from <= total.day && total.day <= day).copied().collect(),
            goals: self.goals.into_iter().map(|goal| goal.on(&today)).collect(),
            recent_logs: self.recent_logs,
        })
    }
}

impl Today<'_> {
    fn from(&self) -> NaiveDate {
        self.week_before.first
    }
}

impl GoalFacts {
    fn on(self, today: &Today<'_>) -> DashboardGoal {
        let minutes = |day: NaiveDate| {
            let at = self.days.binary_search_by_key(&day, |total| total.day);
            at.map_or(0, |at| self.days[at].minutes.unsigned_abs())
        };
        let met = |total: &DailyTotal| self.state.rules.schedules.counts(total.day, total.minutes.unsigned_abs());
        let figures: Vec<_> = figures(&self.days, today.from(), met).collect();
        let in_all = u32::try_from(self.minutes).unwrap_or(u32::MAX);
        let progress = Progress::of(self.total_minutes.map(i32::unsigned_abs), in_all);
        let target = self.weekly_targets.in_week(today.week.first);
        DashboardGoal {
            goal_id: self.id,
            due: self.state.due(today.calendar, today.day, &minutes),
            streak: self.state.standing(today.calendar, today.day, &minutes),
            week: WeekFigures::of(today.week, today.week_before, &figures, target),
            pace: pace(today.day, self.target_date, &progress, self.first_logged, &minutes),
            progress,
            title: self.title,
        }
    }
}

/// The figures of days from one on.
fn figures(
    totals: &[DailyTotal],
    from: NaiveDate,
    met: impl Fn(&DailyTotal) -> bool,
) -> impl Iterator<Item = DayFigures> {
    let totals = &totals[totals.partition_point(|total| total.day < from)..];
    totals.iter().map(move |total| DayFigures {
        day: total.day,
        minutes: total.minutes.unsigned_abs(),
        logs: total.logs.unsigned_abs(),
        met: met(total),
    })
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use domain::{
        CalendarSettings, Personal,
        calendar::Weekday,
        schedule::{DatedSchedule, Schedule},
        streaks::StreakState,
        target::{DatedTarget, Metric, WeeklyTarget, WeeklyTargets},
    };

    use super::*;

    /// A Wednesday in Berlin.
    const NOW: &str = "2031-05-21T10:00:00Z";

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn total(text: &str, minutes: i32) -> DailyTotal {
        DailyTotal { day: day(text), minutes, logs: 1 }
    }

    fn facts(goals: Vec<GoalFacts>, year: Vec<DailyTotal>) -> Facts {
        let settings =
            CalendarSettings { zone: "Europe/Berlin".into(), week_start: Weekday::Monday, day_start_minute: 0 };
        let since = "2020-01-01T12:00:00Z".parse().expect("an instant");
        let calendar = Calendar::new(settings.beginning(since).expect("zone"));
        let state = StreakState::default();
        Facts { calendar, state, goals_met: [(day("2031-05-19"), 2)].into(), year, goals, recent_logs: vec![] }
    }

    fn goal(days: Vec<DailyTotal>) -> GoalFacts {
        let mut weekly_targets = WeeklyTargets::default();
        let target = |value| Some(WeeklyTarget { metric: Metric::Days, value });
        weekly_targets.set(DatedTarget { from_week: day("2031-05-12"), target: target(4) });
        weekly_targets.set(DatedTarget { from_week: day("2031-05-19"), target: target(2) });
        let mut state = StreakState::default();
        let schedule = Schedule::EveryDay { minutes_min: 30 };
        state.rules.schedules.set(DatedSchedule { from: day("2031-05-19"), schedule });
        GoalFacts {
            id: domain::GoalId::new(Default::default()),
            title: Personal::clear("Run"),
            target_date: Some(day("2031-05-30")),
            total_minutes: Some(200),
            minutes: 100,
            weekly_targets,
            state,
            first_logged: days.first().map(|first| first.day),
            days,
        }
    }

    #[test]
    fn the_year_is_53_whole_weeks_up_to_today() {
        let now = NOW.parse().expect("an instant");
        let every_day = day("2030-05-01").iter_days().take(500);
        let year = every_day.map(|day| DailyTotal { day, minutes: 1, logs: 1 }).collect();
        let told = facts(vec![], year).dashboard(now).expect("a zone").year;
        let (first, last) = (told[0].day, told[told.len() - 1].day);
        assert_eq!((first, last, told.len()), (day("2030-05-20"), day("2031-05-21"), 52 * 7 + 3));
        assert_eq!(Weekday::of(first), Weekday::Monday);
        assert_eq!(first + Days::new(52 * 7), day("2031-05-19"));
    }

    #[test]
    fn a_goals_week_is_judged_by_what_held_on_each_of_its_days() {
        let now = NOW.parse().expect("an instant");
        let days =
            vec![total("2031-05-13", 10), total("2031-05-19", 20), total("2031-05-20", 40), total("2031-05-21", 30)];
        let told = facts(vec![goal(days.clone())], days).dashboard(now).expect("a zone");
        let goal = &told.goals[0];
        assert_eq!((goal.week.minutes, goal.week.met_days, goal.week.share_percent), (90, 2, Some(100)));
        assert_eq!((goal.week.change.minutes, goal.week.change.met_days), (80, 1));
        assert_eq!((goal.due.due, goal.due.met, goal.due.minutes_needed), (true, true, 30));
        assert_eq!((goal.progress.percent, goal.pace.needed_minutes_a_day), (Some(50), Some(10)));
        assert_eq!(goal.pace.recent_minutes_a_day, Some(11), "a hundred minutes in nine days");
        assert_eq!((told.week.minutes, told.week.met_days), (90, 1), "only days that a goal was met count");
        assert_eq!(told.day_ends_at, "2031-05-21T22:00:00Z".parse::<DateTime<Utc>>().expect("an instant"));
    }
}
