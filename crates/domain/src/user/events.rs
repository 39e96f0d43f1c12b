//! What can happen to a user.

use serde::{Deserialize, Serialize};
use uuid::uuid;

use super::{Language, Theme};
use crate::{Event, HasPersonal, Personal, WorkspaceId};

/// An event of a user's stream. Variants are named as on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, strum::VariantNames, strum::IntoStaticStr)]
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
    /// They sign in with another address from now on.
    UserAddressChanged {
        /// The new address.
        email: Personal,
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
    /// They had themselves forgotten: the key of their text is deleted, and nobody signs in as them again.
    UserErased {},
}

impl UserEvent {
    /// One of each, as examples in documents and tests.
    pub fn samples() -> Vec<Self> {
        vec![
            Self::UserRegistered {
                email: Personal::clear("ada@example.org"),
                name: Some(Personal::clear("Ada")),
                workspace_id: WorkspaceId::new(uuid!("01990000-0000-7000-8000-000000000001")),
                language: Language::En,
            },
            Self::UserAddressChanged { email: Personal::clear("countess@example.org") },
            Self::UserProfileChanged { name: Some(Personal::clear("Countess Ada")) },
            Self::UserPreferencesChanged { language: Some(Language::De), theme: Some(Theme::Dark) },
            Self::UserErased {},
        ]
    }
}

impl HasPersonal for UserEvent {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        match self {
            Self::UserRegistered { email, name, .. } => {
                visit("email", email);
                name.iter_mut().for_each(|text| visit("name", text));
            }
            Self::UserAddressChanged { email } => visit("email", email),
            Self::UserProfileChanged { name } => name.iter_mut().for_each(|text| visit("name", text)),
            Self::UserPreferencesChanged { .. } | Self::UserErased {} => {}
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
