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

/// Lets a member do something else.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    /// What they may do.
    #[garde(skip)]
    pub role: Role,
}
