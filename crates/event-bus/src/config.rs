//! What can be chosen about the bus.

use std::path::PathBuf;

use secrecy::SecretString;

/// So many of a shard's last events stand in its stream, unless another number is configured.
const KEEP_DEFAULT: i64 = 100_000;

/// Where NATS is, who we are there, and what is kept there.
#[derive(Clone, Debug)]
pub struct BusConfig {
    /// The address of a nats-server, or several with commas between.
    pub url: String,
    /// What connections are called in the server's own reports.
    pub name: String,
    /// The seed of an nkey to sign in with.
    pub nkey_seed: Option<SecretString>,
    /// Certificates (PEM) to trust for `tls://` instead of those that the machine trusts.
    pub ca_file: Option<PathBuf>,
    /// What the subjects of answers to us begin with, where the server lets each hear its own only.
    pub inbox: Option<String>,
    /// The first word of subjects and streams: installations that share a nats-server need one each.
    pub prefix: String,
    /// So many of a shard's last events stand in its stream. Older ones are read from Postgres.
    pub keep: i64,
}

impl BusConfig {
    /// The nats-server at this address, and for the rest what suits nearly everybody.
    pub fn new(url: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            name: name.into(),
            nkey_seed: None,
            ca_file: None,
            inbox: None,
            prefix: "momentum".into(),
            keep: KEEP_DEFAULT,
        }
    }
}
