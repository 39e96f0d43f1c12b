//! `GET /v1/registration`: whether people register by themselves.

use axum::extract::State;
use runtime::{ApiError, http::Answer};
use serde::Serialize;
use utoipa::ToSchema;

use crate::RegistrationOpen;

/// Whether people register by themselves.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegistrationState {
    /// If not, the operator of the installation makes the accounts.
    open: bool,
}

/// Whether you can register
///
/// Where you cannot, ask the operator of the installation for an account.
#[utoipa::path(
    get,
    path = "/v1/registration",
    tag = "accounts",
    responses(
        (status = 200, description = "Whether registration is open.", body = RegistrationState),
        ApiError,
    ),
    security(),
)]
pub(super) async fn get_registration(
    State(RegistrationOpen(open)): State<RegistrationOpen>,
) -> Answer<RegistrationState> {
    Answer::ok(RegistrationState { open })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{RegistrationOpen, testing::App};

    #[tokio::test]
    async fn a_form_is_only_shown_where_it_would_be_answered() {
        for open in [true, false] {
            let told = App::with(RegistrationOpen(open)).await.send("GET", "/v1/registration", &[], None).await;
            assert_eq!((told.status.as_u16(), told.body), (200, json!({ "open": open })));
        }
    }
}
