//! Invitations: `/v1/workspace/invitations` for owners, who make them, and `/v1/invitations` for those who come with a code.
//!
//! That somebody joined is an event; that they may is a credential, and lies where sessions do.

use std::time::Duration;

use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use domain::{Personal, Refusal, Role, UserId, Workspace, WorkspaceId};
use event_store::{Command, Decision, Loaded, Moment, Receipt, Store, StoreError};
use garde::Validate;
use identity::{Invitation, InvitationId, Session, Signed, joining_command};
use runtime::{
    ApiError, ProblemKind,
    http::{Answer, Body, InWorkspace, Path},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, Done, asked::done, own_command::own_command};

/// So often is revoking tried, where each time somebody accepts meanwhile and is refused.
const REVOKE_TRIES: u32 = 5;
/// And after so long it is worth another try.
const REVOKE_RETRY: Duration = Duration::from_secs(1);

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
/// Only an owner may, and what they offered is open only while they are one.
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
    let owners = workspace.members.iter().filter(|(_, role)| **role == Role::Owner).map(|(owner, _)| *owner);
    let (invitation, code) = api.identity.invite(workspace.id, session.user, body.role, owners).await?;
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
    let mut items = api.identity.list_invitations(workspace.id).await?;
    items.retain(|it| workspace.permit(it.made_by, Role::Owner).is_ok());
    Ok(Answer::ok(Invitations { items }))
}

/// Revoke an invitation
///
/// Nobody joins by it any more. One that somebody joined by, or that ended, is not there to be revoked. Only an owner may.
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
    let workspace = owned(&api, &session, chosen).await?.id;
    for _ in 0..REVOKE_TRIES {
        let found = api.identity.open_invitation(workspace, id).await?;
        let invitation = found.ok_or_else(no_invitation)?;
        if has_joined(&api.store, &invitation).await? {
            api.identity.close_invitation(id).await?;
        } else if api.identity.revoke_invitation(&invitation).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    let taken = ApiError::new(ProblemKind::Overloaded, "Others are accepting it just now. Try again in a moment.");
    Err(taken.retry_after(REVOKE_RETRY))
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
    let (offer, before) = offered(&api, &session, &body.code).await?;
    // Asked beforehand: a refusal by the log would be kept as the answer to the one command that there is.
    match before.join(session.user, offer.role, offer.made_by) {
        Err(Refusal::AlreadyMember) if offer.taken_by.is_some() => {}
        asked => drop(asked?),
    }
    // Nobody comes between: what is taken is theirs alone.
    let taken = api.identity.take_invitation(offer.id, session.user).await?;
    let invitation = taken.ok_or_else(no_invitation)?;
    match join(&api.store, &invitation, session.user).await {
        Ok(receipt) => {
            api.identity.close_invitation(invitation.id).await?;
            // That was cut off when they had joined by it, and they were removed since.
            if receipt.version <= before.version && !before.members.contains_key(&session.user) {
                return Err(no_invitation());
            }
            Ok(done(&api, receipt))
        }
        Err(StoreError::Refused(refusal)) => {
            api.identity.release_invitation(&invitation).await?;
            Err(refusal.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Has somebody join by what they have taken.
async fn join(store: &Store, invitation: &Invitation, user: UserId) -> Result<Receipt, StoreError> {
    let Invitation { workspace, role, made_by, .. } = *invitation;
    let decide = |moment: &Moment, (): &()| Ok(Decision::on(workspace, moment.workspace.join(user, role, made_by)?));
    store.execute(&joining(store, invitation, user), (), decide).await
}

/// Whether who has taken it has joined by it. If not, they never do: the command by which they would is refused from now on,
/// also where they are in the middle of it.
async fn has_joined(store: &Store, invitation: &Invitation) -> Result<bool, StoreError> {
    let Some(user) = invitation.taken_by else { return Ok(false) };
    match store.execute(&joining(store, invitation, user), (), |_, ()| Err(revoked())).await {
        Ok(_) => Ok(true),
        Err(StoreError::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The one command by which somebody joins, or never.
fn joining(store: &Store, invitation: &Invitation, user: UserId) -> Command {
    let subject = ("join a workspace", invitation.id.uuid());
    own_command(store, joining_command(invitation), user, invitation.workspace, subject)
}

/// The chosen workspace, if the asker is an owner of it.
async fn owned(
    api: &AppState,
    session: &Session,
    InWorkspace(chosen): InWorkspace,
) -> Result<Loaded<Workspace>, ApiError> {
    api.pace.check(session.user)?;
    let id = chosen.unwrap_or(session.personal);
    let workspace = api.store.load_anew(id, id).await?;
    workspace.permit(session.user, Role::Owner)?;
    Ok(workspace)
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
    revoked().into()
}

fn revoked() -> Refusal {
    Refusal::NotFound { what: "invitation".into() }
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

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;
    use domain::workspace::MEMBERS_MAX;
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        accounts::testing::{PASSWORD, registration_with},
        testing::{App, Reply},
    };

    /// Registers somebody who owns their workspace, and signs them in.
    async fn registered(app: &App, email: &str) -> (Reply, Vec<(HeaderName, String)>) {
        assert_eq!(app.post("/v1/accounts", registration_with(&json!({ "email": email }))).await.status, 201);
        let signed_in = app.sign_in(email, PASSWORD).await;
        let headers = vec![signed_in.bearer()];
        (signed_in, headers)
    }

    /// An invitation by Ada that Grace has taken and not joined by yet; and what Ada asks with.
    async fn taken(app: &App) -> (Invitation, UserId, Vec<(HeaderName, String)>) {
        let (_, ada) = registered(app, "ada@example.org").await;
        let (grace, _) = registered(app, "grace@example.org").await;
        let grace = UserId::from(grace.text("/user_id").parse::<uuid::Uuid>().expect("an id"));
        let path = "/v1/workspace/invitations";
        let made = app.send("POST", path, &ada, Some(json!({ "role": "editor" }))).await;
        let found = app.identity.find_invitation(made.text("/code"), grace).await.expect("looked").expect("open");
        let taken = app.identity.take_invitation(found.id, grace).await.expect("asked").expect("taken");
        (taken, grace, ada)
    }

    async fn revoke(app: &App, invitation: &Invitation, by: &[(HeaderName, String)]) -> u16 {
        let path = format!("/v1/workspace/invitations/{}", invitation.id);
        app.send("DELETE", &path, by, None::<Value>).await.status.as_u16()
    }

    #[tokio::test]
    async fn who_is_about_to_join_does_not_once_it_is_revoked() {
        let app = App::new().await;
        let (invitation, grace, ada) = taken(&app).await;
        assert_eq!(revoke(&app, &invitation, &ada).await, 204);
        let late = join(&app.store, &invitation, grace).await;
        assert!(matches!(late, Err(StoreError::Refused(Refusal::NotFound { .. }))), "{late:?}");
        assert_eq!(revoke(&app, &invitation, &ada).await, 404);
    }

    #[tokio::test]
    async fn one_that_somebody_has_joined_by_is_not_revoked_though_that_was_not_noted() {
        let app = App::new().await;
        let (invitation, grace, ada) = taken(&app).await;
        join(&app.store, &invitation, grace).await.expect("joined");
        assert_eq!(revoke(&app, &invitation, &ada).await, 404);
        let workspace = app.store.load(invitation.workspace, invitation.workspace).await.expect("workspace");
        assert!(workspace.members.contains_key(&grace));
    }

    #[tokio::test]
    async fn who_was_refused_joins_once_there_is_no_reason_left() {
        let app = App::new().await;
        let (invitation, grace, _) = taken(&app).await;
        let (command, full) = (joining(&app.store, &invitation, grace), Refusal::TooManyMembers { max: MEMBERS_MAX });
        let refused = app.store.execute(&command, (), |_, ()| Err(full.clone())).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
        let again = join(&app.store, &invitation, grace).await;
        assert!(
            matches!(again, Err(StoreError::Refused(refusal)) if refusal == full),
            "it is the answer to that command"
        );
        app.identity.release_invitation(&invitation).await.expect("released");
        let again = app.identity.take_invitation(invitation.id, grace).await.expect("asked").expect("taken");
        join(&app.store, &again, grace).await.expect("joined");
    }
}
