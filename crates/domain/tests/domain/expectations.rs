//! What a goal expects: set from today on, never backwards, and pauses of any days.

use chrono::Days;
use domain::{
    Goal, Personal, Refusal, Week,
    goal::{GoalEvent, PAUSES_MAX, PauseGoal, ResumeGoal},
    pauses::DayRange,
    schedule::Schedule,
    target::{Metric, WeeklyTarget},
    undo::{self, Today},
};

use crate::given::{at, day, given, past, undo, undoing};

const THRICE: Schedule = Schedule::DaysAWeek { days: 3, minutes_min: 20 };
const TARGET: WeeklyTarget = WeeklyTarget { metric: Metric::Minutes, value: 150 };

fn created() -> GoalEvent {
    let title = Personal::clear("Run");
    GoalEvent::GoalCreated { title, description: None, target_date: None, total_minutes: None }
}

fn scheduled(from: &str, schedule: Schedule) -> GoalEvent {
    GoalEvent::GoalScheduleSet { from: day(from), schedule }
}

fn this_week() -> Week {
    Week { first: day("2026-11-16"), last: day("2026-11-22") }
}

fn today() -> Today {
    Today { now: at("2026-11-21T12:00:00Z"), day: day("2026-11-21"), week: this_week() }
}

#[test]
fn a_schedule_holds_from_today_on() {
    let given = given::<Goal>([created()]);
    given.when(|goal| goal.set_schedule(&THRICE, day("2026-11-21"))).then([scheduled("2026-11-21", THRICE)]);
    given.when(|goal| goal.set_schedule(&Schedule::default(), day("2026-11-21"))).then_nothing();
}

#[test]
fn a_target_holds_from_this_week_on_until_it_is_withdrawn() {
    let set = GoalEvent::WeeklyTargetSet { from_week: day("2026-11-16"), target: TARGET };
    let withdrawn = GoalEvent::WeeklyTargetWithdrawn { from_week: day("2026-11-16") };
    let none = given::<Goal>([created()]);
    none.when(|goal| goal.set_weekly_target(TARGET, this_week())).then([set.clone()]);
    none.when(|goal| goal.withdraw_weekly_target(this_week())).then_nothing();
    let some = given::<Goal>([created(), set]);
    some.when(|goal| goal.set_weekly_target(TARGET, this_week())).then_nothing();
    some.when(|goal| goal.withdraw_weekly_target(this_week())).then([withdrawn]);
}

#[test]
fn a_pause_names_any_days_and_only_once() {
    let days = DayRange::new(day("2026-07-20"), day("2026-08-02"));
    let paused = GoalEvent::GoalPaused { days };
    let command = PauseGoal { first: Some(days.first), last: days.last };
    given::<Goal>([created()]).when(|goal| goal.pause(&command, day("2026-11-21"))).then([paused.clone()]);
    given::<Goal>([created(), paused]).when(|goal| goal.pause(&command, day("2026-11-21"))).then_nothing();
    let open = PauseGoal { first: None, last: None };
    let since_today = GoalEvent::GoalPaused { days: DayRange::since(day("2026-11-21")) };
    given::<Goal>([created()]).when(|goal| goal.pause(&open, day("2026-11-21"))).then([since_today]);
}

#[test]
fn a_range_that_ends_before_it_begins_is_refused() {
    let command = PauseGoal { first: Some(day("2026-08-02")), last: Some(day("2026-07-20")) };
    let refusal = Refusal::RangeReversed { first: day("2026-08-02"), last: day("2026-07-20") };
    given::<Goal>([created()]).when(|goal| goal.pause(&command, day("2026-11-21"))).then_refused(refusal);
}

#[test]
fn resuming_takes_days_out_of_a_pause() {
    let paused = GoalEvent::GoalPaused { days: DayRange::since(day("2026-11-01")) };
    let resumed = GoalEvent::GoalResumed { days: DayRange::since(day("2026-11-21")) };
    let command = ResumeGoal { first: None, last: None };
    given::<Goal>([created(), paused]).when(|goal| goal.resume(&command, day("2026-11-21"))).then([resumed]);
    given::<Goal>([created()]).when(|goal| goal.resume(&command, day("2026-11-21"))).then_nothing();
}

#[test]
fn a_goal_has_so_many_separate_pauses_at_most() {
    let refusal = Refusal::TooManyPauses { max: PAUSES_MAX };
    let paused = |days| GoalEvent::GoalPaused { days };
    let (first, today) = (day("2000-01-01"), day("2026-11-21"));
    let nth = |nth: usize| first + Days::new(2 * nth as u64);
    let alternate = (0..PAUSES_MAX).map(|it| paused(DayRange::new(nth(it), nth(it))));
    let goal = given::<Goal>([created()].into_iter().chain(alternate));
    let pause = |first, last| PauseGoal { first: Some(first), last };
    goal.when(|goal| goal.pause(&pause(nth(PAUSES_MAX), None), today)).then_refused(refusal.clone());
    // One that takes in others makes them fewer.
    let long = DayRange::new(first, nth(9));
    goal.when(|goal| goal.pause(&pause(long.first, long.last), today)).then([paused(long)]);
    // A day amid a pause makes two of it; one that is all of a pause takes it away.
    let resume = |day| ResumeGoal { first: Some(day), last: Some(day) };
    goal.when(|goal| goal.resume(&resume(first), today))
        .then([GoalEvent::GoalResumed { days: DayRange::new(first, first) }]);
    let long = [created(), paused(DayRange::new(day("1999-01-01"), day("1999-01-03")))];
    let alternate = (1..PAUSES_MAX).map(|it| paused(DayRange::new(nth(it), nth(it))));
    let goal = given::<Goal>(long.into_iter().chain(alternate));
    goal.when(|goal| goal.resume(&resume(day("1999-01-02")), today)).then_refused(refusal);
}

#[test]
fn an_archived_goal_expects_what_it_did() {
    let archived = given::<Goal>([created(), GoalEvent::GoalArchived {}]);
    archived.when(|goal| goal.set_schedule(&THRICE, day("2026-11-21"))).then_refused(Refusal::GoalArchived);
    archived.when(|goal| goal.set_weekly_target(TARGET, this_week())).then_refused(Refusal::GoalArchived);
}

#[test]
fn undoing_a_schedule_sets_its_predecessor_from_today() {
    let stream = [created(), scheduled("2026-11-02", THRICE)];
    let undone = undo::<Goal>(&stream, 2, today());
    assert_eq!(undone, Ok(vec![scheduled("2026-11-21", Schedule::default())]));
    let five = Schedule::DaysAWeek { days: 5, minutes_min: 1 };
    let stream = [created(), scheduled("2026-11-02", THRICE), scheduled("2026-11-10", five)];
    let changed = Err(Refusal::ChangedSince { field: "schedule".into() });
    assert_eq!(undo::<Goal>(&stream, 2, today()), changed);
}

#[test]
fn undoing_a_target_sets_its_predecessor_from_this_week() {
    let set = |from: &str, value| GoalEvent::WeeklyTargetSet {
        from_week: day(from),
        target: WeeklyTarget { metric: Metric::Minutes, value },
    };
    let stream = [created(), set("2026-10-05", 100), set("2026-11-02", 200)];
    assert_eq!(undo::<Goal>(&stream, 3, today()), Ok(vec![set("2026-11-16", 100)]));
    let withdrawn = GoalEvent::WeeklyTargetWithdrawn { from_week: day("2026-11-16") };
    assert_eq!(undo::<Goal>(&stream[..2], 2, today()), Ok(vec![withdrawn]));
}

#[test]
fn undoing_a_pause_resumes_the_days_it_paused_and_no_others() {
    let pause = |first: &str, last: &str| GoalEvent::GoalPaused { days: DayRange::new(day(first), day(last)) };
    let stream = [created(), pause("2026-11-01", "2026-11-05"), pause("2026-11-03", "2026-11-10")];
    let resumed = GoalEvent::GoalResumed { days: DayRange::new(day("2026-11-06"), day("2026-11-10")) };
    assert_eq!(undo::<Goal>(&stream, 3, today()), Ok(vec![resumed.clone()]));
    let resumed_since = [stream.as_slice(), &[resumed]].concat();
    let changed = Err(Refusal::ChangedSince { field: "pauses".into() });
    assert_eq!(undo::<Goal>(&resumed_since, 3, today()), changed);
    assert_eq!(undo::<Goal>(&resumed_since, 4, today()), Ok(vec![pause("2026-11-06", "2026-11-10")]));
}

#[test]
fn undoing_a_pause_leaves_alone_what_was_named_since_and_stands() {
    let pause = |first: &str, last: &str| GoalEvent::GoalPaused { days: DayRange::new(day(first), day(last)) };
    let resume = |first: &str, last: &str| GoalEvent::GoalResumed { days: DayRange::new(day(first), day(last)) };
    let changed = Err(Refusal::ChangedSince { field: "pauses".into() });
    let stream = [created(), pause("2026-11-01", "2026-11-10"), pause("2026-11-05", "2026-11-15")];
    assert_eq!(undo::<Goal>(&stream, 2, today()), changed, "from the 5th on, the later pause was meant as well");
    let elsewhere = [created(), pause("2026-11-01", "2026-11-10"), pause("2026-11-11", "2026-11-15")];
    assert_eq!(undo::<Goal>(&elsewhere, 2, today()), Ok(vec![resume("2026-11-01", "2026-11-10")]));
    // The later one is taken back itself, and then is not.
    let mut stream: Vec<_> = (1..).zip(stream).map(|(number, event)| past(number, event)).collect();
    stream.push(undoing(4, 4, 3, resume("2026-11-11", "2026-11-15")));
    assert_eq!(undo::undo::<Goal>(&stream, 2, today()), Ok(vec![resume("2026-11-01", "2026-11-10")]));
    stream.push(undoing(5, 5, 4, pause("2026-11-11", "2026-11-15")));
    assert_eq!(undo::undo::<Goal>(&stream, 2, today()), changed);
}

#[test]
fn what_was_undone_by_several_events_is_done_again_by_as_many() {
    let pause = |first: &str, last: &str| GoalEvent::GoalPaused { days: DayRange::new(day(first), day(last)) };
    let resume = |first: &str, last: &str| GoalEvent::GoalResumed { days: DayRange::new(day(first), day(last)) };
    let stream = [created(), pause("2026-11-04", "2026-11-06"), pause("2026-11-01", "2026-11-10")];
    let mut stream: Vec<_> = (1..).zip(stream).map(|(number, event)| past(number, event)).collect();
    let undone = undo::undo::<Goal>(&stream, 3, today()).expect("undone");
    assert_eq!(undone, [resume("2026-11-01", "2026-11-03"), resume("2026-11-07", "2026-11-10")]);
    stream.extend((4..).zip(undone).map(|(number, event)| undoing(number, 9, 3, event)));
    let again = vec![pause("2026-11-07", "2026-11-10"), pause("2026-11-01", "2026-11-03")];
    for part in [4, 5] {
        assert_eq!(undo::undo::<Goal>(&stream, part, today()), Ok(again.clone()));
    }
}
