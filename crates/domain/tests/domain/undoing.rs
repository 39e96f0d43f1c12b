//! Taking back events: the fields they changed, and no others.

use std::collections::BTreeMap;

use domain::{
    DailyLog, Goal, Personal, Refusal, User, Week, Workspace,
    calendar::Weekday,
    daily_log::{Counted, DailyLogEvent},
    goal::GoalEvent,
    pauses::DayRange,
    schedule::Schedule,
    undo::{Link, Today, undone_by},
    user::{Theme, UserEvent},
    workspace::WorkspaceEvent,
};

use crate::given::{at, day, id, past, undo, undoing};

fn today() -> Today {
    let week = Week { first: day("2026-11-16"), last: day("2026-11-22") };
    Today { now: at("2026-11-21T12:00:00Z"), day: day("2026-11-21"), week }
}

fn goal(title: &str) -> GoalEvent {
    goal_titled(Personal::clear(title))
}

fn goal_titled(title: Personal) -> GoalEvent {
    GoalEvent::GoalCreated { title, description: None, target_date: None, total_minutes: None }
}

fn titled(title: &str) -> GoalEvent {
    let title = Some(Personal::clear(title));
    GoalEvent::GoalRevised { title, description: None, target_date: None, total_minutes: None }
}

fn totalled(minutes: Option<u32>) -> GoalEvent {
    GoalEvent::GoalRevised { title: None, description: None, target_date: None, total_minutes: Some(minutes) }
}

fn changed_since(field: &'static str) -> Refusal {
    Refusal::ChangedSince { field: field.into() }
}

#[test]
fn undoing_a_revision_restores_what_it_changed_and_leaves_what_came_later() {
    let stream = [goal("Run"), titled("Walk"), totalled(Some(600))];
    assert_eq!(undo::<Goal>(&stream, 2, today()), Ok(vec![titled("Run")]));
    assert_eq!(undo::<Goal>(&stream, 3, today()), Ok(vec![totalled(None)]));
}

#[test]
fn undoing_an_undo_does_it_again() {
    let stream = [goal("Run"), titled("Walk"), titled("Run")];
    assert_eq!(undo::<Goal>(&stream, 3, today()), Ok(vec![titled("Walk")]));
}

#[test]
fn a_text_that_was_erased_since_is_not_given_back() {
    let erased = Some(Personal::Erased);
    let erased = GoalEvent::GoalRevised { title: erased, description: None, target_date: None, total_minutes: None };
    let refusal = Refusal::TextErased { field: "title".into() };
    assert_eq!(undo::<Goal>(&[goal("Run"), erased.clone(), titled("Swim")], 3, today()), Err(refusal.clone()));
    // Nor is it taken for one that was left alone, where what replaced it is erased as well.
    let GoalEvent::GoalRevised { title, .. } = erased else { unreachable!() };
    let twice = GoalEvent::GoalRevised { title, description: None, target_date: None, total_minutes: Some(Some(9)) };
    assert_eq!(undo::<Goal>(&[goal_titled(Personal::Erased), twice], 2, today()), Err(refusal));
}

#[test]
fn what_was_changed_since_is_not_undone() {
    let stream = [goal("Run"), titled("Walk"), titled("Swim")];
    assert_eq!(undo::<Goal>(&stream, 2, today()), Err(changed_since("title")));
    let stream = [goal("Run"), GoalEvent::GoalCompleted {}, GoalEvent::GoalReopened {}];
    assert_eq!(undo::<Goal>(&stream, 2, today()), Err(changed_since("completed")));
}

#[test]
fn what_was_changed_since_and_back_again_is_not_undone_either() {
    let (completed, reopened) = (GoalEvent::GoalCompleted {}, GoalEvent::GoalReopened {});
    let stream = [goal("Run"), completed.clone(), reopened, completed];
    assert_eq!(undo::<Goal>(&stream, 2, today()), Err(changed_since("completed")), "today's completion stays");
    assert_eq!(undo::<Goal>(&stream, 4, today()), Ok(vec![GoalEvent::GoalReopened {}]));
    let stream = [goal("Run"), titled("Walk"), titled("Run"), totalled(Some(600)), titled("Walk")];
    assert_eq!(undo::<Goal>(&stream, 2, today()), Err(changed_since("title")));
    assert_eq!(undo::<Goal>(&stream, 4, today()), Ok(vec![totalled(None)]), "another field is another matter");

    let scheduled = |from, minutes_min| GoalEvent::GoalScheduleSet {
        from: day(from),
        schedule: Schedule::EveryDay { minutes_min },
    };
    let (first, second, third) = (scheduled("2026-11-01", 20), scheduled("2026-11-05", 5), scheduled("2026-11-10", 20));
    let stream = [goal("Run"), first, second, third];
    assert_eq!(undo::<Goal>(&stream, 2, today()), Err(changed_since("schedule")));

    // What was taken back since is as if it had never been.
    let stream =
        [past(1, goal("Run")), past(2, titled("Walk")), past(3, titled("Swim")), undoing(4, 4, 3, titled("Walk"))];
    assert_eq!(domain::undo::undo::<Goal>(&stream, 2, today()), Ok(vec![titled("Run")]));
}

#[test]
fn a_goal_that_should_not_have_been_is_put_away() {
    let stream = [goal("Run")];
    assert_eq!(undo::<Goal>(&stream, 1, today()), Ok(vec![GoalEvent::GoalArchived {}]));
    let stream = [goal("Run"), GoalEvent::GoalArchived {}];
    assert_eq!(undo::<Goal>(&stream, 2, today()), Ok(vec![GoalEvent::GoalRestored {}]));
    assert_eq!(undo::<Goal>(&stream, 1, today()), Err(Refusal::GoalArchived));
}

#[test]
fn a_goal_put_away_is_changed_by_no_undo() {
    let stream = [goal("Run"), titled("Walk"), GoalEvent::GoalArchived {}];
    assert_eq!(undo::<Goal>(&stream, 2, today()), Err(Refusal::GoalArchived));
    let days = DayRange::new(day("2026-11-01"), day("2026-11-05"));
    let (paused, resumed) = (GoalEvent::GoalPaused { days }, GoalEvent::GoalResumed { days });
    let stream = [goal("Run"), paused, resumed, GoalEvent::GoalArchived {}];
    assert_eq!(undo::<Goal>(&stream, 3, today()), Err(Refusal::GoalArchived));
    assert_eq!(undo::<Goal>(&[&stream[..2], &stream[3..]].concat(), 2, today()), Err(Refusal::GoalArchived));
}

#[test]
fn what_took_something_back_is_told_until_it_is_taken_back_itself() {
    let links = [past(1, ()), past(2, ()), undoing(3, 3, 2, ()), undoing(4, 4, 3, ())].map(|past| past.link);
    let undone = |links: &[Link]| undone_by(links).into_iter().collect::<BTreeMap<_, _>>();
    assert_eq!(undone(&links[..3]), BTreeMap::from([(id(2), id(3))]));
    assert_eq!(undone(&links), BTreeMap::from([(id(3), id(4))]));
    // An undoing of two events goes as a whole.
    let links = [past(1, ()), undoing(2, 9, 1, ()), undoing(3, 9, 1, ()), undoing(4, 4, 3, ())].map(|past| past.link);
    assert_eq!(undone(&links), BTreeMap::from([(id(2), id(4)), (id(3), id(4))]));
}

#[test]
fn what_is_undone_is_not_undone_twice_until_it_is_done_again() {
    let undone = [past(1, goal("Run")), past(2, titled("Walk")), undoing(3, 3, 2, titled("Run"))];
    assert_eq!(domain::undo::undo::<Goal>(&undone, 2, today()), Err(Refusal::UndoneAlready));
    let done_again = [&undone[..], &[undoing(4, 4, 3, titled("Walk"))]].concat();
    assert_eq!(domain::undo::undo::<Goal>(&done_again, 3, today()), Err(Refusal::UndoneAlready));
    assert_eq!(domain::undo::undo::<Goal>(&done_again, 2, today()), Ok(vec![titled("Run")]));
    // What goes for fields goes for the rest.
    let put_away = [past(1, goal("Run")), undoing(2, 2, 1, GoalEvent::GoalArchived {})];
    assert_eq!(domain::undo::undo::<Goal>(&put_away, 1, today()), Err(Refusal::UndoneAlready));
}

#[test]
fn an_event_that_is_not_there_is_not_undone() {
    for version in [0, 2, u32::MAX] {
        assert_eq!(undo::<Goal>(&[goal("Run")], version, today()), Err(Refusal::not_found::<Goal>()));
    }
}

#[test]
fn undoing_a_correction_brings_back_the_fields_it_changed() {
    let counted = |minutes| Counted { day: day("2026-11-20"), minutes };
    let created =
        DailyLogEvent::DailyLogCreated { goal_id: id(1), counted: counted(30), zone: "Etc/UTC".into(), text: None };
    let corrected = |was, is| DailyLogEvent::DailyLogCorrected {
        goal_id: id(1),
        was: counted(was),
        counted: counted(is),
        text: None,
    };
    let noted = DailyLogEvent::DailyLogCorrected {
        goal_id: id(1),
        was: counted(45),
        counted: counted(45),
        text: Some(Some(Personal::clear("uphill"))),
    };
    let stream = [created.clone(), corrected(30, 45), noted];
    assert_eq!(undo::<DailyLog>(&stream, 2, today()), Ok(vec![corrected(45, 30)]), "the later note stays");
    let stream = [created.clone(), corrected(30, 45), corrected(45, 60)];
    assert_eq!(undo::<DailyLog>(&stream, 2, today()), Err(changed_since("minutes")));
    let withdrawn = DailyLogEvent::DailyLogWithdrawn { goal_id: id(1), was: counted(30) };
    assert_eq!(undo::<DailyLog>(std::slice::from_ref(&created), 1, today()), Ok(vec![withdrawn.clone()]));
    let restored = DailyLogEvent::DailyLogRestored { goal_id: id(1), counted: counted(30) };
    assert_eq!(undo::<DailyLog>(&[created, withdrawn], 2, today()), Ok(vec![restored]));
}

#[test]
fn nobody_undoes_having_signed_up() {
    let registered = UserEvent::UserRegistered {
        email: Personal::clear("ada@example.org"),
        name: None,
        workspace_id: id(2),
        language: domain::user::Language::En,
    };
    let dark = UserEvent::UserPreferencesChanged { language: None, theme: Some(Theme::Dark) };
    let system = UserEvent::UserPreferencesChanged { language: None, theme: Some(Theme::System) };
    assert_eq!(undo::<User>(std::slice::from_ref(&registered), 1, today()), Err(Refusal::NotUndoable));
    let erased = [registered.clone(), UserEvent::UserErased {}];
    assert_eq!(undo::<User>(&erased, 2, today()), Err(Refusal::NotUndoable));
    assert_eq!(undo::<User>(&[registered, dark], 2, today()), Ok(vec![system]));
}

#[test]
fn undoing_a_calendar_puts_the_one_before_in_force_from_the_next_day_on() {
    let mut workspace = Workspace::default();
    let settings =
        |zone: &str| domain::CalendarSettings { zone: zone.into(), week_start: Weekday::Monday, day_start_minute: 0 };
    let mut stream: Vec<WorkspaceEvent> =
        workspace.create(id(1), settings("Europe/Berlin"), at("2026-11-01T12:00:00Z")).expect("created");
    stream.iter().for_each(|event| domain::Aggregate::evolve(&mut workspace, event));
    stream.extend(workspace.set_calendar(&settings("Asia/Tokyo"), at("2026-11-10T12:00:00Z")).expect("set"));
    let undone = undo::<Workspace>(&stream, 2, today()).expect("undone");
    let [WorkspaceEvent::WorkspaceCalendarSet { calendar }] = undone.as_slice() else { panic!("{undone:?}") };
    assert_eq!((calendar.settings.zone.as_str(), calendar.from), ("Europe/Berlin", day("2026-11-22")));
    assert_eq!(undo::<Workspace>(&stream, 1, today()), Err(Refusal::NotUndoable));
}

#[test]
fn nobody_undoes_that_a_week_was_over() {
    let closed = WorkspaceEvent::WeekClosed {
        first: day("2026-11-02"),
        last: day("2026-11-08"),
        ends_at: at("2026-11-08T23:00:00Z"),
    };
    assert_eq!(undo::<Workspace>(&[closed], 1, today()), Err(Refusal::NotUndoable));
}
