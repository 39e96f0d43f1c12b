//! Taking back what happened to a workspace.

use super::{Workspace, WorkspaceEvent};
use crate::{
    CalendarSettings, Refusal,
    undo::{TakenBack, Today, Undo},
};

impl Undo for Workspace {
    fn undo(&self, taken_back: &TakenBack<'_, Self>, today: Today) -> Result<Vec<WorkspaceEvent>, Refusal> {
        match taken_back.event {
            WorkspaceEvent::WorkspaceCreated { .. } | WorkspaceEvent::WeekClosed { .. } => Err(Refusal::NotUndoable),
            WorkspaceEvent::WorkspaceRenamed { .. } => {
                let name = taken_back.restored("name", self, |workspace| workspace.name.clone())?;
                Ok(name.into_iter().map(|name| WorkspaceEvent::WorkspaceRenamed { name }).collect())
            }
            // What was in force before holds again from the next day on: days that were are not judged anew.
            WorkspaceEvent::WorkspaceCalendarSet { .. } => {
                let settings = taken_back.restored("calendar", self, Self::latest)?.flatten();
                settings.map_or(Ok(vec![]), |settings| self.set_calendar(&settings, today.now))
            }
            WorkspaceEvent::MemberAdded { user, .. }
            | WorkspaceEvent::MemberRoleChanged { user, .. }
            | WorkspaceEvent::MemberRemoved { user } => {
                match taken_back.restored("role", self, |workspace| workspace.members.get(user).copied())? {
                    Some(Some(role)) if self.members.contains_key(user) => self.change_role(*user, role),
                    Some(Some(role)) => self.add_member(*user, role, None),
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
