//! The secret keys: read from the configuration, or made once in the data folder; weak ones are refused.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, chown},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use domain::Ids;
use event_store::{IndexKey, Keyring};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};

use crate::config::VaultConfig;

const KEY_BYTES: usize = 32;
type Key = Zeroizing<[u8; KEY_BYTES]>;

/// The folder of the keys within the data folder.
const FOLDER: &str = "keys";
/// The file of the master keys in there, a version a line.
const MASTER_FILE: &str = "master.key";
const MASTER_PREFIX: &str = "master.";
/// How the names of files end that are to take the place of another.
const UNFINISHED: &str = ".new";
/// The file of the index key.
const INDEX_FILE: &str = "index.key";
/// Random keys have about thirty different bytes; fewer than this is a pattern.
const DIFFERENT_BYTES_MIN: usize = 16;
/// The version of a key that is given without one.
const FIRST_VERSION: i16 = 1;

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
    let masters = key("vault.master_key", config.master_key.as_ref(), MASTER_FILE, data_folder, ids)?;
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
    let mut keys = key("vault.index_key", config.index_key.as_ref(), INDEX_FILE, data_folder, ids)?;
    // It has no versions: nothing could be found again by another.
    match (keys.len(), keys.pop_last()) {
        (1, Some((_, key))) => Ok(key),
        _ => Err(KeyError::Form("vault.index_key".to_owned())),
    }
}

/// The key that is configured, or else the one that is kept, which is made the first time.
fn key(
    name: &'static str,
    configured: Option<&SecretString>,
    file: &str,
    data_folder: Option<&Path>,
    ids: Option<&dyn Ids>,
) -> Result<BTreeMap<i16, Key>, KeyError> {
    match (configured, data_folder) {
        (Some(text), _) => parse(name, text.expose_secret()),
        (None, Some(folder)) => kept(&folder.join(FOLDER).join(file), ids),
        (None, None) => Err(KeyError::NotSet(name)),
    }
}

/// The master keys as they are by now; nothing is made where there are none.
pub(crate) fn master_keys(config: &VaultConfig, data_folder: Option<&Path>) -> Result<Keyring, KeyError> {
    match (&config.master_key, data_folder) {
        (Some(text), _) => keyring(&parse("vault.master_key", text.expose_secret())?),
        (None, Some(folder)) => keyring(&read(&folder.join(FOLDER).join(MASTER_FILE))?),
        (None, None) => Err(KeyError::NotSet("vault.master_key")),
    }
}

fn keyring(masters: &BTreeMap<i16, Key>) -> Result<Keyring, KeyError> {
    let mut masters = masters.iter();
    let (version, first) = masters.next().ok_or(KeyError::NotSet("vault.master_key"))?;
    Ok(masters.fold(Keyring::new(*version, first), |keyring, (version, key)| keyring.with(*version, key)))
}

/// Reads the key of a file, which is made if it is not there and may be.
fn kept(path: &Path, ids: Option<&dyn Ids>) -> Result<BTreeMap<i16, Key>, KeyError> {
    let failed = |cause| KeyError::File { path: path.to_owned(), cause };
    if !path.try_exists().map_err(failed)? {
        let ids = ids.ok_or_else(|| KeyError::NotThere(path.to_owned()))?;
        make(path, ids).map_err(failed)?;
    }
    read(path)
}

fn read(path: &Path) -> Result<BTreeMap<i16, Key>, KeyError> {
    let failed = |cause| KeyError::File { path: path.to_owned(), cause };
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    parse(&path.display().to_string(), &text)
}

/// Makes a key file that is whole or not there at all, that only its owner reads, and that replaces no other.
fn make(path: &Path, ids: &dyn Ids) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let unfinished = write_beside(path, &line(FIRST_VERSION, &random(ids)), ids)?;
    // A link fails where a rename would replace the key that another process made meanwhile.
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    fs::File::open(folder)?.sync_all()?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn random(ids: &dyn Ids) -> Key {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    ids.fill(key.as_mut_slice());
    key
}

fn line(version: i16, key: &Key) -> Zeroizing<String> {
    Zeroizing::new(format!("{version}:{}\n", STANDARD_NO_PAD.encode(**key)))
}

/// Writes a file that is to take the place of `path`, to the disk, for its owner's eyes only.
fn write_beside(path: &Path, text: &str, ids: &dyn Ids) -> io::Result<PathBuf> {
    let unfinished = path.with_extension(format!("{}{UNFINISHED}", ids.uuid()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(unfinished)
}

/// Reads `key`, or several as `1:key,2:key`.
fn parse(name: &str, text: &str) -> Result<BTreeMap<i16, Key>, KeyError> {
    let mut keys = BTreeMap::new();
    for item in text.split([',', '\n', ' ']).map(str::trim).filter(|item| !item.is_empty()) {
        let form = || KeyError::Form(name.to_owned());
        let (version, key) = match item.split_once(':') {
            Some((version, key)) => (version.parse().ok().filter(|version| *version > 0).ok_or_else(form)?, key),
            None => (FIRST_VERSION, item),
        };
        let key = decode(key).ok_or_else(form)?;
        if let Some(why) = weakness(&key) {
            return Err(KeyError::Weak(name.to_owned(), why));
        }
        if keys.insert(version, key).is_some() {
            return Err(KeyError::Twice(name.to_owned(), version));
        }
    }
    if keys.is_empty() { Err(KeyError::Form(name.to_owned())) } else { Ok(keys) }
}

/// Hexadecimal, or base64 of either alphabet, with or without padding.
fn decode(text: &str) -> Option<Key> {
    let bytes = if text.len() == 2 * KEY_BYTES {
        let digits = (0..KEY_BYTES).map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok());
        Zeroizing::new(digits.collect::<Option<Vec<u8>>>()?)
    } else {
        let standard = Zeroizing::new(text.trim_end_matches('=').replace('-', "+").replace('_', "/"));
        Zeroizing::new(STANDARD_NO_PAD.decode(standard.as_bytes()).ok()?)
    };
    bytes.as_slice().try_into().ok().map(Zeroizing::new)
}

/// What random bytes never are. Each of these happens to a good key less than once in a million million times.
fn weakness(key: &[u8; KEY_BYTES]) -> Option<&'static str> {
    let different = key.iter().collect::<std::collections::BTreeSet<_>>().len();
    let step = key[1].wrapping_sub(key[0]);
    if key.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step) || different < DIFFERENT_BYTES_MIN {
        Some("it is a pattern")
    } else if key.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        Some("it is text rather than random bytes")
    } else {
        None
    }
}

/// The file of the master keys in a data folder, while they rotate. The versions in it are read by every process of the
/// product when it meets one that it does not know.
#[derive(Debug)]
pub struct MasterKeyFile {
    path: PathBuf,
}

impl MasterKeyFile {
    /// That of this data folder.
    pub fn of(data_folder: &Path) -> Self {
        Self { path: data_folder.join(FOLDER).join(MASTER_FILE) }
    }

    /// Adds a version, unless a rotation was interrupted that had added one already.
    pub fn begin_rotation(&self, ids: &dyn Ids) -> Result<(), KeyError> {
        let mut keys = read(&self.path)?;
        if keys.len() == 1 {
            let newest = keys.keys().next_back().copied().unwrap_or_default();
            keys.insert(newest + 1, random(ids));
            self.replace(&keys, ids)?;
        }
        Ok(())
    }

    /// Destroys every version but the newest.
    pub fn finish_rotation(&self, ids: &dyn Ids) -> Result<(), KeyError> {
        let keys = read(&self.path)?;
        let newest = keys.into_iter().next_back().into_iter().collect();
        self.replace(&newest, ids)
    }

    fn replace(&self, keys: &BTreeMap<i16, Key>, ids: &dyn Ids) -> Result<(), KeyError> {
        let text =
            Zeroizing::new(keys.iter().map(|(version, key)| line(*version, key).to_string()).collect::<String>());
        let replaced = || {
            self.destroy_unfinished()?;
            let mut former = fs::OpenOptions::new().write(true).open(&self.path)?;
            let metadata = former.metadata()?;
            let beside = write_beside(&self.path, &text, ids)?;
            // Root may rotate what somebody else runs on, and has to be able to read.
            chown(&beside, Some(metadata.uid()), Some(metadata.gid()))?;
            fs::rename(beside, &self.path)?;
            fs::File::open(self.path.parent().ok_or(io::ErrorKind::InvalidInput)?)?.sync_all()?;
            // What the name no longer leads to still lies on the disk.
            overwrite(&mut former, metadata.len())
        };
        replaced().map_err(|cause| KeyError::File { path: self.path.clone(), cause })
    }

    /// What was cut off before may have left the keys in a file that did not come to take this one's place.
    fn destroy_unfinished(&self) -> io::Result<()> {
        let kept = fs::metadata(&self.path)?;
        for entry in fs::read_dir(self.path.parent().ok_or(io::ErrorKind::InvalidInput)?)? {
            let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
            let name = name.to_string_lossy();
            if !(name.starts_with(MASTER_PREFIX) && name.ends_with(UNFINISHED)) {
                continue;
            }
            let mut file = fs::OpenOptions::new().write(true).open(&path)?;
            let found = file.metadata()?;
            // It may be another name of the very file that is in use, cut off when that was made.
            if (found.dev(), found.ino()) != (kept.dev(), kept.ino()) {
                overwrite(&mut file, found.len())?;
            }
            fs::remove_file(path)?;
        }
        Ok(())
    }
}

/// Some file systems do so in place.
fn overwrite(file: &mut fs::File, bytes: u64) -> io::Result<()> {
    io::copy(&mut io::repeat(b'0').take(bytes), file)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::*;
    use crate::RandomIds;

    fn random() -> String {
        let mut bytes = [0; KEY_BYTES];
        RandomIds.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn given(master: &str, index: &str) -> Result<VaultKeys, KeyError> {
        let text = |text: &str| (!text.is_empty()).then(|| text.into());
        let config = VaultConfig { master_key: text(master), index_key: text(index) };
        vault_keys(&config, None, &RandomIds)
    }

    #[test]
    fn keys_are_taken_in_hex_and_in_base64() {
        let key = random();
        let bytes = decode(&key).expect("hex");
        let base64 = base64::engine::general_purpose::STANDARD.encode(*bytes);
        let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(*bytes);
        assert!(decode(&base64) == Some(bytes.clone()) && decode(&url_safe) == Some(bytes));
        assert!(given(&key, &random()).is_ok());
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
    fn keys_are_made_once_and_read_by_their_owner_only() {
        let folder = TempDir::new().expect("folder");
        let none = VaultConfig { master_key: None, index_key: None };
        let first = vault_keys(&none, Some(folder.path()), &RandomIds).expect("made");
        let again = vault_keys(&none, Some(folder.path()), &RandomIds).expect("kept");
        assert_eq!(first.index_key.derive("test"), again.index_key.derive("test"));
        let keys = folder.path().join(FOLDER);
        let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
        assert_eq!((mode(&keys), mode(&keys.join("master.key"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&keys).expect("folder").count(), 2, "nothing unfinished stays");
    }

    #[test]
    fn a_rotation_adds_a_version_once_and_leaves_the_newest() {
        let folder = TempDir::new().expect("folder");
        let none = VaultConfig { master_key: None, index_key: None };
        vault_keys(&none, Some(folder.path()), &RandomIds).expect("made");
        let file = MasterKeyFile::of(folder.path());
        let versions = || master_keys(&none, Some(folder.path())).expect("keys").versions().collect::<Vec<_>>();
        for _ in 0..2 {
            file.begin_rotation(&RandomIds).expect("begun");
            assert_eq!(versions(), [1, 2], "begun again, it goes on");
        }
        for _ in 0..2 {
            file.finish_rotation(&RandomIds).expect("finished");
            assert_eq!(versions(), [2]);
        }
        let keys = folder.path().join(FOLDER);
        let mode = fs::metadata(keys.join(MASTER_FILE)).expect("metadata").permissions().mode() & 0o777;
        assert_eq!((mode, fs::read_dir(&keys).expect("folder").count()), (0o600, 2));
    }

    #[test]
    fn a_rotation_destroys_what_one_that_was_cut_off_has_left() {
        let folder = TempDir::new().expect("folder");
        let none = VaultConfig { master_key: None, index_key: None };
        vault_keys(&none, Some(folder.path()), &RandomIds).expect("made");
        let (keys, file) = (folder.path().join(FOLDER), MasterKeyFile::of(folder.path()));
        let old = fs::read_to_string(keys.join(MASTER_FILE)).expect("keys");
        let left = |nth: u8| keys.join(format!("master.00000000-0000-7000-8000-00000000000{nth}.new"));
        fs::copy(keys.join(MASTER_FILE), left(1)).expect("copied");
        // As it is made, for a moment it has both names.
        fs::hard_link(keys.join(MASTER_FILE), left(2)).expect("linked");
        let copy = fs::File::open(left(1)).expect("open");
        file.begin_rotation(&RandomIds).expect("begun");
        assert!(fs::read_to_string(keys.join(MASTER_FILE)).expect("keys").contains(old.trim()));
        file.finish_rotation(&RandomIds).expect("finished");
        assert_eq!(fs::read_dir(&keys).expect("folder").count(), 2);
        assert!(!io::read_to_string(copy).expect("what lies on the disk").contains(old.trim()));
    }

    #[test]
    fn a_broken_key_file_is_an_error_and_never_replaced() {
        let folder = TempDir::new().expect("folder");
        fs::create_dir(folder.path().join(FOLDER)).expect("folder");
        let path = folder.path().join(FOLDER).join("master.key");
        fs::write(&path, "").expect("file");
        let none = VaultConfig { master_key: None, index_key: None };
        assert!(vault_keys(&none, Some(folder.path()), &RandomIds).is_err());
        assert_eq!(fs::read_to_string(&path).expect("file"), "");
    }

    #[test]
    fn keys_are_not_shown() {
        let (master, index) = (random(), random());
        let shown = format!("{:?}", given(&master, &index).expect("keys"));
        assert!(!shown.contains(&master) && !shown.contains(&index));
    }
}
