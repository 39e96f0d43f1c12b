//! HTTP for commands and sign-in; runs the relay.
//!
//! An endpoint is a file, or a tight group of them one: its path, its OpenAPI text, a short handler.

pub mod accounts;
mod asked;
mod daily_logs;
mod expectations;
mod goals;
mod invitations;
mod me;
mod members;
mod own_command;
mod pace;
mod start;
#[cfg(test)]
mod testing;
mod undo;
mod workspace;

use std::sync::Arc;

use axum::extract::FromRef;
use domain::Clock;
use event_store::Store;
use identity::Identity;
use utoipa_axum::router::OpenApiRouter;

pub use self::{
    accounts::{
        erasure::{EraseError, erase_address},
        register::add_account,
    },
    asked::{Asked, Done},
    pace::Pace,
    start::start,
};

/// Whether anyone may register; if not, the operator makes accounts.
#[derive(Clone, Copy, Debug)]
pub struct RegistrationOpen(pub bool);

/// What the endpoints share.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// Where commands go.
    pub store: Store,
    /// Who is asking.
    pub identity: Arc<Identity>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How many commands one person may give.
    pub pace: Arc<Pace>,
    /// Whether anyone may register.
    pub registration: RegistrationOpen,
}

/// All endpoints, with their OpenAPI text.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(accounts::routes())
        .merge(me::routes())
        .merge(workspace::routes())
        .merge(members::routes())
        .merge(invitations::routes())
        .merge(goals::routes())
        .merge(expectations::routes())
        .merge(daily_logs::routes())
        .merge(undo::routes())
}
