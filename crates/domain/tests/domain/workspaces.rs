//! What workspaces decide.

use domain::{
    CalendarSettings, Personal, Refusal, Role, Week, Workspace,
    calendar::{CalendarFact, Weekday},
    workspace::{RenameWorkspace, WorkspaceEvent},
};

use crate::given::{at, day, given, id};

fn settings(zone: &str) -> CalendarSettings {
    CalendarSettings { zone: zone.into(), week_start: Weekday::Monday, day_start_minute: 240 }
}

fn berlin() -> CalendarFact {
    CalendarFact {
        from: day("2026-05-19"),
        starts_at: at("2026-05-19T02:00:00Z"),
        set_at: at("2026-05-20T01:00:00Z"),
        left_out: 0,
        settings: settings("Europe/Berlin"),
    }
}

fn created() -> WorkspaceEvent {
    WorkspaceEvent::WorkspaceCreated { owner: id(7), name: None, calendar: berlin() }
}

fn unknown() -> Refusal {
    Refusal::NotFound { what: "workspace".into() }
}

fn mars() -> Refusal {
    Refusal::UnknownZone { zone: "Mars/Olympus".into() }
}

#[test]
fn a_workspace_begins_on_the_day_it_is_by_its_day_start() {
    given::<Workspace>([])
        .when(|workspace| workspace.create(id(7), settings("Europe/Berlin"), at("2026-05-20T01:00:00Z")))
        .then([created()]);
}

#[test]
fn a_workspace_is_created_once_and_in_a_zone_that_is_known() {
    let now = at("2026-05-20T01:00:00Z");
    given::<Workspace>([created()])
        .when(|workspace| workspace.create(id(7), settings("Europe/Berlin"), now))
        .then_refused(Refusal::IdTaken { what: "workspace".into() });
    given::<Workspace>([])
        .when(|workspace| workspace.create(id(7), settings("Mars/Olympus"), now))
        .then_refused(mars());
}

#[test]
fn a_workspace_is_renamed_unless_the_name_stays() {
    let command = RenameWorkspace { name: Some(Personal::clear("At home")) };
    let renamed = WorkspaceEvent::WorkspaceRenamed { name: Some(Personal::clear("At home")) };
    given::<Workspace>([created()]).when(|workspace| workspace.rename(&command)).then([renamed.clone()]);
    given::<Workspace>([created(), renamed]).when(|workspace| workspace.rename(&command)).then_nothing();
}

#[test]
fn nothing_but_creation_can_happen_to_a_workspace_that_does_not_exist() {
    let nobody = given::<Workspace>([]);
    let command = RenameWorkspace { name: Some(Personal::clear("At home")) };
    nobody.when(|workspace| workspace.rename(&command)).then_refused(unknown());
    let now = at("2026-05-20T10:00:00Z");
    nobody.when(|workspace| workspace.set_calendar(&settings("Asia/Tokyo"), now)).then_refused(unknown());
    assert_eq!(nobody.state().permit(id(7), Role::Viewer), Err(unknown()));
}

#[test]
fn another_calendar_holds_from_the_next_day_that_begins_under_it() {
    let now = at("2026-05-20T10:00:00Z");
    let tokyo = CalendarFact {
        from: day("2026-05-21"),
        starts_at: at("2026-05-20T19:00:00Z"),
        set_at: now,
        left_out: 0,
        settings: settings("Asia/Tokyo"),
    };
    let here = given::<Workspace>([created()]);
    here.when(|workspace| workspace.set_calendar(&settings("Asia/Tokyo"), now))
        .then([WorkspaceEvent::WorkspaceCalendarSet { calendar: tokyo }]);
    here.when(|workspace| workspace.set_calendar(&settings("Europe/Berlin"), now)).then_nothing();
    here.when(|workspace| workspace.set_calendar(&settings("Mars/Olympus"), now)).then_refused(mars());
}

#[test]
fn a_role_includes_those_below_it_and_a_stranger_learns_nothing() {
    let here = given::<Workspace>([created()]);
    let mut workspace = here.state().clone();
    workspace.members.insert(id(8), Role::Editor);
    assert_eq!(workspace.permit(id(7), Role::Owner), Ok(()));
    assert_eq!(workspace.permit(id(8), Role::Viewer), Ok(()));
    assert_eq!(workspace.permit(id(8), Role::Editor), Ok(()));
    assert_eq!(workspace.permit(id(8), Role::Owner), Err(Refusal::NotAllowed));
    assert_eq!(workspace.permit(id(9), Role::Viewer), Err(unknown()));
}

fn closed(first: &str, last: &str, ends_at: &str) -> WorkspaceEvent {
    WorkspaceEvent::WeekClosed { first: day(first), last: day(last), ends_at: at(ends_at) }
}

/// The week in which the workspace was made; its days begin at four o'clock in Berlin.
fn first_week() -> WorkspaceEvent {
    closed("2026-05-18", "2026-05-24", "2026-05-25T02:00:00Z")
}

fn not_over(first: &str) -> Refusal {
    Refusal::WeekNotOver { first: day(first) }
}

#[test]
fn a_week_is_closed_once_and_only_when_it_is_over() {
    let close = |now: &'static str| {
        move |workspace: &Workspace| workspace.close_week(day("2026-05-18"), day("2026-05-20"), at(now))
    };
    given::<Workspace>([created()]).when(close("2026-05-25T01:59:59Z")).then_refused(not_over("2026-05-18"));
    given::<Workspace>([created()]).when(close("2026-05-25T02:00:00Z")).then([first_week()]);
    given::<Workspace>([created()]).when(close("2026-06-15T10:00:00Z")).then([first_week()]);
    given::<Workspace>([created(), first_week()]).when(close("2026-06-15T10:00:00Z")).then_nothing();
    given::<Workspace>([]).when(close("2026-06-15T10:00:00Z")).then_refused(unknown());
}

#[test]
fn weeks_are_closed_in_order() {
    let now = at("2026-06-08T10:00:00Z");
    let active_on = day("2026-05-20");
    let behind = given::<Workspace>([created()]);
    let weeks = behind.state().weeks_to_close(active_on, now).expect("a zone");
    let firsts: Vec<_> = weeks.iter().map(|week| week.first).collect();
    assert_eq!(firsts, [day("2026-05-18"), day("2026-05-25"), day("2026-06-01")]);
    behind
        .when(|workspace| workspace.close_week(day("2026-05-25"), active_on, now))
        .then_refused(not_over("2026-05-25"));
    given::<Workspace>([created(), first_week()])
        .when(|workspace| workspace.close_week(day("2026-05-25"), active_on, now))
        .then([closed("2026-05-25", "2026-05-31", "2026-06-01T02:00:00Z")]);
}

#[test]
fn an_idle_workspace_has_no_week_closed_until_it_is_idle_no_more() {
    let now = at("2026-12-24T10:00:00Z");
    // The last day of the last week that begins within eight weeks of 20 May.
    let last = closed("2026-07-13", "2026-07-19", "2026-07-20T02:00:00Z");
    let idle = given::<Workspace>([created(), last]);
    let close = |active_on: &'static str| {
        move |workspace: &Workspace| workspace.close_week(day("2026-07-20"), day(active_on), now)
    };
    idle.when(close("2026-05-20")).then_refused(not_over("2026-07-20"));
    idle.when(close("2026-12-24")).then([closed("2026-07-20", "2026-07-26", "2026-07-27T02:00:00Z")]);
}

#[test]
fn a_new_week_start_makes_the_week_before_it_short() {
    let sunday = CalendarSettings { week_start: Weekday::Sunday, ..settings("Europe/Berlin") };
    let mut events = vec![created()];
    let changed =
        given::<Workspace>([created()]).state().set_calendar(&sunday, at("2026-05-20T12:00:00Z")).expect("a zone");
    events.extend(changed);
    let short = closed("2026-05-18", "2026-05-23", "2026-05-24T02:00:00Z");
    given::<Workspace>(events)
        .when(|workspace| workspace.close_week(day("2026-05-18"), day("2026-05-20"), at("2026-05-24T02:00:00Z")))
        .then([short.clone()]);
    let remembered = given::<Workspace>([created(), short]).state().closed_week;
    assert_eq!(remembered, Some(Week { first: day("2026-05-18"), last: day("2026-05-23") }));
}
