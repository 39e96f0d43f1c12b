//! The settings, as plain structs. Each names its environment variable; `momentum.example.toml` holds the defaults.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
};

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

use super::PublicUrl;
use crate::http::Network;

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `MOMENTUM_SHARDS`: how many sequences the log has; read when it is installed, and fixed after.
    pub shards: i16,
    /// Where it is served and to whom.
    pub server: ServerConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// The message server.
    pub nats: NatsConfig,
    /// The bus on the message server.
    pub bus: BusConfig,
    /// The data folder.
    pub data: DataConfig,
    /// The log of the program, not of events.
    pub log: LogConfig,
    /// What is bounded by number.
    pub limits: LimitsConfig,
    /// The secret keys.
    pub vault: VaultConfig,
}

/// Where it is served and to whom.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// `MOMENTUM_SERVER__LISTEN`: where the API and the pages are served.
    pub listen: SocketAddr,
    /// `MOMENTUM_SERVER__ADMIN_LISTEN`: where metrics and health are served.
    pub admin_listen: SocketAddr,
    /// `MOMENTUM_SERVER__PUBLIC_URL`: where browsers find it. See [`ServerConfig::public_url_at`].
    #[serde(deserialize_with = "if_set")]
    pub public_url: Option<PublicUrl>,
    /// `MOMENTUM_SERVER__TRUSTED_PROXIES`: whose word counts on who the client is.
    pub trusted_proxies: Vec<Network>,
    /// `MOMENTUM_SERVER__LINGER_SECS`: how long requests are still taken after readiness has said no.
    pub linger_secs: u64,
    /// `MOMENTUM_SERVER__REGISTRATION`: see [`ServerConfig::is_registration_open`].
    pub registration: Registration,
}

/// Whether strangers may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Where nobody else gets to: on loopback, with no proxy in front and no address but this machine's.
    Auto,
    /// Yes.
    Open,
    /// No; `momentum admin add-user` makes accounts.
    Closed,
}

impl ServerConfig {
    /// Whether strangers may register.
    pub fn is_registration_open(&self) -> bool {
        match self.registration {
            Registration::Auto => {
                let is_elsewhere = self.public_url.as_ref().is_some_and(|url| !url.is_loopback());
                self.listen.ip().is_loopback() && !is_elsewhere && self.trusted_proxies.is_empty()
            }
            Registration::Open => true,
            Registration::Closed => false,
        }
    }

    /// Where browsers find it: as configured, or on loopback derived from the address that was bound.
    pub fn public_url_at(&self, bound: SocketAddr) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| {
            // Browsers treat the name better than the address, which passkeys for one do not take.
            let host = match bound.ip() {
                ip if ip == IpAddr::from([127, 0, 0, 1]) => "localhost".to_owned(),
                IpAddr::V4(ip) => ip.to_string(),
                IpAddr::V6(ip) => format!("[{ip}]"),
            };
            PublicUrl::of_loopback(&host, bound.port())
        })
    }
}

/// The database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `MOMENTUM_DATABASE__URL`, `DATABASE_URL`: none where Momentum runs its own.
    #[serde(deserialize_with = "if_set")]
    pub url: Option<SecretString>,
    /// `MOMENTUM_DATABASE__CONNECTIONS_MAX`: how many connections a role keeps at most.
    pub connections_max: u32,
    /// `MOMENTUM_DATABASE__REQUIRE_DURABLE`: refuses a Postgres that would lose what was acknowledged. Off only for tests.
    pub require_durable: bool,
    /// `MOMENTUM_DATABASE__CONNECT_WAIT_SECS`: how long a start waits for it to answer.
    pub connect_wait_secs: u64,
}

/// The message server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NatsConfig {
    /// `MOMENTUM_NATS__URL`, `NATS_URL`: none where Momentum runs its own.
    #[serde(deserialize_with = "if_set")]
    pub url: Option<SecretString>,
    /// `MOMENTUM_NATS__NKEY_SEED`: whom to sign in as, whatever the role.
    #[serde(deserialize_with = "if_set")]
    pub nkey_seed: Option<SecretString>,
    /// `MOMENTUM_NATS__KEYS`: a folder with an nkey for each role, as `momentum nats-keys` makes them.
    #[serde(deserialize_with = "if_set")]
    pub keys: Option<PathBuf>,
    /// `MOMENTUM_NATS__CA_FILE`: certificates (PEM) to trust for `tls://` instead of those that the machine trusts.
    #[serde(deserialize_with = "if_set")]
    pub ca_file: Option<PathBuf>,
}

/// The bus on the message server.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusConfig {
    /// `MOMENTUM_BUS__KEEP`: how many of the latest positions of each shard stay on the bus.
    pub keep: u32,
}

/// The data folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// `MOMENTUM_DATA__FOLDER`: where Momentum keeps what it runs by itself.
    pub folder: PathBuf,
    /// `MOMENTUM_DATA__TOOLS`: the folder with the programs of Postgres and nats-server.
    #[serde(deserialize_with = "if_set")]
    pub tools: Option<PathBuf>,
}

/// The log of the program, not of events.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// `MOMENTUM_LOG__LEVEL`, `RUST_LOG`: a level, or directives of tracing's `EnvFilter`.
    pub level: String,
    /// `MOMENTUM_LOG__FORMAT`: the form of each line.
    pub format: LogFormat,
    /// `MOMENTUM_LOG__COLOR`, `NO_COLOR`: whether pretty lines have colours.
    pub color: Color,
}

/// The form of each line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Pretty on a terminal, JSON elsewhere.
    Auto,
    /// An object a line.
    Json,
    /// For people.
    Pretty,
}

/// Whether pretty lines have colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Wherever it goes.
    Always,
    /// Nowhere.
    Never,
}

/// What is bounded by number.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// `MOMENTUM_LIMITS__CONNECTIONS_MAX`: how many connections are open at once.
    pub connections_max: usize,
    /// `MOMENTUM_LIMITS__CONCURRENT_REQUESTS_MAX`: how many requests are worked on at once.
    pub concurrent_requests_max: usize,
    /// `MOMENTUM_LIMITS__COMMANDS_A_MINUTE`: how many commands one person may give, as many of them at once.
    pub commands_a_minute: NonZeroU32,
}

/// The secret keys, as they are given; [`crate::vault_keys`] reads them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultConfig {
    /// `MOMENTUM_VAULT__MASTER_KEY`: wraps the keys of people's text; several, with versions, while it rotates.
    #[serde(deserialize_with = "if_set")]
    pub master_key: Option<SecretString>,
    /// `MOMENTUM_VAULT__INDEX_KEY`: the key of keyed hashes, which never changes.
    #[serde(deserialize_with = "if_set")]
    pub index_key: Option<SecretString>,
}

/// Reads an empty text as not set: TOML has no null, and every setting has its line in the sample.
fn if_set<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let text = String::deserialize(deserializer)?;
    let set = (!text.is_empty()).then(|| T::deserialize(serde::de::value::StringDeserializer::new(text)));
    set.transpose()
}
