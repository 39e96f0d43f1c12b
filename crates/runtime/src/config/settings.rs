//! All settings by their dotted key, each with its value and where that came from.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::Value;

use super::{
    ConfigError,
    file::{flatten, unflatten},
};

/// The sample file is the list of what can be set, and of the defaults: there is no other to fall out of step with.
const SAMPLE: &str = include_str!("../../../../momentum.example.toml");
/// What may be read from a file, and is never printed or taken from flags.
const SECRETS: &[&str] = &["database.url", "nats.url", "nats.nkey_seed", "vault.master_key", "vault.index_key"];
/// Ends the key of a setting whose value is the path of a file that holds the secret.
const FILE_SUFFIX: &str = "_file";
/// What is printed for a secret that is set.
const MASK: &str = "***";

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The sample's own value.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// The environment as a whole, for what it should not have.
    Environment,
    /// A variable.
    Variable(String),
    /// A flag.
    Flag(&'static str),
    /// A file with a secret, named by one of the others.
    SecretFile(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Environment => f.write_str("the environment"),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
            Self::File(path) | Self::SecretFile(path) => path.display().fmt(f),
        }
    }
}

/// A value as it was given: text, which takes the type of the default, or TOML, which must have it.
pub(super) enum Given<'a> {
    Text(&'a str),
    Toml(Value),
}

/// What one place sets. Within it nothing is set twice, so that no order has to be remembered.
#[derive(Default)]
pub(super) struct Layer(BTreeMap<String, (Value, Place)>);

impl Layer {
    /// Sets `key`, or if `key` ends in `_file`, the secret that the file holds.
    pub(super) fn put(&mut self, known: &Settings, key: &str, given: Given, place: Place) -> Result<(), ConfigError> {
        let secret = key.strip_suffix(FILE_SUFFIX).filter(|base| Settings::is_secret(base));
        let base = secret.unwrap_or(key);
        let Some((default, _)) = known.0.get(base) else {
            let near = nearest(key, known.keys());
            return Err(ConfigError::Unknown { place, name: key.to_owned(), near });
        };
        let invalid = |why: String| ConfigError::Invalid { key: key.to_owned(), place: place.clone(), why };
        let value = match given {
            Given::Text(text) => of_type(text, default).map_err(invalid)?,
            Given::Toml(value) if value.same_type(default) => value,
            Given::Toml(value) => {
                return Err(invalid(format!("it must be {}, not {}", type_name(default), type_name(&value))));
            }
        };
        let (value, place) = match (secret, value) {
            (Some(_), Value::String(path)) if !path.is_empty() => read_secret(Path::new(&path))?,
            (_, value) => (value, place),
        };
        match self.0.entry(base.to_owned()) {
            Entry::Vacant(vacant) => drop(vacant.insert((value, place))),
            Entry::Occupied(occupied) => {
                let other = occupied.get().1.clone();
                return Err(ConfigError::Twice { key: base.to_owned(), place, other });
            }
        }
        Ok(())
    }
}

fn read_secret(path: &Path) -> Result<(Value, Place), ConfigError> {
    let text = fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause })?;
    Ok((Value::String(text.trim().to_owned()), Place::SecretFile(path.to_owned())))
}

/// Reads `text` as the type that the default has.
fn of_type(text: &str, default: &Value) -> Result<Value, String> {
    let wrong = || format!("it must be {}", type_name(default));
    match default {
        Value::Integer(_) => text.trim().parse().map(Value::Integer).map_err(|_| wrong()),
        Value::Boolean(_) => text.trim().parse().map(Value::Boolean).map_err(|_| wrong()),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        _ => Ok(Value::String(text.to_owned())),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list",
        Value::Table(_) => "a section",
        Value::String(_) => "a text",
        Value::Float(_) | Value::Datetime(_) => "another type",
    }
}

/// The known name that is most like `name`.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let likeness = |other: &str| strsim::normalized_damerau_levenshtein(name, other);
    known.max_by(|one, other| likeness(one).total_cmp(&likeness(other))).unwrap_or_default().to_owned()
}

/// The settings as they stand.
pub(super) struct Settings(BTreeMap<String, (Value, Place)>);

impl Settings {
    /// As in the sample.
    pub(super) fn defaults() -> Self {
        let table = SAMPLE.parse().expect("the sample is part of the program, and a test reads it");
        Self(flatten(table).into_iter().map(|(key, value)| (key, (value, Place::Default))).collect())
    }

    /// Takes over what the layer sets.
    pub(super) fn apply(&mut self, layer: Layer) {
        self.0.extend(layer.0);
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn is_secret(key: &str) -> bool {
        SECRETS.contains(&key)
    }

    /// Says of a value what is wrong with it, and where it came from.
    pub(super) fn invalid(&self, key: &str, why: &str) -> ConfigError {
        let place = self.0.get(key).map_or(Place::Default, |(_, place)| place.clone());
        ConfigError::Invalid { key: key.to_owned(), place, why: why.to_owned() }
    }

    pub(super) fn deserialize<'de, T: Deserialize<'de>>(&self) -> Result<T, ConfigError> {
        let table = unflatten(self.0.iter().map(|(key, (value, _))| (key.as_str(), value.clone())));
        serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
            let why = error.inner().message().to_owned();
            // The item of a list is told by its text; the list is what has a name.
            self.invalid(error.path().to_string().split('[').next().unwrap_or_default(), &why)
        })
    }

    /// TOML that reads back as it is, but for the secrets.
    pub(super) fn print(&self) -> String {
        let mut text = String::new();
        let mut section = "";
        // Those without a section come first, since in TOML a section has no end.
        let mut settings: Vec<_> = self.0.iter().collect();
        settings.sort_by_key(|(key, _)| key.contains('.'));
        for (key, (value, place)) in settings {
            let (own_section, name) = key.split_once('.').unwrap_or(("", key));
            if own_section != section {
                section = own_section;
                let _ = writeln!(text, "\n[{section}]");
            }
            let mask = Value::String(MASK.to_owned());
            let is_set = value.as_str() != Some("");
            let shown = if Self::is_secret(key) && is_set { &mask } else { value };
            let _ = writeln!(text, "{name} = {shown} # {place}");
        }
        text
    }
}

/// As printed, so that no secret gets into a log this way.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.print())
    }
}
