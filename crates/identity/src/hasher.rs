//! Computes password hashes: slow on purpose, so off the async threads and only so many at once.

use std::{sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use domain::Ids;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use crate::{Error, Password};

/// What OWASP asks of argon2id: 19 MiB, two passes, one lane; about 20 ms.
const PARAMS: Params = match Params::new(19_456, 2, 1, None) {
    Ok(params) => params,
    Err(_) => panic!("argon2 refuses its own recommended parameters"),
};

/// Each takes a core and 19 MiB for its time; the rest of the process needs cores, too.
const HASHES_AT_ONCE: usize = 4;
/// Longer than this nobody should wait for their turn; they are told to come back.
const TURN_WAIT_MAX: Duration = Duration::from_secs(2);

/// Computes and verifies password hashes.
pub(crate) struct Hasher {
    turns: Arc<Semaphore>,
}

impl Hasher {
    pub fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(HASHES_AT_ONCE)) }
    }

    /// The PHC string to store for a new password.
    pub async fn hash(&self, password: &Password, ids: &dyn Ids) -> Result<String, Error> {
        let mut salt = [0; 16];
        ids.fill(&mut salt);
        let password = password.clone();
        Ok(self.in_turn(move || hash(&password, &salt)).await??)
    }

    /// Whether `password` is the one behind the `stored` PHC string. Where nothing is stored it takes as long to say no.
    pub async fn verify(&self, password: &Password, stored: Option<String>) -> Result<bool, Error> {
        let password = password.clone();
        Ok(self.in_turn(move || verify(&password, stored.as_deref())).await??)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let turn = timeout(TURN_WAIT_MAX, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
        let work = move || {
            // Held until the work is done: a request given up meanwhile frees its thread no sooner.
            let _turn = turn;
            work()
        };
        // The task fails only where it panicked or the process is shutting down.
        spawn_blocking(work).await.map_err(|_| Error::Busy)
    }
}

/// Whether a stored hash was made with other parameters than new ones are.
pub(crate) fn is_outdated(stored: &str) -> bool {
    let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    let Ok(stored) = PasswordHash::new(stored) else { return true };
    let Ok(params) = Params::try_from(&stored) else { return true };
    stored.algorithm != Algorithm::Argon2id.ident() || costs(&params) != costs(&PARAMS)
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS)
}

fn hash(password: &Password, salt: &[u8; 16]) -> Result<String, password_hash::Error> {
    let hash: PasswordHash = argon2().hash_password_with_salt(password.expose().as_bytes(), salt)?;
    Ok(hash.to_string())
}

fn verify(password: &Password, stored: Option<&str>) -> Result<bool, password_hash::Error> {
    let Some(stored) = stored else {
        hash(password, &[0; 16])?;
        return Ok(false);
    };
    let stored = PasswordHash::new(stored).map_err(|_| password_hash::Error::EncodingInvalid)?;
    match argon2().verify_password(password.expose().as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_with_the_named_parameters_and_knows_its_password() {
        let stored = hash(&Password::new("correct horse"), &[7; 16]).expect("hash");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify(&Password::new("correct horse"), Some(&stored)).expect("verify"));
        assert!(!verify(&Password::new("wrong horse"), Some(&stored)).expect("verify"));
        assert!(!is_outdated(&stored));
    }

    #[test]
    fn a_hash_with_older_parameters_still_verifies_and_is_outdated() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).expect("params"));
        let stored: PasswordHash = weak.hash_password_with_salt(b"correct horse", &[7; 16]).expect("hash");
        assert!(verify(&Password::new("correct horse"), Some(&stored.to_string())).expect("verify"));
        assert!(is_outdated(&stored.to_string()));
        assert!(is_outdated("not a hash"));
    }

    #[test]
    fn a_password_without_an_account_is_wrong_and_a_damaged_hash_is_a_fault() {
        assert!(!verify(&Password::new("correct horse"), None).expect("verify"));
        assert!(verify(&Password::new("correct horse"), Some("$argon2id$damaged")).is_err());
    }
}
