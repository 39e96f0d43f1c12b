//! The environment, read once, as the program starts.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
};

use super::{
    ConfigError,
    settings::{Given, Layer, Place, Settings},
};

/// What all of Momentum's own variables begin with.
const PREFIX: &str = "MOMENTUM_";
/// What names a file with a secret rather than the secret.
const FILE_SUFFIX: &str = "_FILE";

/// Names by which other programs know the same things, and one that is worth being short. Own names win over them.
const COMMON_NAMES: &[(&str, &str)] = &[
    ("DATABASE_URL", "database.url"),
    ("NATS_URL", "nats.url"),
    ("RUST_LOG", "log.level"),
    ("MOMENTUM_PUBLIC_URL", "server.public_url"),
];
/// Set to anything at all, it asks for no colours; see <https://no-color.org>.
const NO_COLOR: &str = "NO_COLOR";

/// The variables of the environment.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        Self(std::env::vars_os().collect())
    }

    /// A variable that is no setting, such as `PATH`.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// What the environment sets: first by common names, then by Momentum's own.
    pub(super) fn layers(&self, known: &Settings) -> Result<[Layer; 2], ConfigError> {
        let mut common = Layer::default();
        for (name, key) in COMMON_NAMES {
            if let Some(value) = self.text(name)? {
                common.put(known, key, Given::Text(value), Place::Variable((*name).to_owned()))?;
            }
        }
        if self.get(NO_COLOR).is_some() {
            common.put(known, "log.color", Given::Text("never"), Place::Variable(NO_COLOR.to_owned()))?;
        }
        Ok([common, self.own(known)?])
    }

    fn own(&self, known: &Settings) -> Result<Layer, ConfigError> {
        let keys = keys_by_variable(known);
        let mut own = Layer::default();
        for name in self.0.keys().filter_map(|name| name.to_str()) {
            if !name.starts_with(PREFIX) || COMMON_NAMES.iter().any(|(common, _)| *common == name) {
                continue;
            }
            let Some(key) = keys.get(name) else {
                let near = super::settings::nearest(name, keys.keys().map(String::as_str));
                return Err(ConfigError::Unknown { place: Place::Environment, name: name.to_owned(), near });
            };
            if let Some(value) = self.text(name)? {
                own.put(known, key, Given::Text(value), Place::Variable(name.to_owned()))?;
            }
        }
        Ok(own)
    }

    /// A variable that is set; a compose file passes on what it does not have as an empty text.
    fn text(&self, name: &str) -> Result<Option<&str>, ConfigError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        value.to_str().map(Some).ok_or_else(|| ConfigError::NotText { name: name.to_owned() })
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// The variable of a setting: `MOMENTUM_LOG__LEVEL` for `log.level`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())
}

fn keys_by_variable(known: &Settings) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for key in known.keys() {
        if Settings::is_secret(key) {
            keys.insert(variable(key) + FILE_SUFFIX, format!("{key}{}", FILE_SUFFIX.to_lowercase()));
        }
        keys.insert(variable(key), key.to_owned());
    }
    keys
}
