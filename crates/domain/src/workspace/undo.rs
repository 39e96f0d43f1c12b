//! Taking back what happened to a workspace.

use super::{Workspace, WorkspaceEvent};
use crate::{
    CalendarSettings, Refusal,
    undo::{TakenBack, Today, Undo, restored},
};

impl Undo for Workspace {
    fn undo(&self, taken_back: &TakenBack<'_, Self>, today: Today) -> Result<Vec<WorkspaceEvent>, Refusal> {
        let TakenBack { event, before, after, .. } = taken_back;
        match event {
            WorkspaceEvent::WorkspaceCreated { .. } | WorkspaceEvent::WeekClosed { .. } => Err(Refusal::NotUndoable),
            WorkspaceEvent::WorkspaceRenamed { .. } => {
                let name = restored("name", &before.name, &after.name, &self.name)?;
                Ok(name.into_iter().map(|name| WorkspaceEvent::WorkspaceRenamed { name }).collect())
            }
            // What was in force before holds again from the next day on: days that were are not judged anew.
            WorkspaceEvent::WorkspaceCalendarSet { .. } => {
                let settings = restored("calendar", &before.latest(), &after.latest(), &self.latest())?.flatten();
                settings.map_or(Ok(vec![]), |settings| self.set_calendar(&settings, today.now))
            }
            WorkspaceEvent::MemberAdded { user, .. }
            | WorkspaceEvent::MemberRoleChanged { user, .. }
            | WorkspaceEvent::MemberRemoved { user } => {
                let role = |workspace: &Self| workspace.members.get(user).copied();
                match restored("role", &role(before), &role(after), &role(self))? {
                    Some(Some(role)) if self.members.contains_key(user) => self.change_role(*user, role),
                    Some(Some(role)) => self.add_member(*user, role),
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
