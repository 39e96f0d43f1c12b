//! Invitations: whoever comes with the code of one joins a workspace, once, in the role that an owner chose.
//!
//! Joining spans credentials and log. The invitation is *taken* first, so that nobody else comes by it; then the event is
//! appended under [`joining_command`], which follows from the invitation, so that it is appended once. What is cut off in
//! between is finished by the same person, who comes with the code again.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{CommandId, Id, Role, UserId, WorkspaceId};
use serde::Serialize;
use sqlx::error::DatabaseError;
use utoipa::ToSchema;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Error, Identity, accounts::command_of};

/// How long an invitation is open.
pub const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);
/// So many open ones a workspace has at most.
pub const INVITATIONS_MAX: u32 = 50;
/// Tells people and secret scanners what they have before them.
const PREFIX: &str = "mom_in_";

/// What [`InvitationId`] identifies.
pub enum InvitationMark {}

/// The id of an invitation. It is no secret: knowing it lets nobody in.
pub type InvitationId = Id<InvitationMark>;

/// An invitation, as owners see it in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Invitation {
    /// To revoke it by.
    pub id: InvitationId,
    /// Where it leads.
    #[serde(skip)]
    pub workspace: WorkspaceId,
    /// What who accepts it may do.
    pub role: Role,
    /// The owner who made it.
    #[schema(value_type = Uuid)]
    pub made_by: UserId,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Who came with its code: nobody else joins by it.
    #[serde(skip)]
    pub taken_by: Option<UserId>,
    /// When they had joined: it is open no longer.
    #[serde(skip)]
    pub joined_at: Option<DateTime<Utc>>,
    /// How often the log refused who had taken it.
    #[serde(skip)]
    pub refusals: i32,
}

/// The id of the command by which somebody joins: always the same, until it is refused.
pub fn joining_command(Invitation { id, refusals, .. }: &Invitation) -> CommandId {
    command_of(&format!("momentum identity: id of a joining command, after refusals: {refusals}"), id.uuid())
}

/// An invitation as it is stored.
struct Stored {
    invitation_id: InvitationId,
    workspace_id: WorkspaceId,
    role: String,
    made_by: UserId,
    made_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    taken_by: Option<Uuid>,
    joined_at: Option<DateTime<Utc>>,
    refusals: i32,
}

impl TryFrom<Stored> for Invitation {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self, Error> {
        let role = stored.role.parse().map_err(|error| Error::Database(sqlx::Error::Decode(Box::new(error))))?;
        let taken_by = stored.taken_by.map(UserId::from);
        let Stored {
            invitation_id: id,
            workspace_id: workspace,
            made_by,
            made_at,
            expires_at,
            joined_at,
            refusals,
            ..
        } = stored;
        Ok(Self { id, workspace, role, made_by, made_at, expires_at, taken_by, joined_at, refusals })
    }
}

/// Selects invitations by a clause of SQL.
macro_rules! select_invitations {
    ($clause:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            Stored,
            "select invitation_id, workspace_id, role, made_by, made_at, expires_at, taken_by, joined_at, refusals
             from identity.invitations where " + $clause,
            $($argument),*
        )
    };
}

impl Identity {
    /// Makes an invitation. The code is told this once: only its hash is kept. There is a bound to those that are open, which
    /// those of the workspace's `owners` are.
    pub async fn invite(
        &self,
        workspace: WorkspaceId,
        made_by: UserId,
        role: Role,
        owners: impl IntoIterator<Item = UserId>,
    ) -> Result<(Invitation, String), Error> {
        let owners: Vec<_> = owners.into_iter().map(UserId::uuid).collect();
        let mut secret = Zeroizing::new([0; 32]);
        self.ids.fill(&mut *secret);
        let code = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(*secret));
        let made_at = self.clock.now();
        // Several at one moment may go past the bound, by as many as there are.
        let stored = sqlx::query_as!(
            Stored,
            "insert into identity.invitations
                 (invitation_id, workspace_id, role, made_by, code_hash, made_at, expires_at)
             select $1, $2, $3, $4, $5, $6, $7
             where (select count(*) from identity.invitations
                    where workspace_id = $2 and joined_at is null and expires_at > $6 and made_by = any($9)) < $8
             returning invitation_id, workspace_id, role, made_by, made_at, expires_at, taken_by, joined_at, refusals",
            self.ids.uuid(),
            workspace.uuid(),
            <&str>::from(role),
            made_by.uuid(),
            &hash(&code)[..],
            made_at,
            made_at + INVITATION_LIFE,
            i64::from(INVITATIONS_MAX),
            &owners,
        );
        let stored = stored.fetch_optional(&self.db).await.map_err(of_somebody)?.ok_or(Error::TooManyInvitations)?;
        Ok((stored.try_into()?, code))
    }

    /// The open invitations into a workspace, the latest first.
    pub async fn list_invitations(&self, workspace: WorkspaceId) -> Result<Vec<Invitation>, Error> {
        let stored = select_invitations!(
            "workspace_id = $1 and joined_at is null and expires_at > $2
             order by made_at desc, invitation_id desc",
            workspace.uuid(),
            self.clock.now(),
        );
        stored.fetch_all(&self.db).await?.into_iter().map(Invitation::try_from).collect()
    }

    /// An open invitation into a workspace.
    pub async fn open_invitation(&self, workspace: WorkspaceId, id: InvitationId) -> Result<Option<Invitation>, Error> {
        let stored = select_invitations!(
            "workspace_id = $1 and invitation_id = $2 and joined_at is null and expires_at > $3",
            workspace.uuid(),
            id.uuid(),
            self.clock.now(),
        );
        stored.fetch_optional(&self.db).await?.map(Invitation::try_from).transpose()
    }

    /// Has nobody join by it any more. False if it is no longer as it is given here.
    pub async fn revoke_invitation(&self, invitation: &Invitation) -> Result<bool, Error> {
        let revoked = sqlx::query!(
            "delete from identity.invitations
             where invitation_id = $1 and joined_at is null and taken_by is not distinct from $2 and refusals = $3",
            invitation.id.uuid(),
            invitation.taken_by.map(UserId::uuid),
            invitation.refusals,
        );
        Ok(revoked.execute(&self.db).await?.rows_affected() > 0)
    }

    /// The invitation with this code, if it is open or this person's.
    pub async fn find_invitation(&self, code: &str, asking: UserId) -> Result<Option<Invitation>, Error> {
        let stored = select_invitations!(
            "code_hash = $1 and expires_at > $2 and coalesce(taken_by, $3) = $3",
            &hash(code)[..],
            self.clock.now(),
            asking.uuid(),
        );
        stored.fetch_optional(&self.db).await?.map(Invitation::try_from).transpose()
    }

    /// Makes it this person's. None if it is another's by now, or gone.
    pub async fn take_invitation(&self, id: InvitationId, by: UserId) -> Result<Option<Invitation>, Error> {
        let taken = sqlx::query_as!(
            Stored,
            "update identity.invitations set taken_by = $2
             where invitation_id = $1 and expires_at > $3 and coalesce(taken_by, $2) = $2
             returning invitation_id, workspace_id, role, made_by, made_at, expires_at, taken_by, joined_at, refusals",
            id.uuid(),
            by.uuid(),
            self.clock.now(),
        );
        taken.fetch_optional(&self.db).await.map_err(of_somebody)?.map(Invitation::try_from).transpose()
    }

    /// It is open no longer: they have joined.
    pub async fn close_invitation(&self, id: InvitationId) -> Result<(), Error> {
        sqlx::query!(
            "update identity.invitations set joined_at = $2
             where invitation_id = $1 and taken_by is not null and joined_at is null",
            id.uuid(),
            self.clock.now(),
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// It is anybody's again: they were refused.
    pub async fn release_invitation(&self, invitation: &Invitation) -> Result<(), Error> {
        sqlx::query!(
            "update identity.invitations set taken_by = null, refusals = refusals + 1
             where invitation_id = $1 and joined_at is null and refusals = $2",
            invitation.id.uuid(),
            invitation.refusals,
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }
}

/// Whoever has no account any more, as after an erasure that another process did a moment ago, is signed in no longer.
fn of_somebody(error: sqlx::Error) -> Error {
    let is_nobodys = error.as_database_error().is_some_and(DatabaseError::is_foreign_key_violation);
    if is_nobodys { Error::SessionEnded } else { error.into() }
}

/// What is stored of a code. It is random, so a plain hash keeps it.
fn hash(code: &str) -> [u8; 32] {
    *blake3::hash(code.as_bytes()).as_bytes()
}
