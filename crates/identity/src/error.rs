//! Everything that can go wrong here, as far as callers tell it apart.

use std::time::Duration;

use crate::Weakness;

/// Why credentials or a token were not accepted. No variant carries an address, a password or a token.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No account has this address with this password; which of the two is wrong is not told.
    #[error("wrong address or password")]
    WrongCredentials,
    /// There is an account with this address.
    #[error("the address is taken")]
    Taken,
    /// The password chosen is not good enough.
    #[error("the password is too weak: {0}")]
    WeakPassword(Weakness),
    /// Tried too often.
    #[error("too many attempts; the next is allowed in {retry_after:?}")]
    TooManyAttempts {
        /// How long to wait.
        retry_after: Duration,
    },
    /// More passwords wait to be checked than the machine can check in time.
    #[error("too many passwords are being checked")]
    Busy,
    /// Not a token of this installation.
    #[error("unknown token")]
    UnknownToken,
    /// An access token past its time: refresh the session.
    #[error("the access token has expired")]
    ExpiredToken,
    /// The session was signed out, revoked or has run out: sign in again.
    #[error("the session has ended")]
    SessionEnded,
    /// A refresh token that was rotated a while ago came again. Somebody else may have it, so the session was ended.
    #[error("a used refresh token came again, so the session was ended")]
    TokenReused,
    /// The user has no such session.
    #[error("no such session")]
    NoSuchSession,
    /// There is no such account.
    #[error("no such account")]
    NoSuchAccount,
    /// A workspace has as many open invitations as it may.
    #[error("too many open invitations")]
    TooManyInvitations,
    /// A stored password hash cannot be read, or there is no memory to compute one.
    #[error("a password could not be hashed")]
    Hash(#[from] argon2::password_hash::Error),
    /// Postgres is away or refuses. Nobody is let in meanwhile.
    #[error("the credentials could not be read or written")]
    Database(#[from] sqlx::Error),
}
