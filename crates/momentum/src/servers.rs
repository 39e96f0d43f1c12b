//! The servers it stands on: those that are configured, or a Postgres and a nats-server of its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use embedded::{Folder, NatsOptions, NatsServer, Postgres, PostgresOptions, Tools};
use runtime::{
    Base, Health, Shutdown,
    config::{Config, Environment},
};

/// The folder of who names none. Where the user who runs Postgres cannot enter it, another is found.
const DEFAULT_FOLDER: &str = "data";
/// So many pools has a process with all roles: one each, and query-api a second.
const POOLS: u32 = 5;
/// Each shard is followed by two workers, with a connection for the lease.
const LEASES_A_SHARD: u32 = 2;
/// What the embedded Postgres keeps ready besides: for the relay's election, and for administration.
const CONNECTIONS_BESIDE: u32 = 100;

/// The configuration with the servers' addresses, and the servers, if they are our own.
pub struct Servers {
    /// The settings, with the addresses filled in.
    pub config: Arc<Config>,
    /// The data folder, if Postgres is ours: then keys are kept beside it.
    pub data_folder: Option<PathBuf>,
    postgres: Option<Postgres>,
    nats: Option<NatsServer>,
    _folder: Option<Folder>,
}

/// What work beside the product meets.
enum Found {
    /// Servers that run.
    Running(Box<Servers>),
    /// A folder on which nothing runs.
    Idle(Folder),
}

/// What the embedded Postgres keeps ready.
fn connections_max(config: &Config) -> u16 {
    let leases = LEASES_A_SHARD * u32::from(config.shards.unsigned_abs());
    let all = POOLS.saturating_mul(config.database.connections_max).saturating_add(leases + CONNECTIONS_BESIDE);
    u16::try_from(all).unwrap_or(u16::MAX)
}

impl Servers {
    /// Starts those that are not configured.
    pub async fn start(config: Config, environment: &Environment) -> anyhow::Result<Self> {
        if config.database.url.is_some() && config.nats.url.is_some() {
            return Ok(Self::elsewhere(config, None));
        }
        look_for_programs(&config, environment)?;
        let folder = Folder::open(&folder_path(&config)?)?;
        Self::start_in(folder, config, environment).await
    }

    /// Talks to those of a product that runs on the same folder, or else starts them: for work beside it.
    pub async fn join(config: Config, environment: &Environment) -> anyhow::Result<Self> {
        look_for_programs(&config, environment)?;
        match Self::find(&config)? {
            Found::Running(servers) => Ok(*servers),
            Found::Idle(folder) => Self::start_in(folder, config, environment).await,
        }
    }

    /// The same for work on an installation that must be there: who is in the wrong folder is told so, where an empty
    /// installation would be made for them, and taken for theirs.
    pub async fn join_there(config: Config, environment: &Environment) -> anyhow::Result<Self> {
        let folder = folder_path(&config)?;
        ensure!(
            config.database.url.is_some() || Folder::has_cluster(&folder),
            "nothing is kept in {} yet: is it the right folder (--data)?",
            folder.display()
        );
        Self::join(config, environment).await
    }

    /// Talks to those of a product that runs on the same folder; none, if nothing does.
    pub fn beside(config: &Config) -> anyhow::Result<Option<Self>> {
        match Self::find(config)? {
            Found::Running(servers) => Ok(Some(*servers)),
            Found::Idle(_) => Ok(None),
        }
    }

    fn find(config: &Config) -> anyhow::Result<Found> {
        if config.database.url.is_some() && config.nats.url.is_some() {
            return Ok(Found::Running(Box::new(Self::elsewhere(config.clone(), None))));
        }
        match Folder::open(&folder_path(config)?) {
            Ok(folder) => Ok(Found::Idle(folder)),
            Err(embedded::Error::InUse { folder, .. }) => {
                let (mut config, is_ours) = (config.clone(), config.database.url.is_none());
                let postgres = Postgres::url_beside(&folder).map(Into::into);
                config.database.url = config.database.url.or(postgres);
                if config.database.url.is_none() {
                    bail!("Momentum is starting in {}; try again in a moment", folder.display());
                }
                if config.nats.url.is_none() {
                    config.nats.url = NatsServer::url_beside(&folder).map(Into::into);
                    config.nats.keys = Some(NatsServer::keys_beside(&folder));
                }
                Ok(Found::Running(Box::new(Self::elsewhere(config, is_ours.then_some(folder)))))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn elsewhere(config: Config, data_folder: Option<PathBuf>) -> Self {
        Self { config: Arc::new(config), data_folder, postgres: None, nats: None, _folder: None }
    }

    async fn start_in(folder: Folder, mut config: Config, environment: &Environment) -> anyhow::Result<Self> {
        let tools = Tools::find(config.data.tools.as_deref(), environment.get("PATH"));
        let postgres = async {
            if config.database.url.is_some() {
                return Ok::<_, embedded::Error>(None);
            }
            let options = PostgresOptions { connections_max: connections_max(&config), ..PostgresOptions::default() };
            Postgres::start(&folder, &tools.postgres_bin_of(&folder.cluster())?, &options).await.map(Some)
        };
        let nats = async {
            if config.nats.url.is_some() {
                return Ok::<_, embedded::Error>(None);
            }
            NatsServer::start(&folder, &tools.nats_server()?, &NatsOptions::default()).await.map(Some)
        };
        let (postgres, nats) = tokio::try_join!(postgres, nats)?;
        if let Some(postgres) = &postgres {
            config.database.url = Some(postgres.near_url().into());
        }
        if let Some(nats) = &nats {
            config.nats.url = Some(nats.url().into());
            config.nats.keys = Some(nats.keys().to_owned());
        }
        let data_folder = postgres.is_some().then(|| folder.path().to_path_buf());
        Ok(Self { config: Arc::new(config), data_folder, postgres, nats, _folder: Some(folder) })
    }

    /// Whether this process runs the message server, so that no product runs beside it.
    pub fn are_ours(&self) -> bool {
        self.nats.is_some()
    }

    /// What work on these servers is handed, outside of a process that serves.
    pub fn base(&self) -> Base {
        let shutdown = Shutdown::new(Duration::ZERO);
        Base::new(self.config.clone(), self.data_folder.clone(), Health::new(shutdown.clone()), shutdown)
    }

    /// Stops those that are ours, NATS first: Postgres is the truth.
    pub async fn stop(self) {
        if let Some(nats) = self.nats {
            nats.stop().await;
        }
        if let Some(postgres) = self.postgres {
            postgres.stop().await;
        }
    }
}

/// Looks for the programs of a folder that is yet to be made: who lacks one is not left with the beginnings of a folder.
fn look_for_programs(config: &Config, environment: &Environment) -> anyhow::Result<()> {
    if config.database.url.is_some() && config.nats.url.is_some() || folder_path(config)?.exists() {
        return Ok(());
    }
    let tools = Tools::find(config.data.tools.as_deref(), environment.get("PATH"));
    if config.database.url.is_none() {
        tools.postgres_bin()?;
    }
    if config.nats.url.is_none() {
        tools.nats_server()?;
    }
    Ok(())
}

/// Where everything is that it runs by itself.
pub fn folder_path(config: &Config) -> anyhow::Result<PathBuf> {
    if config.data.folder == Path::new(DEFAULT_FOLDER) {
        return Ok(Folder::default_path(&std::env::current_dir().context("no working folder")?)?);
    }
    Ok(config.data.folder.clone())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use runtime::config::{ConfigFlags, load};

    use super::*;

    #[tokio::test]
    async fn who_lacks_a_program_is_not_left_with_a_folder() {
        let place = tempfile::tempdir().expect("folder");
        let (data, tools) = (place.path().join("data"), place.path().join("tools"));
        fs::create_dir(&tools).expect("made");
        for program in ["postgres", "initdb"] {
            fs::write(tools.join(program), "").expect("written");
        }
        let settings = vec![format!("data.tools={}", tools.display())];
        let flags = ConfigFlags { data: Some(data.clone()), settings, ..ConfigFlags::default() };
        let environment = Environment::default();
        let config = load(&flags, &environment).expect("good").config;
        let refused = Servers::start(config, &environment).await.err().expect("refused").to_string();
        assert!(refused.contains("nats-server") && !data.exists(), "{refused}");
    }
}
