//! Accounts over HTTP: registering, signing in and out, sessions, and the password. One file an endpoint.
//!
//! Tokens go to a browser as cookies only, out of reach of the page, or to an API client in the body only, when it asks
//! for that. Nobody gets both: two holders of one refresh token would take each other for thieves.

mod address;
pub(crate) mod erasure;
mod openness;
mod password;
mod refresh;
pub(crate) mod register;
mod registration;
mod sessions;
mod sign_in;
mod sign_out;
mod signed_in;
#[cfg(test)]
pub(crate) mod testing;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::AppState;

/// The endpoints of accounts.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(openness::get_registration))
        .routes(routes!(sign_in::sign_in, sessions::list_sessions, sessions::end_other_sessions))
        .routes(routes!(refresh::refresh))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(sessions::end_session))
        .routes(routes!(password::change_password))
        .routes(routes!(address::change_address))
        .routes(routes!(erasure::erase_me))
}
