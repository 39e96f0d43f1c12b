//! What can be asked of a workspace, as it stands in the body of a request.

use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Role;
use crate::{Personal, values};

/// Calls the workspace something else; `null` for no name.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RenameWorkspace {
    /// The new name: one line, at most 200 characters.
    #[garde(custom(values::given(values::title)))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub name: Option<Personal>,
}

/// Adds somebody who has an account to the workspace.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// The address they sign in with, in whatever case.
    #[garde(custom(values::email))]
    #[schema(value_type = String, format = Email, max_length = 254, example = "grace@example.org")]
    pub email: Personal,
    /// What they may do.
    #[garde(skip)]
    pub role: Role,
}

/// Lets a member do something else.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    /// What they may do.
    #[garde(skip)]
    pub role: Role,
}
