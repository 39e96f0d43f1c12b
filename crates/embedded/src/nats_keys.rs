//! The nkeys by which the parts of the system sign in to the nats-server: made once, for their owner's eyes only.

use std::{
    fs,
    path::{Path, PathBuf},
};

use nkeys::KeyPair;

use crate::error::{Error, Result, on};
use crate::private::{keep_private, make_private};

/// Those who sign in, and the variable that `nats.conf` takes the public half of each one's nkey from.
pub const NATS_ROLES: [(&str, &str); 5] = [
    ("command-api", "MOMENTUM_NATS_COMMAND_API"),
    ("query-api", "MOMENTUM_NATS_QUERY_API"),
    ("projector", "MOMENTUM_NATS_PROJECTOR"),
    ("analytics", "MOMENTUM_NATS_ANALYTICS"),
    ("administration", "MOMENTUM_NATS_ADMINISTRATION"),
];

/// A folder of nkeys, the seed of each in a file of its own.
#[derive(Debug)]
pub struct NatsKeys {
    folder: PathBuf,
}

impl NatsKeys {
    /// Those of this folder. What is missing is made.
    ///
    /// # Errors
    /// Tells which file cannot be read or written.
    pub fn open(folder: &Path) -> Result<Self> {
        make_private(folder)?;
        for (role, _) in NATS_ROLES {
            let path = seed_path(folder, role);
            if !path.try_exists().map_err(on("look for", &path))? {
                make(&path)?;
            }
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// The variables of `nats.conf`, with the public halves.
    ///
    /// # Errors
    /// Tells which file does not hold a seed.
    pub fn variables(&self) -> Result<Vec<(&'static str, String)>> {
        let public = |(role, variable): (&str, &'static str)| {
            let path = seed_path(&self.folder, role);
            let seed = fs::read_to_string(&path).map_err(on("read", &path))?;
            let pair = KeyPair::from_seed(seed.trim()).map_err(|_| Error::NotASeed { path })?;
            Ok((variable, pair.public_key()))
        };
        NATS_ROLES.into_iter().map(public).collect()
    }
}

/// Where the seed of a role lies in a folder of nkeys.
#[must_use]
pub fn seed_path(folder: &Path, role: &str) -> PathBuf {
    folder.join(format!("{role}.nk"))
}

fn make(path: &Path) -> Result<()> {
    let seed = KeyPair::new_user().seed().map_err(|_| Error::NotASeed { path: path.to_owned() })?;
    keep_private(path, format!("{seed}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_made_once_and_read_by_their_owner_only() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("keys");
        let first = NatsKeys::open(&folder).and_then(|keys| keys.variables()).expect("made");
        let again = NatsKeys::open(&folder).and_then(|keys| keys.variables()).expect("kept");
        assert_eq!(first, again);
        let public: std::collections::BTreeSet<_> = first.iter().map(|(_, key)| key).collect();
        assert!(public.len() == NATS_ROLES.len() && public.iter().all(|key| key.starts_with('U')), "{first:?}");
        let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&seed_path(&folder, "projector"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&folder).expect("folder").count(), NATS_ROLES.len(), "nothing unfinished stays");
    }

    #[test]
    fn what_is_no_seed_is_told_and_not_replaced() {
        let place = tempfile::tempdir().expect("a folder");
        NatsKeys::open(place.path()).expect("made");
        let path = seed_path(place.path(), "analytics");
        fs::write(&path, "SUshort").expect("damaged");
        let told = NatsKeys::open(place.path()).and_then(|keys| keys.variables()).expect_err("damaged").to_string();
        assert!(told.contains("analytics.nk") && !told.contains("SUshort"), "{told}");
    }
}
