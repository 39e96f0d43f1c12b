//! Taking back what happened to a workspace.

use super::{Workspace, WorkspaceEvent};
use crate::{
    CalendarSettings, Refusal,
    undo::{TakenBack, Today, Undo},
};

impl Undo for Workspace {
    fn undo(&self, taken_back: &TakenBack<'_, Self>, today: Today) -> Result<Vec<WorkspaceEvent>, Refusal> {
        match taken_back.event {
            // Nobody is a member without their say: who was removed or left is invited anew.
            WorkspaceEvent::WorkspaceCreated { .. }
            | WorkspaceEvent::WeekClosed { .. }
            | WorkspaceEvent::MemberRemoved { .. } => Err(Refusal::NotUndoable),
            WorkspaceEvent::WorkspaceRenamed { .. } => {
                let name = taken_back.restored("name", self, |workspace| workspace.name.clone())?;
                Ok(name.into_iter().map(|name| WorkspaceEvent::WorkspaceRenamed { name }).collect())
            }
            // What was in force before holds again from the next day on: days that were are not judged anew.
            WorkspaceEvent::WorkspaceCalendarSet { .. } => {
                let settings = taken_back.restored("calendar", self, Self::latest)?.flatten();
                settings.map_or(Ok(vec![]), |settings| self.set_calendar(&settings, today.now))
            }
            WorkspaceEvent::MemberAdded { user, .. } | WorkspaceEvent::MemberRoleChanged { user, .. } => {
                match taken_back.restored("role", self, |workspace| workspace.members.get(user).copied())? {
                    Some(Some(role)) => self.change_role(*user, role),
                    Some(None) => self.remove_member(*user),
                    None => Ok(vec![]),
                }
            }
        }
    }
}

impl Workspace {
    fn latest(&self) -> Option<CalendarSettings> {
        self.calendar.facts().last().map(|fact| fact.settings.clone())
    }
}
