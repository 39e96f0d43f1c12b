//! Taking back what happened to a user.

use super::{User, UserEvent};
use crate::{
    Refusal,
    undo::{TakenBack, Today, Undo},
};

impl Undo for User {
    fn undo(&self, taken_back: &TakenBack<'_, Self>, _: Today) -> Result<Vec<UserEvent>, Refusal> {
        match taken_back.event {
            // An address is changed back with the password, as it was changed.
            UserEvent::UserRegistered { .. } | UserEvent::UserAddressChanged { .. } | UserEvent::UserErased {} => {
                Err(Refusal::NotUndoable)
            }
            UserEvent::UserProfileChanged { .. } => {
                let name = taken_back.restored("name", self, |user| user.name.clone())?;
                Ok(name.into_iter().map(|name| UserEvent::UserProfileChanged { name }).collect())
            }
            UserEvent::UserPreferencesChanged { .. } => {
                let language = taken_back.restored("language", self, |user| user.language)?;
                let theme = taken_back.restored("theme", self, |user| user.theme)?;
                Ok(vec![UserEvent::UserPreferencesChanged { language, theme }])
            }
        }
    }
}
