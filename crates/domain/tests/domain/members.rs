//! Who belongs to a workspace, and as what.

use domain::{
    CalendarSettings, Refusal, Role, UserId, Week, Workspace,
    calendar::Weekday,
    undo::Today,
    workspace::{MEMBERS_MAX, WorkspaceEvent},
};

use crate::given::{at, day, given, id, undo};

const ADA: u128 = 7;
const GRACE: u128 = 8;

fn created() -> WorkspaceEvent {
    let settings = CalendarSettings { zone: "Europe/Berlin".into(), week_start: Weekday::Monday, day_start_minute: 0 };
    let calendar = settings.beginning(at("2026-05-20T10:00:00Z")).expect("a zone");
    WorkspaceEvent::WorkspaceCreated { owner: id(ADA), name: None, calendar }
}

fn added(user: u128, role: Role) -> WorkspaceEvent {
    WorkspaceEvent::MemberAdded { user: id(user), role, invited_by: Some(ada()) }
}

fn changed(user: u128, role: Role) -> WorkspaceEvent {
    WorkspaceEvent::MemberRoleChanged { user: id(user), role }
}

fn removed(user: u128) -> WorkspaceEvent {
    WorkspaceEvent::MemberRemoved { user: id(user) }
}

fn ada() -> UserId {
    id(ADA)
}

fn grace() -> UserId {
    id(GRACE)
}

fn no_invitation() -> Refusal {
    Refusal::NotFound { what: "invitation".into() }
}

#[test]
fn who_is_invited_joins_once() {
    given::<Workspace>([created()])
        .when(|workspace| workspace.join(grace(), Role::Viewer, ada()))
        .then([added(GRACE, Role::Viewer)]);
    given::<Workspace>([created(), added(GRACE, Role::Viewer)])
        .when(|workspace| workspace.join(grace(), Role::Editor, ada()))
        .then_refused(Refusal::AlreadyMember);
    given::<Workspace>([created()])
        .when(|workspace| workspace.join(ada(), Role::Editor, ada()))
        .then_refused(Refusal::AlreadyMember);
}

#[test]
fn who_is_an_owner_no_longer_has_invited_nobody() {
    let lin = id(9);
    let workspace = given::<Workspace>([created(), added(GRACE, Role::Owner)]);
    workspace.when(|workspace| workspace.join(lin, Role::Viewer, grace())).then([WorkspaceEvent::MemberAdded {
        user: lin,
        role: Role::Viewer,
        invited_by: Some(grace()),
    }]);
    for now in [changed(GRACE, Role::Editor), removed(GRACE)] {
        let workspace = given::<Workspace>([created(), added(GRACE, Role::Owner), now]);
        workspace.when(|workspace| workspace.join(lin, Role::Viewer, grace())).then_refused(no_invitation());
    }
}

#[test]
fn a_member_has_the_role_last_given_and_those_below_it() {
    let workspace = given::<Workspace>([created(), added(GRACE, Role::Owner), changed(GRACE, Role::Editor)]);
    assert_eq!(workspace.state().permit(grace(), Role::Viewer), Ok(()));
    assert_eq!(workspace.state().permit(grace(), Role::Editor), Ok(()));
    assert_eq!(workspace.state().permit(grace(), Role::Owner), Err(Refusal::NotAllowed));
    workspace.when(|workspace| workspace.change_role(grace(), Role::Editor)).then_nothing();
    workspace.when(|workspace| workspace.change_role(grace(), Role::Viewer)).then([changed(GRACE, Role::Viewer)]);
}

#[test]
fn who_was_removed_is_a_stranger_and_can_join_again() {
    let workspace = given::<Workspace>([created(), added(GRACE, Role::Editor), removed(GRACE)]);
    let unknown = Refusal::NotFound { what: "workspace".into() };
    assert_eq!(workspace.state().permit(grace(), Role::Viewer), Err(unknown));
    let nobody = Refusal::NotFound { what: "member".into() };
    workspace.when(|workspace| workspace.remove_member(grace())).then_refused(nobody.clone());
    workspace.when(|workspace| workspace.change_role(grace(), Role::Viewer)).then_refused(nobody);
    workspace.when(|workspace| workspace.join(grace(), Role::Viewer, ada())).then([added(GRACE, Role::Viewer)]);
}

#[test]
fn a_workspace_always_has_an_owner() {
    let alone = given::<Workspace>([created(), added(GRACE, Role::Editor)]);
    alone.when(|workspace| workspace.remove_member(ada())).then_refused(Refusal::LastOwner);
    alone.when(|workspace| workspace.change_role(ada(), Role::Editor)).then_refused(Refusal::LastOwner);
    alone.when(|workspace| workspace.remove_member(grace())).then([removed(GRACE)]);
}

#[test]
fn a_personal_workspace_stays_its_persons_whoever_else_owns_it() {
    let shared = given::<Workspace>([created(), added(GRACE, Role::Owner)]);
    shared.when(|workspace| workspace.remove_member(ada())).then_refused(Refusal::OwnWorkspace);
    shared.when(|workspace| workspace.change_role(ada(), Role::Viewer)).then_refused(Refusal::OwnWorkspace);
    shared.when(|workspace| workspace.change_role(grace(), Role::Viewer)).then([changed(GRACE, Role::Viewer)]);
}

#[test]
fn a_workspace_has_so_many_members_at_most() {
    let others = (1..).map(|user| added(100 + user, Role::Viewer)).take(MEMBERS_MAX - 1);
    let full = given::<Workspace>([created()].into_iter().chain(others));
    let refusal = Refusal::TooManyMembers { max: MEMBERS_MAX };
    full.when(|workspace| workspace.join(grace(), Role::Viewer, ada())).then_refused(refusal);
    full.when(|workspace| workspace.remove_member(id(101))).then([removed(101)]);
}

#[test]
fn nobody_is_a_member_of_a_workspace_that_does_not_exist() {
    let nothing = given::<Workspace>([]);
    nothing.when(|workspace| workspace.join(grace(), Role::Owner, ada())).then_refused(no_invitation());
    let unknown = Refusal::NotFound { what: "workspace".into() };
    nothing.when(|workspace| workspace.remove_member(grace())).then_refused(unknown);
}

#[test]
fn what_happened_to_a_member_is_undone_unless_it_changed_since() {
    let week = Week { first: day("2026-11-16"), last: day("2026-11-22") };
    let today = Today { now: at("2026-11-21T12:00:00Z"), day: day("2026-11-21"), week };
    let stream = [created(), added(GRACE, Role::Viewer), changed(GRACE, Role::Editor), removed(GRACE)];
    assert_eq!(undo::<Workspace>(&stream[..2], 2, today), Ok(vec![removed(GRACE)]));
    assert_eq!(undo::<Workspace>(&stream[..3], 3, today), Ok(vec![changed(GRACE, Role::Viewer)]));
    assert_eq!(undo::<Workspace>(&stream, 4, today), Err(Refusal::NotUndoable), "not without her say");
    let changed_since = Refusal::ChangedSince { field: "role".into() };
    assert_eq!(undo::<Workspace>(&stream[..3], 2, today), Err(changed_since.clone()));
    assert_eq!(undo::<Workspace>(&stream, 3, today), Err(changed_since));
}
