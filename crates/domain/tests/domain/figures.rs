//! Weekly figures, progress, pace and forecast.

use chrono::{Days, NaiveDate};
use domain::{
    Week,
    figures::{BestDay, DayFigures, WeekChange, WeekFigures},
    pace::{Pace, Progress, Recent},
    target::{Metric, WeeklyTarget},
};

use crate::given::day;

const TODAY: &str = "2026-05-20";

fn figures(date: &str, minutes: u32, logs: u32, met: bool) -> DayFigures {
    DayFigures { day: day(date), minutes, logs, met }
}

fn week(first: &str, last: &str) -> Week {
    Week { first: day(first), last: day(last) }
}

#[test]
fn a_week_adds_up_its_days_and_compares_them_with_the_week_before() {
    let days = [
        figures("2026-05-10", 500, 9, true),
        figures("2026-05-11", 40, 2, true),
        figures("2026-05-17", 5, 1, false),
        figures("2026-05-18", 30, 1, true),
        figures("2026-05-20", 30, 3, true),
        figures("2026-05-25", 500, 9, true),
    ];
    let target = Some(WeeklyTarget { metric: Metric::Days, value: 3 });
    let of =
        |target| WeekFigures::of(week("2026-05-18", "2026-05-24"), week("2026-05-11", "2026-05-17"), &days, target);
    let figures = of(target);
    assert_eq!((figures.minutes, figures.met_days, figures.logs), (60, 2, 4));
    assert_eq!(figures.share_percent, Some(66), "rounded down, so that 100 says reached");
    assert_eq!(figures.best_day, Some(BestDay { day: day("2026-05-18"), minutes: 30 }), "the first of equals");
    assert_eq!(figures.change, WeekChange { minutes: 15, met_days: 1, logs: 1 });
    let share = |metric, value| of(Some(WeeklyTarget { metric, value })).share_percent;
    assert_eq!((share(Metric::Minutes, 60), share(Metric::Minutes, 61)), (Some(100), Some(98)));
    assert_eq!((share(Metric::Logs, 2), of(None).share_percent), (Some(200), None));
}

#[test]
fn progress_is_rounded_down_and_may_pass_the_total() {
    let percent = |minutes| Progress::of(Some(600), minutes).percent;
    assert_eq!((percent(0), percent(599), percent(600), percent(900)), (Some(0), Some(99), Some(100), Some(150)));
    assert_eq!(Progress::of(None, 30).percent, None);
    assert_eq!(Progress::of(Some(600), 900).rest_minutes(), Some(0));
}

fn recent(logs: &[(u64, u32)]) -> Option<Recent> {
    let today = day(TODAY);
    let on = |ago: &u64| today - Days::new(*ago);
    let first = logs.iter().map(|(ago, _)| on(ago)).min();
    Recent::until(today, first, |date: NaiveDate| {
        logs.iter().filter(|(ago, _)| on(ago) == date).map(|(_, minutes)| *minutes).sum()
    })
}

#[test]
fn the_recent_pace_is_that_of_28_days_or_of_those_since_the_first_log() {
    assert_eq!(recent(&[]), None);
    assert_eq!(recent(&[(0, 30)]), Some(Recent { minutes: 30, days: 1 }));
    assert_eq!(recent(&[(1, 30)]), Some(Recent { minutes: 30, days: 1 }), "today is not over");
    assert_eq!(recent(&[(6, 30), (0, 40)]), Some(Recent { minutes: 70, days: 7 }));
    assert_eq!(recent(&[(28, 30), (1, 10)]), Some(Recent { minutes: 40, days: 28 }));
    assert_eq!(recent(&[(28, 30), (0, 10)]), Some(Recent { minutes: 10, days: 28 }));
    assert_eq!(recent(&[(400, 30)]), Some(Recent { minutes: 0, days: 28 }));
}

fn pace(target_date: Option<&str>, done: u32, logged_today: bool, recent: Option<Recent>) -> Pace {
    let progress = Progress::of(Some(600), done);
    Pace::on(day(TODAY), target_date.map(day), &progress, recent, logged_today)
}

#[test]
fn what_is_left_is_spread_over_the_days_that_are_left() {
    let ten = Some(Recent { minutes: 280, days: 28 });
    // 300 minutes at 10 a day take 30 days, of which today is the first.
    let on_time = pace(Some("2026-06-18"), 300, false, ten);
    assert_eq!((on_time.needed_minutes_a_day, on_time.recent_minutes_a_day), (Some(10), Some(10)));
    assert_eq!((on_time.reached_on, on_time.on_time), (Some(day("2026-06-18")), Some(true)));
    let late = pace(Some("2026-06-18"), 300, true, ten);
    assert_eq!((late.reached_on, late.on_time), (Some(day("2026-06-19")), Some(false)));
    let last_day = pace(Some(TODAY), 300, false, ten);
    assert_eq!((last_day.needed_minutes_a_day, last_day.on_time), (Some(300), Some(false)));
}

#[test]
fn no_forecast_is_made_where_there_is_nothing_to_go_by() {
    let passed = pace(Some("2026-05-19"), 300, false, Some(Recent { minutes: 28, days: 28 }));
    assert_eq!((passed.needed_minutes_a_day, passed.on_time), (None, Some(false)));
    let idle = pace(Some("2026-06-18"), 300, false, Some(Recent { minutes: 0, days: 28 }));
    assert_eq!((idle.reached_on, idle.on_time, idle.recent_minutes_a_day), (None, Some(false), Some(0)));
    let never = pace(None, 300, false, None);
    assert_eq!((never.reached_on, never.on_time, never.recent_minutes_a_day), (None, None, None));
    let crawling = Progress::of(Some(52_704_000), 0);
    let crawling = Pace::on(day(TODAY), None, &crawling, Some(Recent { minutes: 1, days: 28 }), false);
    assert_eq!(crawling.reached_on, None, "in four million years");
    let done = pace(Some("2026-06-18"), 600, true, Some(Recent { minutes: 28, days: 28 }));
    assert_eq!((done.needed_minutes_a_day, done.reached_on, done.on_time), (Some(0), None, None));
}
