//! `GET /v1/workspaces` and `GET /v1/workspace/members`: where a person belongs, and who else does.

use std::collections::BTreeMap;

use axum::extract::State;
use domain::{Aggregate, Event, HasPersonal, Personal, Role, Shard, User, UserId};
use identity::Signed;
use read_models::members::{self, MembershipRow};
use runtime::{
    ApiError,
    http::{Answer, AtPosition},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::QueryState;

pub(crate) fn routes() -> OpenApiRouter<QueryState> {
    OpenApiRouter::new().routes(routes!(list_workspaces)).routes(routes!(list_members))
}

/// The workspaces a person belongs to.
#[derive(Serialize, ToSchema)]
struct Workspaces {
    /// Their own among them.
    items: Vec<MembershipRow>,
}

/// The members of a workspace.
#[derive(Serialize, ToSchema)]
struct Members {
    /// In the order of their ids.
    items: Vec<Member>,
}

/// A member of a workspace.
#[derive(Serialize, ToSchema)]
struct Member {
    /// Who.
    #[schema(value_type = Uuid)]
    user_id: UserId,
    /// What they are called; `null` if they do not say, or are here no longer.
    name: Option<Personal>,
    /// What they may do.
    role: Role,
}

impl HasPersonal for Member {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.name.iter_mut().for_each(|text| visit("name", text));
    }
}

/// List the workspaces you belong to
///
/// Name one as `Momentum-Workspace` with a query or a command, and it is about that one.
#[utoipa::path(
    get, path = "/v1/workspaces", tag = "workspace", params(AtPosition),
    responses((status = 200, description = "Your own workspace, and those you are a member of.", body = Workspaces), ApiError)
)]
async fn list_workspaces(
    State(state): State<QueryState>,
    Signed(session): Signed,
    at: AtPosition,
) -> Result<Answer<Workspaces>, ApiError> {
    state.shown(&session, &at, &["members"]).await?;
    let items = members::list_workspaces(&state.tables, session.user).await?;
    Ok(Answer::ok(Workspaces { items: state.opened(items).await? }))
}

/// List who belongs to the workspace
#[utoipa::path(
    get, path = "/v1/workspace/members", tag = "workspace",
    responses((status = 200, description = "The members, and what each may do.", body = Members), ApiError)
)]
async fn list_members(State(state): State<QueryState>, Signed(session): Signed) -> Result<Answer<Members>, ApiError> {
    state.members.forget(session.workspace);
    let workspace = state.members.workspace(session.workspace).await?;
    let users: Vec<UserId> = workspace.members.keys().copied().collect();
    let mut people = people(&state, &users).await?;
    let member = |(user, role): (&UserId, &Role)| Member {
        user_id: *user,
        name: people.remove(&user.uuid()).and_then(|person| person.name),
        role: *role,
    };
    let items = workspace.members.iter().map(member).collect::<Vec<_>>();
    Ok(Answer::ok(Members { items: state.opened(items).await? }))
}

/// These people, straight from the log: each stands in the shard of their own workspace.
async fn people(state: &QueryState, users: &[UserId]) -> Result<BTreeMap<Uuid, User>, ApiError> {
    let mut streams = BTreeMap::<Shard, Vec<Uuid>>::new();
    for (user, home) in state.identity.homes(users).await? {
        streams.entry(state.log.shard_of(home)).or_default().push(user.uuid());
    }
    let mut people = BTreeMap::<Uuid, User>::new();
    for (shard, streams) in streams {
        for event in state.log.read_streams(shard, &streams).await? {
            if let Event::User(change) = event.event {
                people.entry(event.stream).or_default().evolve(&change);
            }
        }
    }
    Ok(people)
}
