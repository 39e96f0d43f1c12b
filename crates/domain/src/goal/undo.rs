//! Taking back what happened to a goal.

use super::{Goal, GoalEvent};
use crate::{
    Refusal,
    undo::{Today, Undo, restored},
};

impl Undo for Goal {
    fn undo(&self, event: &GoalEvent, before: &Self, after: &Self, _: Today) -> Result<Vec<GoalEvent>, Refusal> {
        match event {
            // A goal that should never have been is put away; what was logged on it stays readable.
            GoalEvent::GoalCreated { .. } => self.archive(),
            GoalEvent::GoalRevised { .. } => {
                self.check_open_to_change()?;
                let title = restored("title", &before.title, &after.title, &self.title)?.flatten();
                let description = restored("description", &before.description, &after.description, &self.description)?;
                let target_date = restored("target_date", &before.target_date, &after.target_date, &self.target_date)?;
                let (was, is, now) = (&before.total_minutes, &after.total_minutes, &self.total_minutes);
                let total_minutes = restored("total_minutes", was, is, now)?;
                Ok(vec![GoalEvent::GoalRevised { title, description, target_date, total_minutes }])
            }
            GoalEvent::GoalCompleted {} => {
                restored("completed", &before.completed, &after.completed, &self.completed)?;
                self.reopen()
            }
            GoalEvent::GoalReopened {} => {
                restored("completed", &before.completed, &after.completed, &self.completed)?;
                self.complete()
            }
            GoalEvent::GoalArchived {} => {
                restored("archived", &before.archived, &after.archived, &self.archived)?;
                self.restore()
            }
            GoalEvent::GoalRestored {} => {
                restored("archived", &before.archived, &after.archived, &self.archived)?;
                self.archive()
            }
        }
    }
}
