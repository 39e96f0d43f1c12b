//! `members`: who belongs to a workspace, one row each; it answers where a person belongs.
//!
//! Nothing is permitted by it: what somebody may do, the workspace itself says.

use std::collections::BTreeSet;

use domain::{Event, HasPersonal, Personal, Recorded, Role, UserId, WorkspaceId, workspace::WorkspaceEvent};
use serde::Serialize;
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;
use uuid::Uuid;
use worker::{CannotApply, Fold, ReadModel, Rows};

use crate::sealed_text::{self, SealedText};

/// So many workspaces are listed at most; nobody belongs to more that they know of.
const WORKSPACES_MAX: i64 = 500;

/// A workspace that somebody belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MembershipRow {
    /// The workspace.
    #[schema(value_type = Uuid)]
    pub id: WorkspaceId,
    /// Who belongs to it: the one who asks, so it is not told.
    #[serde(skip)]
    pub user: UserId,
    /// What it is called, if it has a name.
    pub name: Option<Personal>,
    /// What they may do there.
    pub role: Role,
}

/// A column that holds a role.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
struct RoleText(String);

impl From<RoleText> for Role {
    fn from(RoleText(text): RoleText) -> Self {
        // Written by nobody but the fold below.
        text.parse().unwrap_or(Self::Viewer)
    }
}

/// The read model.
pub struct Members;

type Key = (WorkspaceId, UserId);

/// Selects rows by a clause of SQL; the list of columns stands here once.
macro_rules! select_members {
    ($clause:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            MembershipRow,
            r#"select workspace as id, user_id as user, name as "name: SealedText", role as "role: RoleText"
               from members where "# + $clause
            $(, $argument)*
        )
    };
}

impl Fold for Members {
    type Rows = Rows<Key, MembershipRow>;

    fn fold(rows: &mut Self::Rows, event: &Recorded) -> Result<(), CannotApply> {
        let Event::Workspace(change) = &event.event else { return Ok(()) };
        let id = event.workspace;
        match change {
            WorkspaceEvent::WorkspaceCreated { owner, name, calendar: _ } => {
                let row = MembershipRow { id, user: *owner, name: name.clone(), role: Role::Owner };
                rows.insert((id, *owner), row);
            }
            WorkspaceEvent::WorkspaceRenamed { name } => {
                for key in members(rows, id) {
                    if let Some(row) = rows.get_mut(&key) {
                        row.name.clone_from(name);
                    }
                }
            }
            WorkspaceEvent::WorkspaceCalendarSet { .. } | WorkspaceEvent::WeekClosed { .. } => {}
            WorkspaceEvent::MemberAdded { user, role, .. } => {
                let known = members(rows, id).first().and_then(|key| rows.get(key));
                let name = known.ok_or_else(|| CannotApply::missing("workspace"))?.name.clone();
                rows.insert((id, *user), MembershipRow { id, user: *user, name, role: *role });
            }
            WorkspaceEvent::MemberRoleChanged { user, role } => {
                rows.get_mut(&(id, *user)).ok_or_else(|| CannotApply::missing("member"))?.role = *role;
            }
            WorkspaceEvent::MemberRemoved { user } => rows.remove(&(id, *user)),
        }
        Ok(())
    }
}

impl ReadModel for Members {
    const NAME: &'static str = "members";
    const TABLES: &'static [&'static str] = &["members"];

    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Self::Rows, sqlx::Error> {
        let touched = events.iter().filter(|event| matches!(event.event, Event::Workspace(_)));
        let workspaces: BTreeSet<Uuid> = touched.map(|event| event.workspace.uuid()).collect();
        if workspaces.is_empty() {
            return Ok(Rows::default());
        }
        // A name stands with every member, so all of them are touched; a workspace has few.
        let workspaces: Vec<Uuid> = workspaces.into_iter().collect();
        let rows = select_members!("workspace = any($1)", &workspaces).fetch_all(connection).await?;
        Ok(Rows::loaded(rows.into_iter().map(|row| ((row.id, row.user), row))))
    }

    async fn write(connection: &mut PgConnection, rows: &Self::Rows) -> Result<(), sqlx::Error> {
        let (workspaces, users): (Vec<Uuid>, Vec<Uuid>) =
            rows.removed().map(|(workspace, user)| (workspace.uuid(), user.uuid())).unzip();
        if !workspaces.is_empty() {
            sqlx::query!(
                "delete from members
                 where (workspace, user_id) in (select * from unnest($1::uuid[], $2::uuid[]))",
                &workspaces,
                &users,
            )
            .execute(&mut *connection)
            .await?;
        }
        let changed: Vec<&MembershipRow> = rows.changed().map(|(_, row)| row).collect();
        if changed.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "insert into members (workspace, user_id, name, role)
             select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
             on conflict (workspace, user_id) do update set name = excluded.name, role = excluded.role",
            &changed.iter().map(|row| row.id.uuid()).collect::<Vec<_>>(),
            &changed.iter().map(|row| row.user.uuid()).collect::<Vec<_>>(),
            &changed.iter().map(|row| sealed_text::column(row.name.as_ref())).collect::<Vec<_>>(),
            &changed.iter().map(|row| <&str>::from(row.role).to_owned()).collect::<Vec<_>>(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// The keys of a workspace's members.
fn members(rows: &Rows<Key, MembershipRow>, workspace: WorkspaceId) -> Vec<Key> {
    let first = (workspace, UserId::new(Uuid::nil()));
    rows.from(&first).map(|(key, _)| *key).take_while(|(id, _)| *id == workspace).collect()
}

impl HasPersonal for MembershipRow {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.name.iter_mut().for_each(|text| visit("name", text));
    }
}

/// The workspaces that somebody belongs to, in the order of their ids.
pub async fn list_workspaces(pool: &PgPool, user: UserId) -> Result<Vec<MembershipRow>, sqlx::Error> {
    select_members!("user_id = $1 order by workspace limit $2", user.uuid(), WORKSPACES_MAX).fetch_all(pool).await
}
