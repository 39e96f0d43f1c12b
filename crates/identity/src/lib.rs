//! Credentials, sessions, tokens, invitations and login throttling: plain tables, not events.

mod accounts;
mod authentication;
mod change_address;
mod change_password;
mod device;
mod erasure;
mod error;
mod hasher;
pub mod http;
mod invitations;
mod keys;
mod own_password;
mod password;
mod purge;
mod rotation;
mod sessions;
mod throttle;
mod token;

use std::sync::{Arc, atomic::AtomicU64};

use domain::{Clock, Ids};
use moka::future::Cache;
use runtime::{Base, VaultKeys};
use sqlx::PgPool;

pub use self::{
    accounts::{Account, Registration, Wishes, erasure_command, registration_command},
    erasure::Erasure,
    error::Error,
    http::Signed,
    invitations::{INVITATION_LIFE, INVITATIONS_MAX, Invitation, InvitationId, joining_command},
    keys::Keys,
    password::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, Password, Weakness},
    sessions::{OpenSession, Session, SessionId, SignedIn},
    throttle::{Limits, Rate},
    token::{ACCESS_LIFE, REFRESH_LIFE, Tokens},
};
use self::{authentication::Seen, hasher::Hasher};

/// Who may sign in, and who is signed in. One a service.
///
/// Every answer rests on Postgres: when it is away nobody signs in and no token is good for longer than a second.
pub struct Identity {
    db: PgPool,
    keys: Keys,
    limits: Limits,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    hasher: Hasher,
    seen: Cache<SessionId, Seen>,
    endings: Arc<AtomicU64>,
}

impl Identity {
    /// Of a service that starts, with keys made from the installation's index key.
    pub fn start(base: &Base, db: PgPool, keys: &VaultKeys) -> Self {
        let keys = Keys {
            index_key: keys.index_key.derive("momentum identity accounts"),
            token_key: keys.index_key.derive("momentum identity tokens"),
        };
        let identity = Self::new(db, keys, Limits::default(), base.clock.clone(), base.ids.clone());
        Self { endings: base.endings.clone(), ..identity }
    }

    /// Over the schema `identity` that `db` reaches.
    pub fn new(db: PgPool, keys: Keys, limits: Limits, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        let (hasher, seen, endings) = (Hasher::new(), authentication::cache(), Arc::default());
        Self { db, keys, limits, clock, ids, hasher, seen, endings }
    }
}
