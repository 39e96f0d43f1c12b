//! What a goal asks of today.

use chrono::DateTime;
use domain::{
    Calendar, CalendarSettings,
    calendar::{CalendarFact, Weekday},
    pauses::DayRange,
    schedule::{DatedSchedule, Schedule},
    streaks::StreakState,
};

use crate::given::day;

#[test]
fn a_day_is_due_by_its_weekday_or_while_the_rest_of_its_week_is_not_enough() {
    let calendar = Calendar::new(CalendarFact {
        from: day("2026-01-01"),
        starts_at: DateTime::default(),
        set_at: DateTime::default(),
        left_out: 0,
        settings: CalendarSettings { zone: "Europe/Berlin".into(), week_start: Weekday::Monday, day_start_minute: 0 },
    });
    let due = |schedule: &Schedule, pause: Option<&str>, logged: &[(&str, u32)], today: &str| {
        let mut state = StreakState::default();
        state.rules.schedules.set(DatedSchedule { from: day("2026-01-01"), schedule: schedule.clone() });
        pause.into_iter().for_each(|first| state.rules.pauses.add(DayRange::since(day(first))));
        let minutes = |date| logged.iter().filter(|(on, _)| day(on) == date).map(|(_, minutes)| *minutes).sum();
        let due = state.due(&calendar, day(today), &minutes);
        (due.due, due.met, due.paused, due.minutes_today)
    };
    let mondays = Schedule::Weekdays { weekdays: [Weekday::Monday].into(), minutes_min: 10 };
    assert_eq!(due(&mondays, None, &[("2026-05-18", 10)], "2026-05-18"), (true, true, false, 10));
    assert_eq!(due(&mondays, None, &[("2026-05-19", 9)], "2026-05-19"), (false, false, false, 9));
    assert_eq!(due(&mondays, Some("2026-05-18"), &[], "2026-05-18"), (false, false, true, 0));
    let twice = Schedule::DaysAWeek { days: 2, minutes_min: 10 };
    let (monday, tuesday, wednesday) = (("2026-05-18", 10), ("2026-05-19", 10), ("2026-05-20", 10));
    assert_eq!(due(&twice, None, &[monday], "2026-05-20"), (true, false, false, 0));
    assert_eq!(due(&twice, None, &[monday, wednesday], "2026-05-20"), (true, true, false, 10), "it was needed");
    assert_eq!(due(&twice, None, &[monday, tuesday], "2026-05-20"), (false, false, false, 0));
    assert_eq!(due(&twice, None, &[monday, tuesday, wednesday], "2026-05-20"), (false, true, false, 10));
}
