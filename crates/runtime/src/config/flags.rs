//! The flags that every subcommand takes for its configuration.

use std::path::PathBuf;

use super::{
    ConfigError,
    settings::{Given, Layer, Place, Settings},
};

/// Flags for `clap`, to be flattened into a command.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ConfigFlags {
    /// The configuration file [default: /etc/momentum/momentum.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Sets one setting, as in `--set log.level=debug`; may be repeated
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
    /// Where the API and the pages are served
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// The folder of everything that Momentum keeps by itself
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
}

impl ConfigFlags {
    pub(super) fn layer(&self, known: &Settings) -> Result<Layer, ConfigError> {
        let mut layer = Layer::default();
        for given in &self.settings {
            let (key, value) =
                given.split_once('=').ok_or_else(|| ConfigError::NotASetting { given: given.clone() })?;
            if Settings::is_secret(key) {
                return Err(ConfigError::SecretFlag { key: key.to_owned() });
            }
            layer.put(known, key, Given::Text(value), Place::Flag("--set"))?;
        }
        if let Some(listen) = &self.listen {
            layer.put(known, "server.listen", Given::Text(listen), Place::Flag("--listen"))?;
        }
        if let Some(folder) = &self.data {
            let folder = folder.to_str().ok_or_else(|| ConfigError::NotText { name: "--data".to_owned() })?;
            layer.put(known, "data.folder", Given::Text(folder), Place::Flag("--data"))?;
        }
        Ok(layer)
    }
}
