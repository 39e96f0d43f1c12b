//! Taking back what happened to a user.

use super::{User, UserEvent};
use crate::{
    Refusal,
    undo::{TakenBack, Today, Undo, restored},
};

impl Undo for User {
    fn undo(&self, taken_back: &TakenBack<'_, Self>, _: Today) -> Result<Vec<UserEvent>, Refusal> {
        let TakenBack { event, before, after, .. } = taken_back;
        match event {
            UserEvent::UserRegistered { .. } | UserEvent::UserErased {} => Err(Refusal::NotUndoable),
            UserEvent::UserProfileChanged { .. } => {
                let name = restored("name", &before.name, &after.name, &self.name)?;
                Ok(name.into_iter().map(|name| UserEvent::UserProfileChanged { name }).collect())
            }
            UserEvent::UserPreferencesChanged { .. } => {
                let language = restored("language", &before.language, &after.language, &self.language)?;
                let theme = restored("theme", &before.theme, &after.theme, &self.theme)?;
                Ok(vec![UserEvent::UserPreferencesChanged { language, theme }])
            }
        }
    }
}
