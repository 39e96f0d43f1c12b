//! What can be wrong with a configuration, told so that it can be put right at once.

use std::path::PathBuf;

use super::Place;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Nobody reads such a setting.
    #[error("{place}: there is no setting {name}; did you mean {near}?")]
    Unknown {
        /// Where it stands.
        place: Place,
        /// The name, as it stands there.
        name: String,
        /// The known name that is most like it.
        near: String,
    },
    /// The value cannot be used.
    #[error("{key} ({place}): {why}")]
    Invalid {
        /// The setting.
        key: String,
        /// Where its value came from.
        place: Place,
        /// What it should be.
        why: String,
    },
    /// The same place gives a setting in two ways.
    #[error("{key} is set twice: by {place}, and by {other}")]
    Twice {
        /// The setting.
        key: String,
        /// One way.
        place: Place,
        /// The other.
        other: Place,
    },
    /// A secret on the command line, where every user of the machine can read it.
    #[error("{key} is secret and not taken from flags, which other users can see: use the file or the environment")]
    SecretFlag {
        /// The setting.
        key: String,
    },
    /// A flag that is not `key=value`.
    #[error("--set {given}: write it as in --set log.level=debug")]
    NotASetting {
        /// What was given.
        given: String,
    },
    /// A variable that is not text.
    #[error("{name} is not UTF-8")]
    NotText {
        /// The variable.
        name: String,
    },
    /// A file that cannot be read.
    #[error("{}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A file that is not TOML.
    #[error("{}: {cause}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why. Its text shows the line.
        cause: Box<toml::de::Error>,
    },
}
