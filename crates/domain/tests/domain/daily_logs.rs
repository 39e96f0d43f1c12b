//! What daily logs decide.

use domain::{
    DailyLog, Goal, Personal, Refusal,
    daily_log::{CorrectLog, Counted, DailyLogEvent, LogDay},
    goal::GoalEvent,
};

use crate::given::{day, given, id};

const ZONE: &str = "Europe/Berlin";

fn counted(date: &str, minutes: u16) -> Counted {
    Counted { day: day(date), minutes }
}

fn created() -> DailyLogEvent {
    DailyLogEvent::DailyLogCreated {
        goal_id: id(3),
        counted: counted("2026-05-20", 45),
        zone: ZONE.into(),
        text: Some(Personal::clear("By the river")),
    }
}

fn withdrawn() -> DailyLogEvent {
    DailyLogEvent::DailyLogWithdrawn { goal_id: id(3), was: counted("2026-05-20", 45) }
}

fn log(date: Option<&str>) -> LogDay {
    let text = Some(Personal::clear("By the river"));
    LogDay { id: None, goal_id: id(3), day: date.map(day), minutes: 45, text }
}

fn goal(events: impl IntoIterator<Item = GoalEvent>) -> Goal {
    let title = Personal::clear("Run");
    let created = GoalEvent::GoalCreated { title, description: None, target_date: None, total_minutes: None };
    given::<Goal>([created].into_iter().chain(events)).state().clone()
}

fn corrected(minutes: Option<u16>, date: Option<&str>) -> CorrectLog {
    CorrectLog { day: date.map(day), minutes, text: None }
}

#[test]
fn a_log_without_a_day_is_for_today() {
    given::<DailyLog>([]).when(|entry| entry.create(&log(None), &goal([]), day("2026-05-20"), ZONE)).then([created()]);
}

#[test]
fn a_log_may_be_for_a_day_long_gone_but_never_for_one_not_begun() {
    let nothing = given::<DailyLog>([]);
    let create = |date| nothing.when(move |entry| entry.create(&log(Some(date)), &goal([]), day("2026-05-20"), ZONE));
    create("2026-05-20").then([created()]);
    assert!(nothing.state().create(&log(Some("1999-12-31")), &goal([]), day("2026-05-20"), ZONE).is_ok());
    let tomorrow = Refusal::DayNotBegun { day: day("2026-05-21"), today: day("2026-05-20") };
    create("2026-05-21").then_refused(tomorrow);
}

#[test]
fn a_log_needs_a_goal_that_takes_logs() {
    let today = day("2026-05-20");
    let nothing = given::<DailyLog>([]);
    nothing
        .when(|entry| entry.create(&log(None), &Goal::default(), today, ZONE))
        .then_refused(Refusal::NotFound { what: "goal".into() });
    let archived = goal([GoalEvent::GoalArchived {}]);
    nothing.when(|entry| entry.create(&log(None), &archived, today, ZONE)).then_refused(Refusal::GoalArchived);
    let completed = goal([GoalEvent::GoalCompleted {}]);
    nothing.when(|entry| entry.create(&log(None), &completed, today, ZONE)).then([created()]);
}

#[test]
fn an_id_that_was_used_is_taken() {
    given::<DailyLog>([created()])
        .when(|entry| entry.create(&log(None), &goal([]), day("2026-05-20"), ZONE))
        .then_refused(Refusal::IdTaken { what: "daily-log".into() });
}

#[test]
fn a_correction_says_what_it_takes_away_and_what_it_adds() {
    let correct = |command| given::<DailyLog>([created()]).when(|entry| entry.correct(&command, day("2026-05-22")));
    let event = |counted| DailyLogEvent::DailyLogCorrected {
        goal_id: id(3),
        was: Counted { day: day("2026-05-20"), minutes: 45 },
        counted,
        text: None,
    };
    correct(corrected(Some(30), None)).then([event(counted("2026-05-20", 30))]);
    correct(corrected(None, Some("2026-05-19"))).then([event(counted("2026-05-19", 45))]);
    correct(corrected(Some(0), Some("2026-05-22"))).then([event(counted("2026-05-22", 0))]);
    correct(corrected(Some(45), Some("2026-05-20"))).then_nothing();
    correct(corrected(None, None)).then_nothing();
}

#[test]
fn a_correction_cannot_move_a_log_to_a_day_not_begun() {
    let entry = given::<DailyLog>([created()]);
    let later = corrected(None, Some("2026-05-21"));
    let refusal = Refusal::DayNotBegun { day: day("2026-05-21"), today: day("2026-05-20") };
    entry.when(|entry| entry.correct(&later, day("2026-05-20"))).then_refused(refusal);
}

#[test]
fn a_correction_changes_the_text_or_clears_it() {
    let entry = given::<DailyLog>([created()]);
    let with = |text| CorrectLog { text: Some(text), ..CorrectLog::default() };
    let same = counted("2026-05-20", 45);
    let event = |text| DailyLogEvent::DailyLogCorrected { goal_id: id(3), was: same, counted: same, text };
    let today = day("2026-05-20");
    let other = Some(Personal::clear("In the woods"));
    entry.when(|entry| entry.correct(&with(other.clone()), today)).then([event(Some(other.clone()))]);
    entry.when(|entry| entry.correct(&with(None), today)).then([event(Some(None))]);
    entry.when(|entry| entry.correct(&with(Some(Personal::clear("By the river"))), today)).then_nothing();
    assert_eq!(given::<DailyLog>([created(), event(Some(None))]).state().text, None);
    assert_eq!(given::<DailyLog>([created(), event(None)]).state().text, Some(Personal::clear("By the river")));
}

#[test]
fn a_log_is_withdrawn_and_restored_as_it_was_corrected_last() {
    let last = counted("2026-05-19", 30);
    let correction =
        DailyLogEvent::DailyLogCorrected { goal_id: id(3), was: counted("2026-05-20", 45), counted: last, text: None };
    let gone = DailyLogEvent::DailyLogWithdrawn { goal_id: id(3), was: last };
    given::<DailyLog>([created(), correction.clone()]).when(DailyLog::withdraw).then([gone.clone()]);
    given::<DailyLog>([created(), correction, gone])
        .when(DailyLog::restore)
        .then([DailyLogEvent::DailyLogRestored { goal_id: id(3), counted: last }]);
}

#[test]
fn a_withdrawn_log_takes_nothing_but_its_restoration() {
    let gone = given::<DailyLog>([created(), withdrawn()]);
    gone.when(|entry| entry.correct(&corrected(Some(1), None), day("2026-05-20"))).then_refused(Refusal::LogWithdrawn);
    gone.when(DailyLog::withdraw).then_refused(Refusal::LogWithdrawn);
    given::<DailyLog>([created()]).when(DailyLog::restore).then_refused(Refusal::LogNotWithdrawn);
}

#[test]
fn nothing_but_creation_can_happen_to_a_log_that_does_not_exist() {
    let nothing = given::<DailyLog>([]);
    let unknown = || Refusal::NotFound { what: "daily-log".into() };
    nothing.when(|entry| entry.correct(&CorrectLog::default(), day("2026-05-20"))).then_refused(unknown());
    nothing.when(DailyLog::withdraw).then_refused(unknown());
    nothing.when(DailyLog::restore).then_refused(unknown());
}

#[test]
fn totals_follow_from_what_events_take_and_add() {
    let mut minutes = 0;
    let mut events = DailyLogEvent::samples();
    events.extend([DailyLogEvent::DailyLogWithdrawn { goal_id: id(3), was: counted("2026-05-20", 30) }]);
    for event in &events {
        minutes -= event.takes().map_or(0, |taken| i32::from(taken.minutes));
        minutes += event.adds().map_or(0, |added| i32::from(added.minutes));
    }
    assert_eq!(minutes, 0);
}
