//! Postgres and the nats-server, durable as the product runs them, and what can be done to them from outside.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use embedded::{Folder, NatsOptions, NatsServer, Postgres, PostgresOptions, Tools};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{sync::Mutex, time::Instant};

/// Eight processes with their pools and leases, those beside them, and this program.
const CONNECTIONS_MAX: u16 = 250;

/// The servers of one run.
pub struct Servers {
    folder: Folder,
    postgres_bin: PathBuf,
    nats_program: PathBuf,
    database_url: String,
    postgres_address: SocketAddr,
    nats_address: SocketAddr,
    nats_keys: PathBuf,
    nats_store: PathBuf,
    postgres: Mutex<Option<Postgres>>,
    nats: Mutex<Option<NatsServer>>,
}

impl Servers {
    /// Starts them in this folder.
    pub async fn start(path: &Path) -> anyhow::Result<Self> {
        let folder = Folder::open(path)?;
        let tools = Tools::find(None, None);
        let (postgres_bin, nats_program) = (tools.postgres_bin()?, tools.nats_server()?);
        let postgres = Postgres::start(&folder, &postgres_bin, &postgres_options()).await?;
        ease_sign_in(&folder, &postgres)?;
        let nats = NatsServer::start(&folder, &nats_program, &NatsOptions::default()).await?;
        let database_url = postgres.url();
        Ok(Self {
            postgres_address: address(&database_url)?,
            nats_address: address(&nats.url())?,
            nats_keys: nats.keys().to_owned(),
            nats_store: nats.store().to_owned(),
            folder,
            postgres_bin,
            nats_program,
            database_url,
            postgres: Mutex::new(Some(postgres)),
            nats: Mutex::new(Some(nats)),
        })
    }

    /// Where they keep everything.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where Postgres listens, always.
    #[must_use]
    pub const fn postgres_address(&self) -> SocketAddr {
        self.postgres_address
    }

    /// Where the nats-server listens, always.
    #[must_use]
    pub const fn nats_address(&self) -> SocketAddr {
        self.nats_address
    }

    /// The database, as its superuser, by another way if one is given.
    #[must_use]
    pub fn database_url(&self, way: Option<SocketAddr>) -> String {
        let way = way.unwrap_or(self.postgres_address).to_string();
        self.database_url.replace(&self.postgres_address.to_string(), &way)
    }

    /// Another database of the same Postgres.
    #[must_use]
    pub fn other_database_url(&self) -> String {
        self.database_url.replace("/momentum?", "/postgres?")
    }

    /// The nkeys of all who sign in to the nats-server.
    #[must_use]
    pub fn nats_keys(&self) -> &Path {
        &self.nats_keys
    }

    /// Where the nats-server keeps its streams.
    #[must_use]
    pub fn nats_store(&self) -> &Path {
        &self.nats_store
    }

    /// Sends Postgres a signal.
    pub async fn signal_postgres(&self, signal: Signal) {
        let pid = self.postgres.lock().await.as_ref().and_then(Postgres::pid);
        send(pid, signal);
    }

    /// Sends the nats-server a signal.
    pub async fn signal_nats(&self, signal: Signal) {
        let pid = self.nats.lock().await.as_ref().and_then(NatsServer::pid);
        send(pid, signal);
    }

    /// Kills the nats-server, does something while it is down, and starts it again. Tells since when nothing keeps it down.
    pub async fn while_nats_is_down(&self, work: impl AsyncFnOnce() -> anyhow::Result<()>) -> anyhow::Result<Instant> {
        let mut nats = self.nats.lock().await;
        if let Some(running) = nats.take() {
            running.kill().await;
        }
        work().await?;
        let over = Instant::now();
        *nats = Some(NatsServer::start(&self.folder, &self.nats_program, &NatsOptions::default()).await?);
        Ok(over)
    }

    /// Has power cut off, by `cut`, which kills both; and once `mend` has it there again, and all is in order, starts them.
    /// Tells since when there was power.
    pub async fn lose_power(
        &self,
        cut: impl AsyncFnOnce() -> anyhow::Result<()>,
        mend: impl AsyncFnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<Instant> {
        // Nobody else starts one meanwhile.
        let (mut postgres, mut nats) = (self.postgres.lock().await, self.nats.lock().await);
        cut().await?;
        if let Some(running) = postgres.take() {
            running.kill().await;
        }
        if let Some(running) = nats.take() {
            running.kill().await;
        }
        mend().await?;
        let over = Instant::now();
        *postgres = Some(Postgres::start(&self.folder, &self.postgres_bin, &postgres_options()).await?);
        *nats = Some(NatsServer::start(&self.folder, &self.nats_program, &NatsOptions::default()).await?);
        Ok(over)
    }

    /// How a client of the nats-server connects with the rights of a role.
    pub fn nats_options(&self, role: &str) -> anyhow::Result<async_nats::ConnectOptions> {
        let seed = std::fs::read_to_string(embedded::seed_path(&self.nats_keys, role))?;
        let options = async_nats::ConnectOptions::with_nkey(seed.trim().to_owned());
        Ok(options.custom_inbox_prefix(format!("_INBOX_{role}")).request_timeout(Some(Duration::from_secs(2))))
    }

    /// Ends them.
    pub async fn stop(self) {
        if let Some(nats) = self.nats.into_inner() {
            nats.stop().await;
        }
        if let Some(postgres) = self.postgres.into_inner() {
            postgres.stop().await;
        }
    }
}

/// Has sessions send the password itself. By `scram-sha-256` a client hashes it thousands of times, for which an
/// unoptimised program needs so long that, when all come back at once, none gets in before it gives up.
fn ease_sign_in(folder: &Folder, postgres: &Postgres) -> anyhow::Result<()> {
    let rules = folder.path().join("postgres/cluster/pg_hba.conf");
    let eased = std::fs::read_to_string(&rules)?.replace("scram-sha-256", "password");
    std::fs::write(&rules, eased)?;
    send(postgres.pid(), Signal::HUP);
    Ok(())
}

fn postgres_options() -> PostgresOptions {
    PostgresOptions { connections_max: CONNECTIONS_MAX, ..PostgresOptions::default() }
}

/// Host and port of a URL.
fn address(url: &str) -> anyhow::Result<SocketAddr> {
    let after_host = url.rsplit_once('@').or_else(|| url.split_once("://")).map(|(_, rest)| rest);
    let host = after_host.and_then(|rest| rest.split('/').next()).context("no address")?;
    host.parse().context("no address")
}

fn send(pid: Option<u32>, signal: Signal) {
    if let Some(pid) = pid.and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw) {
        // The only refusal possible is that it has just ended.
        let _ = kill_process(pid, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_with_and_without_who_signs_in() {
        let wanted: SocketAddr = "127.0.0.1:5432".parse().expect("an address");
        assert_eq!(
            address("postgres://momentum:secret@127.0.0.1:5432/momentum?sslmode=disable").expect("found"),
            wanted
        );
        assert_eq!(address("nats://127.0.0.1:5432").expect("found"), wanted);
    }
}
