//! What can happen to a user.

use serde::{Deserialize, Serialize};

use super::{Language, Theme};
use crate::{Event, HasPersonal, Personal, WorkspaceId};

/// An event of a user's stream. Variants are named as on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, strum::VariantNames, strum::IntoStaticStr)]
#[expect(clippy::enum_variant_names, reason = "the names are the wire names")]
pub enum UserEvent {
    /// A person signed up.
    UserRegistered {
        /// The address they sign in with.
        email: Personal,
        /// What they like to be called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Personal>,
        /// Their personal workspace, in whose shard this stream lives.
        workspace_id: WorkspaceId,
        /// The language they read.
        language: Language,
    },
    /// They changed what they are called: `null` for no name.
    UserProfileChanged {
        /// The new name.
        name: Option<Personal>,
    },
    /// They changed how things look to them: the fields present.
    UserPreferencesChanged {
        /// The new language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Language>,
        /// The new theme.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        theme: Option<Theme>,
    },
}

impl HasPersonal for UserEvent {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        match self {
            Self::UserRegistered { email, name, .. } => {
                visit("email", email);
                name.iter_mut().for_each(|text| visit("name", text));
            }
            Self::UserProfileChanged { name } => name.iter_mut().for_each(|text| visit("name", text)),
            Self::UserPreferencesChanged { .. } => {}
        }
    }
}

impl From<UserEvent> for Event {
    fn from(event: UserEvent) -> Self {
        Self::User(event)
    }
}

impl TryFrom<Event> for UserEvent {
    type Error = Event;
    fn try_from(event: Event) -> Result<Self, Event> {
        if let Event::User(event) = event { Ok(event) } else { Err(event) }
    }
}
