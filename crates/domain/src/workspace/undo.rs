//! Taking back what happened to a workspace.

use super::{Workspace, WorkspaceEvent};
use crate::{
    CalendarSettings, Refusal,
    undo::{Today, Undo, restored},
};

impl Undo for Workspace {
    fn undo(
        &self,
        event: &WorkspaceEvent,
        before: &Self,
        after: &Self,
        today: Today,
    ) -> Result<Vec<WorkspaceEvent>, Refusal> {
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
        }
    }
}

impl Workspace {
    fn latest(&self) -> Option<CalendarSettings> {
        self.calendar.facts().last().map(|fact| fact.settings.clone())
    }
}
