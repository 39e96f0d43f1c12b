//! Decisions about who belongs to a workspace, and as what.

use super::{Role, Workspace, WorkspaceEvent};
use crate::{Refusal, UserId};

/// So many people a workspace has at most: each command loads it whole, and a page shows them all.
pub const MEMBERS_MAX: usize = 50;

impl Workspace {
    /// Has somebody belong to it whom an owner invited. What one who is an owner no longer has offered is nothing.
    pub fn join(&self, user: UserId, role: Role, invited_by: UserId) -> Result<Vec<WorkspaceEvent>, Refusal> {
        let gone = |_| Refusal::NotFound { what: "invitation".into() };
        self.permit(invited_by, Role::Owner).map_err(gone)?;
        self.check_created()?;
        if self.members.contains_key(&user) {
            return Err(Refusal::AlreadyMember);
        }
        if self.members.len() >= MEMBERS_MAX {
            return Err(Refusal::TooManyMembers { max: MEMBERS_MAX });
        }
        Ok(vec![WorkspaceEvent::MemberAdded { user, role, invited_by: Some(invited_by) }])
    }

    /// Lets a member do something else; nothing, if it is what they may do already.
    pub fn change_role(&self, user: UserId, role: Role) -> Result<Vec<WorkspaceEvent>, Refusal> {
        let held = self.role(user)?;
        if held == role {
            return Ok(vec![]);
        }
        self.check_owned_without(user)?;
        Ok(vec![WorkspaceEvent::MemberRoleChanged { user, role }])
    }

    /// Has somebody belong to it no longer.
    pub fn remove_member(&self, user: UserId) -> Result<Vec<WorkspaceEvent>, Refusal> {
        self.role(user)?;
        self.check_owned_without(user)?;
        Ok(vec![WorkspaceEvent::MemberRemoved { user }])
    }

    fn role(&self, user: UserId) -> Result<Role, Refusal> {
        self.check_created()?;
        self.members.get(&user).copied().ok_or(Refusal::NotFound { what: "member".into() })
    }

    /// There is always an owner, and among them whose own workspace it is.
    fn check_owned_without(&self, user: UserId) -> Result<(), Refusal> {
        let owners = self.members.iter().filter(|(_, role)| **role == Role::Owner);
        if owners.clone().all(|(owner, _)| *owner == user) {
            return Err(Refusal::LastOwner);
        }
        if self.person == Some(user) { Err(Refusal::OwnWorkspace) } else { Ok(()) }
    }
}
