//! The secret keys: read from the configuration, or made once in the data folder; weak ones are refused.

mod file;
mod key;
mod rotation;

use std::{
    io,
    path::{Path, PathBuf},
};

use domain::Ids;
use event_store::{IndexKey, Keyring};
use secrecy::{ExposeSecret, SecretString};

pub use self::rotation::MasterKeyFile;
use self::{
    file::KeyFile,
    key::{Key, Keys, parse},
};
use crate::config::VaultConfig;

/// The settings that the keys are given by.
const MASTER: &str = "vault.master_key";
const INDEX: &str = "vault.index_key";

/// All secret keys of an installation.
#[derive(Debug)]
pub struct VaultKeys {
    /// The rotating master keys that wrap people's data keys.
    pub keyring: Keyring,
    /// The key of keyed hashes; it never changes.
    pub index_key: IndexKey,
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Nothing is configured, and this is no installation that keeps its keys by itself.
    #[error("{0} is not set; make one with `openssl rand -hex 32`, keep it apart from backups, and never lose it")]
    NotSet(&'static str),
    /// There is none yet, and another would be the wrong one.
    #[error("{} is not there: put the keys of the installation in place first", .0.display())]
    NotThere(PathBuf),
    /// It is no key.
    #[error("{0}: each key must be 32 random bytes, in 64 hexadecimal digits or in base64 (openssl rand -hex 32)")]
    Form(String),
    /// It can be guessed.
    #[error("{0} is too weak: {1}; make one with `openssl rand -hex 32`")]
    Weak(String, &'static str),
    /// A version stands twice.
    #[error("{0} has version {1} twice")]
    Twice(String, i16),
    /// One secret for two purposes.
    #[error("vault.index_key must not be one of the master keys")]
    Same,
    /// The data folder does not take or give them.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

/// Reads the keys that are configured. Those that are not are kept in `data_folder`, where they are made the first
/// time; give none when the database is not in that folder too, so that keys and database cannot be separated unnoticed.
pub fn vault_keys(config: &VaultConfig, data_folder: Option<&Path>, ids: &dyn Ids) -> Result<VaultKeys, KeyError> {
    read_keys(config, data_folder, Some(ids))
}

/// The same for work on what was sealed elsewhere: nothing is made where there are none, which could only be the wrong ones.
pub fn vault_keys_there(config: &VaultConfig, data_folder: Option<&Path>) -> Result<VaultKeys, KeyError> {
    read_keys(config, data_folder, None)
}

/// Whoever hands in `ids` has what is missing made.
fn read_keys(config: &VaultConfig, data_folder: Option<&Path>, ids: Option<&dyn Ids>) -> Result<VaultKeys, KeyError> {
    let file = data_folder.map(KeyFile::master);
    let masters = keys(MASTER, config.master_key.as_ref(), file, |file| file.kept(ids))?;
    let index = index(config, data_folder, ids)?;
    if masters.values().any(|master| *master == index) {
        return Err(KeyError::Same);
    }
    Ok(VaultKeys { keyring: keyring(&masters)?, index_key: IndexKey::new(*index) })
}

/// The index key alone.
pub(crate) fn index_key(config: &VaultConfig, data_folder: Option<&Path>, ids: &dyn Ids) -> Result<IndexKey, KeyError> {
    Ok(IndexKey::new(*index(config, data_folder, Some(ids))?))
}

fn index(config: &VaultConfig, data_folder: Option<&Path>, ids: Option<&dyn Ids>) -> Result<Key, KeyError> {
    let file = data_folder.map(KeyFile::index);
    let mut keys = keys(INDEX, config.index_key.as_ref(), file, |file| file.kept(ids))?;
    // It has no versions: nothing could be found again by another.
    match (keys.len(), keys.pop_last()) {
        (1, Some((_, key))) => Ok(key),
        _ => Err(KeyError::Form(INDEX.to_owned())),
    }
}

/// The master keys as they are by now; nothing is made where there are none.
pub(crate) fn master_keys(config: &VaultConfig, data_folder: Option<&Path>) -> Result<Keyring, KeyError> {
    keyring(&keys(MASTER, config.master_key.as_ref(), data_folder.map(KeyFile::master), KeyFile::read)?)
}

/// The key that is configured, or else the one in the file.
fn keys(
    name: &'static str,
    configured: Option<&SecretString>,
    file: Option<KeyFile>,
    read: impl FnOnce(&KeyFile) -> Result<Keys, KeyError>,
) -> Result<Keys, KeyError> {
    match (configured, file) {
        (Some(text), _) => parse(name, text.expose_secret()),
        (None, Some(file)) => read(&file),
        (None, None) => Err(KeyError::NotSet(name)),
    }
}

fn keyring(masters: &Keys) -> Result<Keyring, KeyError> {
    let mut masters = masters.iter();
    let (version, first) = masters.next().ok_or(KeyError::NotSet(MASTER))?;
    Ok(masters.fold(Keyring::new(*version, first), |keyring, (version, key)| keyring.with(*version, key)))
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

    use super::*;
    use crate::RandomIds;

    fn random() -> String {
        key::random(&RandomIds).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn given(master: &str, index: &str) -> Result<VaultKeys, KeyError> {
        let text = |text: &str| (!text.is_empty()).then(|| text.into());
        let config = VaultConfig { master_key: text(master), index_key: text(index) };
        vault_keys(&config, None, &RandomIds)
    }

    #[test]
    fn the_highest_version_is_the_current_one() {
        let rotating = format!("2:{},1:{}", random(), random());
        assert_eq!(given(&rotating, &random()).expect("keys").keyring.newest(), 2);
        let twice = format!("1:{},{}", random(), random());
        assert!(matches!(given(&twice, &random()), Err(KeyError::Twice(_, 1))));
    }

    #[test]
    fn what_is_no_good_key_is_refused() {
        let passphrase = STANDARD_NO_PAD.encode("correct horse battery staple 123");
        let counting: String = (0..32).map(|byte| format!("{byte:02x}")).collect();
        for weak in [&"00".repeat(32), &"0123456789abcdef".repeat(4), &counting, &passphrase] {
            assert!(matches!(given(weak, &random()), Err(KeyError::Weak(..))), "{weak}");
        }
        for bad in ["secret", "0:00", &random()[..62], &format!("x:{}", random()), &"zz".repeat(32)] {
            assert!(matches!(given(bad, &random()), Err(KeyError::Form(_))), "{bad}");
        }
        let key = random();
        assert!(matches!(given(&key, &key), Err(KeyError::Same)));
        assert!(matches!(given("", &key), Err(KeyError::NotSet("vault.master_key"))));
    }

    #[test]
    fn keys_are_not_shown() {
        let (master, index) = (random(), random());
        let shown = format!("{:?}", given(&master, &index).expect("keys"));
        assert!(!shown.contains(&master) && !shown.contains(&index));
    }
}
