//! What can be asked of a user, as it stands in the body of a request.

use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Language, Theme};
use crate::{Personal, WorkspaceId, patch::present, values};

/// Signs a person up. Made by the registration endpoint, which also keeps the password.
#[derive(Clone, Debug, Validate)]
pub struct RegisterUser {
    /// The address they sign in with.
    #[garde(custom(values::email))]
    pub email: Personal,
    /// What they like to be called.
    #[garde(custom(values::given(values::title)))]
    pub name: Option<Personal>,
    /// The personal workspace made along with them.
    #[garde(skip)]
    pub workspace_id: WorkspaceId,
    /// The language they read.
    #[garde(skip)]
    pub language: Language,
}

/// Changes what a user is called; `null` for no name.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ChangeProfile {
    /// The new name: one line, at most 200 characters.
    #[garde(custom(values::given(values::title)))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Personal>,
}

/// Changes how things look to a user: the fields that are present.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ChangePreferences {
    /// The new language.
    #[garde(skip)]
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Language)]
    pub language: Option<Language>,
    /// The new theme.
    #[garde(skip)]
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Theme)]
    pub theme: Option<Theme>,
}
