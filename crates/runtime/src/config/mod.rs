//! Configuration: defaults, then the file, then the environment, then flags; what nobody knows is refused.

mod environment;
mod error;
mod file;
mod flags;
mod public_url;
mod sections;
mod settings;

use std::path::Path;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

pub use environment::Environment;
pub use error::ConfigError;
pub use flags::ConfigFlags;
pub(crate) use public_url::is_this_machine;
pub use public_url::{PublicUrl, UnusablePublicUrl};
pub use sections::{
    BusConfig, Color, Config, DataConfig, DatabaseConfig, LimitsConfig, LogConfig, LogFormat, NatsConfig, Registration,
    ServerConfig, VaultConfig,
};
pub use settings::Place;
use settings::Settings;

/// Where the file is looked for when no flag names one.
const DEFAULT_FILE: &str = "/etc/momentum/momentum.toml";
/// More shards than this would only be more rows to lock.
const SHARDS_MAX: i16 = 256;
/// Whoever stops a service kills it after a while, 30 s with Kubernetes, and draining needs its time too.
const LINGER_SECS_MAX: u64 = 60;
/// With fewer connections to Postgres, a role waits for itself.
const CONNECTIONS_MIN: u32 = 3;

/// A configuration that was read and found good, and where each setting came from.
#[derive(Debug)]
pub struct Effective {
    /// The settings.
    pub config: Config,
    settings: Settings,
}

/// Reads the configuration. Every error names the setting, and where it was set.
pub fn load(flags: &ConfigFlags, environment: &Environment) -> Result<Effective, ConfigError> {
    load_with_default_file(flags, environment, Path::new(DEFAULT_FILE))
}

fn load_with_default_file(
    flags: &ConfigFlags,
    environment: &Environment,
    default_file: &Path,
) -> Result<Effective, ConfigError> {
    let mut settings = Settings::defaults();
    if let Some(file) = flags.config.as_deref().or_else(|| default_file.exists().then_some(default_file)) {
        settings.apply(file::read(file, &settings)?);
    }
    for layer in environment.layers(&settings)? {
        settings.apply(layer);
    }
    settings.apply(flags.layer(&settings)?);
    let config: Config = settings.deserialize()?;
    check(&config, &settings)?;
    Ok(Effective { config, settings })
}

impl Effective {
    /// The configuration as TOML, each setting with where it came from, and secrets as `***`.
    pub fn print(&self) -> String {
        self.settings.print()
    }
}

/// What cannot be said by types.
fn check(config: &Config, settings: &Settings) -> Result<(), ConfigError> {
    let server = &config.server;
    let refuse = |key: &'static str, why: &str| Err(settings.invalid(key, why));
    if !(1..=SHARDS_MAX).contains(&config.shards) {
        return refuse("shards", &format!("it must be from 1 to {SHARDS_MAX}"));
    }
    if server.public_url.is_none() && !server.listen.ip().is_loopback() {
        return refuse("server.public_url", "it must be set, since server.listen is not a loopback address");
    }
    if config.server.linger_secs > LINGER_SECS_MAX {
        return refuse("server.linger_secs", &format!("it must be at most {LINGER_SECS_MAX}"));
    }
    if config.database.connections_max < CONNECTIONS_MIN {
        let why = format!("it must be at least {CONNECTIONS_MIN}: one is kept for writing, and questions need others");
        return refuse("database.connections_max", &why);
    }
    if let Err(error) = EnvFilter::builder().parse(&config.log.level) {
        return refuse("log.level", &error.to_string());
    }
    if let Some(word) = no_level(&config.log.level) {
        let why = format!(
            "{word:?} is not one of off, error, warn, info, debug and trace; of a part alone, say as in sqlx=debug"
        );
        return refuse("log.level", &why);
    }
    for (key, value) in [
        ("bus.keep", u64::from(config.bus.keep)),
        ("limits.connections_max", config.limits.connections_max as u64),
        ("limits.concurrent_requests_max", config.limits.concurrent_requests_max as u64),
    ] {
        if value == 0 {
            return refuse(key, "it must be at least 1");
        }
    }
    Ok(())
}

/// A word that would be read as the name of a part, so that of all others nothing is logged.
fn no_level(directives: &str) -> Option<&str> {
    let is_word = |directive: &&str| !directive.is_empty() && !directive.contains(['=', '[', ']', '{', '}']);
    let mut words = directives.split(',').map(str::trim).filter(is_word);
    words.find(|word| word.parse::<LevelFilter>().is_err())
}

#[cfg(test)]
mod tests;
