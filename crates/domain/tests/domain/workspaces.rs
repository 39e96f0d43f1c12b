//! What workspaces decide.

use domain::{
    CalendarSettings, Personal, Refusal, Role, Workspace,
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
    Refusal::Unknown { what: "workspace".into() }
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
