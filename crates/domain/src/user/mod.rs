//! A user: a person who signed up.

mod commands;
mod events;
mod undo;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::uuid;

pub use self::{
    commands::{ChangePreferences, ChangeProfile, RegisterUser},
    events::UserEvent,
};
use crate::{Aggregate, HasPersonal, Id, Personal, Refusal, WorkspaceId, patch::changed};

/// The id of a user.
pub type UserId = Id<User>;

/// Nobody: the actor of what the product does by itself, as when it closes a week. No person ever has this id, since it is
/// no UUIDv7.
pub const SYSTEM: UserId = UserId::new(uuid!("00000000-0000-8000-8000-000000000001"));

/// A language the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

/// How the product looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the device does.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What a user's events amount to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct User {
    /// The address they sign in with; none until they registered.
    pub email: Option<Personal>,
    /// What they like to be called.
    pub name: Option<Personal>,
    /// Their personal workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// The language they read.
    pub language: Language,
    /// How things look to them.
    pub theme: Theme,
    /// Whether they were erased. Then there is nobody any more who could do anything.
    pub erased: bool,
}

impl Aggregate for User {
    const KIND: &'static str = "user";
    type Event = UserEvent;

    fn evolve(&mut self, event: &UserEvent) {
        match event {
            UserEvent::UserRegistered { email, name, workspace_id, language } => {
                self.email = Some(email.clone());
                self.name.clone_from(name);
                self.workspace_id = Some(*workspace_id);
                self.language = *language;
            }
            UserEvent::UserAddressChanged { email } => self.email = Some(email.clone()),
            UserEvent::UserProfileChanged { name } => self.name.clone_from(name),
            UserEvent::UserPreferencesChanged { language, theme } => {
                self.language = language.unwrap_or(self.language);
                self.theme = theme.unwrap_or(self.theme);
            }
            UserEvent::UserErased {} => {
                self.email = None;
                self.name = None;
                self.erased = true;
            }
        }
    }
}

/// Decisions.
impl User {
    /// Signs them up.
    pub fn register(&self, command: &RegisterUser) -> Result<Vec<UserEvent>, Refusal> {
        if self.email.is_some() || self.erased {
            return Err(Refusal::id_taken::<Self>());
        }
        Ok(vec![UserEvent::UserRegistered {
            email: command.email.clone(),
            name: command.name.clone(),
            workspace_id: command.workspace_id,
            language: command.language,
        }])
    }

    /// Changes the address they sign in with; nothing, if it is the same.
    pub fn change_address(&self, email: &Personal) -> Result<Vec<UserEvent>, Refusal> {
        self.check_registered()?;
        let email = changed(Some(&Some(email.clone())), &self.email).flatten();
        Ok(email.into_iter().map(|email| UserEvent::UserAddressChanged { email }).collect())
    }

    /// Changes what they are called; nothing, if it is the same.
    pub fn change_profile(&self, command: &ChangeProfile) -> Result<Vec<UserEvent>, Refusal> {
        self.check_registered()?;
        let name = changed(Some(&command.name), &self.name);
        Ok(name.into_iter().map(|name| UserEvent::UserProfileChanged { name }).collect())
    }

    /// Changes how things look to them; nothing, if it is the same.
    pub fn change_preferences(&self, command: &ChangePreferences) -> Result<Vec<UserEvent>, Refusal> {
        self.check_registered()?;
        let language = changed(command.language.as_ref(), &self.language);
        let theme = changed(command.theme.as_ref(), &self.theme);
        let same = language.is_none() && theme.is_none();
        Ok(if same { vec![] } else { vec![UserEvent::UserPreferencesChanged { language, theme }] })
    }

    /// Has them forgotten; nothing, if they were.
    pub fn erase(&self) -> Result<Vec<UserEvent>, Refusal> {
        if self.erased {
            return Ok(vec![]);
        }
        self.check_registered()?;
        Ok(vec![UserEvent::UserErased {}])
    }

    fn check_registered(&self) -> Result<(), Refusal> {
        if self.email.is_some() { Ok(()) } else { Err(Refusal::not_found::<Self>()) }
    }
}

impl HasPersonal for User {
    fn each_personal(&mut self, visit: &mut dyn FnMut(&'static str, &mut Personal)) {
        self.email.iter_mut().for_each(|text| visit("email", text));
        self.name.iter_mut().for_each(|text| visit("name", text));
    }
}
