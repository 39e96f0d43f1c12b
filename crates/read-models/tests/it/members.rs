//! `members` against what the workspaces themselves say, over random histories of people coming and going.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use domain::{
    Aggregate, CalendarSettings, Id, Personal, Position, Recorded, Refusal, Role, Sealed, Shard, UserId, Workspace,
    WorkspaceId,
    calendar::Weekday,
    workspace::{RenameWorkspace, WorkspaceEvent},
};
use proptest::{collection, prelude::*, sample::Index};
use read_models::members::{Members, MembershipRow};
use uuid::Uuid;

use crate::{folding::rows_follow_from, histories::History};

const WORKSPACES: usize = 2;
const USERS: u128 = 4;
const ROLES: [Role; 3] = [Role::Viewer, Role::Editor, Role::Owner];

#[test]
fn members_are_those_that_the_workspaces_say() {
    let histories = (collection::vec(wish(), 1..60), collection::vec(any::<Index>(), 0..8))
        .prop_map(|(wishes, cuts)| (granted(&wishes), cuts));
    rows_follow_from::<Members, _, _>(
        &histories,
        "read",
        |rows| rows,
        |events| {
            let mut workspaces = BTreeMap::<WorkspaceId, Workspace>::new();
            for recorded in events {
                if let Ok(event) = WorkspaceEvent::try_from(recorded.event.clone()) {
                    workspaces.entry(recorded.workspace).or_default().evolve(&event);
                }
            }
            let rows = workspaces.iter().flat_map(|(id, workspace)| {
                let row = |(user, role): (&UserId, &Role)| {
                    let row = MembershipRow { id: *id, user: *user, name: workspace.name.clone(), role: *role };
                    ((*id, *user), row)
                };
                workspace.members.iter().map(row)
            });
            rows.collect()
        },
    );
}

/// Somebody wants something of a workspace.
#[derive(Clone, Debug)]
struct Wish {
    workspace: usize,
    user: u128,
    role: Role,
    what: u8,
}

fn wish() -> impl Strategy<Value = Wish> {
    (0..WORKSPACES, 1..=USERS, proptest::sample::select(&ROLES[..]), 0..5_u8)
        .prop_map(|(workspace, user, role, what)| Wish { workspace, user, role, what })
}

/// What came of it.
fn granted(wishes: &[Wish]) -> History {
    let mut workspaces = vec![Workspace::default(); WORKSPACES];
    let mut events = vec![];
    for wish in wishes {
        let workspace = &mut workspaces[wish.workspace];
        for event in decided(workspace, wish).unwrap_or_default() {
            workspace.evolve(&event);
            events.push(recorded(wish.workspace, events.len() + 1, event));
        }
    }
    History { events }
}

fn decided(workspace: &Workspace, wish: &Wish) -> Result<Vec<WorkspaceEvent>, Refusal> {
    let (user, role) = (Id::new(Uuid::from_u128(wish.user)), wish.role);
    let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
    let calendar = |day_start_minute| CalendarSettings {
        zone: "Europe/Berlin".into(),
        week_start: Weekday::Monday,
        day_start_minute,
    };
    if workspace.members.is_empty() {
        return workspace.create(user, calendar(0), now);
    }
    match wish.what {
        0 => workspace.join(user, role, workspace.person.unwrap_or(user)),
        1 => workspace.change_role(user, role),
        2 => workspace.remove_member(user),
        3 => {
            let name =
                (role != Role::Owner).then(|| Personal::Sealed(Sealed { sealed: format!("sealed {}", wish.user) }));
            workspace.rename(&RenameWorkspace { name })
        }
        _ => workspace.set_calendar(&calendar(60), now),
    }
}

fn recorded(workspace: usize, number: usize, event: WorkspaceEvent) -> Recorded {
    let id = Uuid::from_u128(number as u128);
    let workspace = Uuid::from_u128(100 + workspace as u128);
    Recorded {
        id: Id::new(id),
        position: Position { shard: Shard(0), number: i64::try_from(number).unwrap_or_default() },
        stream: workspace,
        version: u32::try_from(number).unwrap_or_default(),
        workspace: Id::new(workspace),
        actor: Id::new(id),
        command: Id::new(id),
        undoes: None,
        correlation: id,
        causation: id,
        trace_parent: None,
        recorded_at: DateTime::default(),
        local_day: NaiveDate::default(),
        event: event.into(),
    }
}
