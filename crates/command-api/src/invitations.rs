//! Invitations: `/v1/workspace/invitations` for owners, who make them, and `/v1/invitations` for those who come with a code.
//!
//! That somebody joined is an event; that they may is a credential, and lies where sessions do.

use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use domain::{Personal, Refusal, Role, UserId, Workspace, WorkspaceId};
use event_store::{Decision, Loaded, StoreError};
use garde::Validate;
use identity::{Invitation, InvitationId, Session, Signed, joining_command};
use runtime::{
    ApiError,
    http::{Answer, Body, InWorkspace, Path},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, Done, asked::done, own_command::own_command};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(invite, list_invitations))
        .routes(routes!(revoke_invitation))
        .routes(routes!(look_at_invitation))
        .routes(routes!(accept_invitation))
}

/// Invites somebody into the workspace.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
struct Invite {
    /// What they may do.
    #[garde(skip)]
    role: Role,
}

/// A new invitation, and its code.
#[derive(Debug, Serialize, ToSchema)]
struct Invited {
    #[serde(flatten)]
    invitation: Invitation,
    /// Who comes with it joins. It is told this once: hand it to whom you invite, and to nobody else.
    #[schema(example = "mom_in_…")]
    code: String,
}

/// The open invitations into a workspace.
#[derive(Debug, Serialize, ToSchema)]
struct Invitations {
    /// The latest first.
    items: Vec<Invitation>,
}

/// The code of an invitation.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
struct WithCode {
    /// As it was told when the invitation was made.
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200, example = "mom_in_…")]
    code: String,
}

/// What an invitation is to.
#[derive(Debug, Serialize, ToSchema)]
struct Offer {
    /// The workspace.
    #[schema(value_type = uuid::Uuid)]
    workspace_id: WorkspaceId,
    /// What it is called; `null` if nothing.
    workspace_name: Option<String>,
    /// What the owner who invites is called; `null` if they do not say.
    invited_by: Option<String>,
    /// What you may do there.
    role: Role,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// Whether you are a member there already.
    is_member: bool,
}

/// Invite somebody into the workspace
///
/// The answer has a code, by which one person joins, once, within a week; in the app, `/join#` and the code is a link.
/// Only an owner may, and what they offered ends when they are an owner no longer.
#[utoipa::path(
    post, path = "/v1/workspace/invitations", tag = "invitations", params(InWorkspace), request_body = Invite,
    responses((status = 201, description = "The invitation, with its code.", body = Invited), ApiError)
)]
async fn invite(
    State(api): State<AppState>,
    Signed(session): Signed,
    chosen: InWorkspace,
    Body(body): Body<Invite>,
) -> Result<Answer<Invited>, ApiError> {
    let workspace = owned(&api, &session, chosen).await?;
    let (invitation, code) = api.identity.invite(workspace, session.user, body.role).await?;
    Ok(Answer::ok(Invited { invitation, code }).into_created("/v1/workspace/invitations".to_owned()))
}

/// List the open invitations
///
/// Without their codes, which only those have who made them. Only an owner may.
#[utoipa::path(
    get, path = "/v1/workspace/invitations", tag = "invitations", params(InWorkspace),
    responses((status = 200, description = "The invitations that nobody took yet.", body = Invitations), ApiError)
)]
async fn list_invitations(
    State(api): State<AppState>,
    Signed(session): Signed,
    chosen: InWorkspace,
) -> Result<Answer<Invitations>, ApiError> {
    let workspace = owned(&api, &session, chosen).await?;
    Ok(Answer::ok(Invitations { items: api.identity.list_invitations(workspace).await? }))
}

/// Revoke an invitation
///
/// Nobody joins by it any more. One that somebody took, or that ended, is not there to be revoked. Only an owner may.
#[utoipa::path(
    delete, path = "/v1/workspace/invitations/{id}", tag = "invitations",
    params(("id" = InvitationId, Path, description = "The invitation, as it stands in the list."), InWorkspace),
    responses((status = 204, description = "It is open no longer."), ApiError)
)]
async fn revoke_invitation(
    State(api): State<AppState>,
    Signed(session): Signed,
    chosen: InWorkspace,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode, ApiError> {
    let workspace = owned(&api, &session, chosen).await?;
    if api.identity.revoke_invitation(workspace, id).await? { Ok(StatusCode::NO_CONTENT) } else { Err(no_invitation()) }
}

/// Look at an invitation
///
/// What it is to, before you accept it. One that was taken by another, revoked, or has ended is as if it had never been.
#[utoipa::path(
    post, path = "/v1/invitations/look", tag = "invitations", request_body = WithCode,
    responses((status = 200, description = "What it is to.", body = Offer), ApiError)
)]
async fn look_at_invitation(
    State(api): State<AppState>,
    Signed(session): Signed,
    Body(body): Body<WithCode>,
) -> Result<Answer<Offer>, ApiError> {
    let (invitation, workspace) = offered(&api, &session, &body.code).await?;
    let is_member = workspace.members.contains_key(&session.user);
    let Invitation { role, made_by, expires_at, .. } = invitation;
    if !is_member {
        workspace.join(session.user, role, made_by)?;
    }
    Ok(Answer::ok(Offer {
        workspace_id: invitation.workspace,
        workspace_name: told(workspace.name.as_ref()),
        invited_by: name_of(&api, made_by).await?,
        role,
        expires_at,
        is_member,
    }))
}

/// Accept an invitation
///
/// You are a member then. Accepting it again is answered alike, and does nothing.
#[utoipa::path(
    post, path = "/v1/invitations/accept", tag = "invitations", request_body = WithCode,
    responses((status = 200, description = "You are a member; `id` is the workspace.", body = Done), ApiError)
)]
async fn accept_invitation(
    State(api): State<AppState>,
    Signed(session): Signed,
    Body(body): Body<WithCode>,
) -> Result<Answer<Done>, ApiError> {
    let (invitation, before) = offered(&api, &session, &body.code).await?;
    let Invitation { id, workspace, role, made_by, taken_by, .. } = invitation;
    // Asked beforehand: a refusal by the log would be kept as the answer to the one command that there is.
    match before.join(session.user, role, made_by) {
        Err(Refusal::AlreadyMember) if taken_by.is_some() => {}
        asked => drop(asked?),
    }
    // Nobody comes between: what is taken is theirs alone.
    if !api.identity.take_invitation(id, session.user).await? {
        return Err(no_invitation());
    }
    let subject = ("join a workspace", id.uuid());
    let command = own_command(&api.store, joining_command(id), session.user, workspace, subject);
    let joined = api.store.execute(&command, (), |moment, ()| {
        Ok(Decision::on(workspace, moment.workspace.join(session.user, role, made_by)?))
    });
    match joined.await {
        Ok(receipt) => {
            api.identity.close_invitation(id).await?;
            Ok(done(&api, receipt))
        }
        Err(StoreError::Refused(refusal)) => {
            api.identity.release_invitation(id).await?;
            Err(refusal.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// The chosen workspace, if the asker is an owner of it.
async fn owned(api: &AppState, session: &Session, InWorkspace(chosen): InWorkspace) -> Result<WorkspaceId, ApiError> {
    api.pace.check(session.user)?;
    let id = chosen.unwrap_or(session.personal);
    api.store.load_anew(id, id).await?.permit(session.user, Role::Owner)?;
    Ok(id)
}

/// The invitation with this code, and the workspace it is to.
async fn offered(api: &AppState, session: &Session, code: &str) -> Result<(Invitation, Loaded<Workspace>), ApiError> {
    api.pace.check(session.user)?;
    let found = api.identity.find_invitation(code, session.user).await?;
    let invitation = found.ok_or_else(no_invitation)?;
    let workspace = api.store.load_anew(invitation.workspace, invitation.workspace).await?;
    // Who joined by it and is a member no longer needs another.
    if invitation.joined_at.is_some() && !workspace.members.contains_key(&session.user) {
        return Err(no_invitation());
    }
    Ok((invitation, workspace))
}

/// As where the domain finds that there is none.
fn no_invitation() -> ApiError {
    Refusal::Unknown { what: "invitation".into() }.into()
}

/// What a person is called, if they say.
async fn name_of(api: &AppState, user: UserId) -> Result<Option<String>, ApiError> {
    let Some((_, home)) = api.identity.homes(&[user]).await?.pop() else { return Ok(None) };
    Ok(told(api.store.load(home, user).await?.name.as_ref()))
}

/// None for what was erased.
fn told(text: Option<&Personal>) -> Option<String> {
    text.and_then(Personal::text).map(str::to_owned)
}
