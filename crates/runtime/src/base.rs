//! What every service is handed as it starts.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicU64},
};

use domain::{Clock, Ids};
use event_store::{IndexKey, KeySource, Keyring};
use sqlx::PgPool;

use crate::{
    DatabaseRole, Health, KeyError, Progress, RandomIds, Shutdown, SystemClock, VaultKeys,
    config::Config,
    measure::measure,
    pool::{self, PoolError},
    vault_keys::{index_key, master_keys, vault_keys, vault_keys_there},
};

/// What every service is handed as it starts. Cheap to clone.
#[derive(Clone)]
pub struct Base {
    /// The settings, with the addresses of the servers filled in.
    pub config: Arc<Config>,
    /// The data folder, where Momentum runs its own servers: then its keys are kept there too.
    pub data_folder: Option<PathBuf>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// Whether the process is well.
    pub health: Health,
    /// The end of the process.
    pub shutdown: Shutdown,
    /// How far read models have come.
    pub progress: Progress,
    /// How often sessions were ended in this process: by it each service knows that what it keeps of them is out of date.
    pub endings: Arc<AtomicU64>,
}

impl Base {
    /// Of a real process: the system's clock and randomness.
    pub fn new(config: Arc<Config>, data_folder: Option<PathBuf>, health: Health, shutdown: Shutdown) -> Self {
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds));
        let (progress, endings) = (Progress::default(), Arc::default());
        Self { config, data_folder, clock, ids, health, shutdown, progress, endings }
    }

    /// The secret keys, read anew.
    pub fn keys(&self) -> Result<VaultKeys, KeyError> {
        vault_keys(&self.config.vault, self.data_folder.as_deref(), &*self.ids)
    }

    /// The same where they must be there, since what they are for comes from elsewhere.
    pub fn keys_there(&self) -> Result<VaultKeys, KeyError> {
        vault_keys_there(&self.config.vault, self.data_folder.as_deref())
    }

    /// The key of keyed hashes, for those who never open text and have no master key.
    pub fn index_key(&self) -> Result<IndexKey, KeyError> {
        index_key(&self.config.vault, self.data_folder.as_deref(), &*self.ids)
    }

    /// The master keys as they are by now.
    pub fn master_keys(&self) -> Result<Keyring, KeyError> {
        master_keys(&self.config.vault, self.data_folder.as_deref())
    }

    /// Where a process learns of master keys that were made since it started.
    pub fn master_key_source(&self) -> KeySource {
        let base = self.clone();
        Box::new(move || {
            let read = base.master_keys();
            read.inspect_err(|error| tracing::warn!(%error, "master keys cannot be read anew")).ok()
        })
    }

    /// A pool that has the rights of a role of the system, and looks unqualified names up in `search_path`.
    pub async fn pool(&self, role: DatabaseRole, search_path: &str) -> Result<PgPool, PoolError> {
        pool::connect_as(role, &self.config.database, search_path).await
    }

    /// Makes the process unready while Postgres does not answer this role, and measures it.
    pub fn watch_postgres(&self, role: &'static str, pool: PgPool) {
        let stopping = self.shutdown.token();
        let measured = pool.clone();
        tokio::spawn(async move { stopping.run_until_cancelled(measure(role, &measured)).await });
        self.health.check(role, move || {
            let pool = pool.clone();
            async move {
                let answer = pool.acquire().await;
                answer.map(|_| "Postgres answers".to_owned()).map_err(|_| "Postgres does not answer".to_owned())
            }
        });
    }
}
