//! The event store: append, load, execute, read, and sealing of personal text, on Postgres.
//!
//! [`Store::execute`] is the way in: it loads what a command reads, calls the pure decision, and hands events and read
//! versions to the writer, which appends many commands in one transaction. [`Log`] is the way out.

mod batch;
mod cache;
mod command;
mod cursor;
mod error;
mod execute;
mod failure;
mod install;
mod keyring;
mod load;
mod log;
mod memory;
mod plan;
mod row;
mod seal;
mod state;
mod streams;
mod vault;
mod whole;
mod write;
mod writer;

use std::sync::Arc;

use domain::{Clock, Ids, UserId};
use sqlx::PgPool;
use tokio::sync::broadcast;

pub use self::{
    command::{Command, Fingerprint, IndexKey, Receipt},
    cursor::{Cursor, NotACursor},
    error::{Corruption, StoreError},
    execute::{COMMAND_DAYS_KEPT, Moment},
    failure::passes,
    install::{UnfitDatabase, check_durable, check_keys, install},
    keyring::Keyring,
    log::{HistoryFilter, Log, PAGE_EVENTS_MAX, Page, understood},
    streams::{Decision, Loaded, New, ReadVersion, Streams},
    vault::{KeySource, Rotated, Vault},
    whole::{Whole, WholeStream},
    writer::Committed,
};
use crate::{cache::AggregateCache, install::check_index_key, writer::Writer};

/// The event store of one process. Cheap to clone; all clones share one writer.
#[derive(Clone)]
pub struct Store {
    log: Log,
    vault: Arc<Vault>,
    writer: Writer,
    cache: Arc<AggregateCache>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    index_key: IndexKey,
}

impl Store {
    /// Opens the store of this database and starts its writer, which ends when the last clone is dropped. Refuses keys
    /// other than those that the log and the vault were made with.
    pub async fn open(
        pool: PgPool,
        vault: Arc<Vault>,
        index_key: IndexKey,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, StoreError> {
        let log = Log::open(pool.clone()).await?;
        check_index_key(&pool, &index_key).await?;
        vault.check_master_keys().await?;
        let writer = Writer::start(pool, clock.clone());
        Ok(Self { log, vault, writer, cache: Arc::new(AggregateCache::new()), clock, ids, index_key })
    }

    /// The log, for reading.
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// The vault, for opening what was read.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Deletes the key of a person's text, and drops what this process had opened with it.
    pub async fn erase(&self, owner: UserId) -> Result<(), StoreError> {
        self.vault.erase(owner).await?;
        self.cache.clear();
        Ok(())
    }

    /// Drops what this process keeps of those who were erased lately, by whichever process. To be called every second.
    pub async fn forget_erased(&self) -> Result<(), StoreError> {
        if self.vault.forget_erased().await? {
            // Which aggregates hold words of whom is not known; erasures are rare, and what is dropped is read again.
            self.cache.clear();
        }
        Ok(())
    }

    /// The key of fingerprints.
    pub const fn index_key(&self) -> &IndexKey {
        &self.index_key
    }

    /// The clock that decisions are made by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The ids that are given out.
    pub fn ids(&self) -> &dyn Ids {
        &*self.ids
    }

    /// What this process commits from now on, a batch at a time. One that lags reads the log instead.
    pub fn committed(&self) -> broadcast::Receiver<Committed> {
        self.writer.committed()
    }
}
