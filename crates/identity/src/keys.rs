//! The secrets that identity is handed, and what is derived from them.

use std::net::IpAddr;

use blake3::Hash;
use domain::UserId;
use runtime::http::ClientAddress;
use zeroize::{Zeroize, Zeroizing};

use crate::token::Kind;

/// The secrets that must stay the same across restarts and processes. Neither is in the database.
pub struct Keys {
    /// Finds accounts by their address. With another one nobody can sign in: it lasts as long as the accounts.
    pub index_key: [u8; 32],
    /// Checks tokens and derives their successors. Another one signs everybody out, and does no other harm.
    pub token_key: [u8; 32],
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.index_key.zeroize();
        self.token_key.zeroize();
    }
}

/// The keyed hash of a normalised address, which is all that is stored of it.
#[derive(Clone, Copy)]
pub(crate) struct EmailHash(pub [u8; 32]);

impl Keys {
    /// Addresses are equal whatever their case and the white space around them. Dots and `+` tags are left alone, since
    /// what they mean is the mail server's affair.
    pub(crate) fn email_hash(&self, address: &str) -> EmailHash {
        let normalised = Zeroizing::new(address.trim().to_lowercase());
        EmailHash(*keyed(&self.index_key, "momentum identity: account by address", &[normalised.as_bytes()]).as_bytes())
    }

    /// The throttle's key for an account that is known by its address only, and may not exist.
    pub(crate) fn throttle_email(&self, purpose: &str, email: EmailHash) -> [u8; 32] {
        self.throttle(purpose, b"email", &email.0)
    }

    /// The throttle's key for a user who is signed in.
    pub(crate) fn throttle_user(&self, purpose: &str, user: UserId) -> [u8; 32] {
        self.throttle(purpose, b"user", user.uuid().as_bytes())
    }

    /// The throttle's key for a client's address, hashed since it is personal, too.
    pub(crate) fn throttle_client(&self, purpose: &str, client: ClientAddress) -> [u8; 32] {
        self.throttle(purpose, b"client", &network(client))
    }

    /// The throttle's key for what a client tries with one account.
    pub(crate) fn throttle_client_at(&self, purpose: &str, client: ClientAddress, email: EmailHash) -> [u8; 32] {
        self.throttle(purpose, b"client at email", &[&network(client)[..], &email.0].concat())
    }

    fn throttle(&self, purpose: &str, kind: &[u8], value: &[u8]) -> [u8; 32] {
        let parts = [purpose.as_bytes(), b":", kind, b":", value];
        *keyed(&self.index_key, "momentum identity: throttle", &parts).as_bytes()
    }

    /// Shows that a token was made here.
    pub(crate) fn token_check(&self, kind: Kind, session: &[u8; 16], secret: &[u8; 32]) -> Hash {
        keyed(&self.token_key, "momentum identity: check of a token", &[kind.prefix().as_bytes(), session, secret])
    }

    /// The secret of the `kind` of token that follows from a refresh token's secret.
    pub(crate) fn derived_secret(&self, kind: Kind, refresh_secret: &[u8; 32]) -> [u8; 32] {
        let parts = [kind.prefix().as_bytes(), refresh_secret];
        *keyed(&self.token_key, "momentum identity: what follows from a refresh token", &parts).as_bytes()
    }
}

fn network(client: ClientAddress) -> [u8; 16] {
    match client.network() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    }
}

/// A keyed hash for one purpose. All `parts` but one have a fixed length, so that no two inputs run together alike.
fn keyed(key: &[u8; 32], purpose: &'static str, parts: &[&[u8]]) -> Hash {
    let mut hasher = blake3::Hasher::new_keyed(&blake3::derive_key(purpose, key));
    parts.iter().for_each(|part| {
        hasher.update(part);
    });
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Keys = Keys { index_key: [1; 32], token_key: [2; 32] };

    #[test]
    fn case_and_white_space_do_not_make_another_address() {
        let hash = |address| KEYS.email_hash(address).0;
        assert_eq!(hash("Ada@Example.org"), hash(" ada@example.ORG\n"));
        assert_ne!(hash("ada@example.org"), hash("ada+tag@example.org"));
    }
}
