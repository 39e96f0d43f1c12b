//! Momentum as people run it: processes of its own program, configured by environment.

use std::{
    ffi::OsString,
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, bail};
use embedded::free_port;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::NamedTempFile;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use crate::{http::Client, machine::resident_mb, servers::Addresses};

/// Two random keys; no secret.
pub const MASTER_KEY: &str = "7d1f4c0e95a83b62e6d0417a2cbb5f908e33d9a1640fc57b18a2ee4d7906f3c5";
/// See [`MASTER_KEY`].
pub const INDEX_KEY: &str = "c25b08f19e746da3d1803fe75ca94b6682d7011ef83a9cc4470e5bb2396df81a";
/// Longer than this it takes in no case to start, or to stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is asked whether it is ready.
const READY_INTERVAL: Duration = Duration::from_millis(2);

/// The program, and the words before its own: this one can stand in for it.
#[derive(Clone, Debug)]
pub struct Program(pub Vec<OsString>);

/// A process of the product, or of a baseline. Dropping it kills it.
pub struct Process {
    child: Child,
    log: NamedTempFile,
    /// Where it serves.
    pub address: SocketAddr,
    admin: SocketAddr,
    /// How long it took until it was ready.
    pub start_up: Duration,
}

impl Program {
    /// The momentum in this very program.
    pub fn own() -> anyhow::Result<Self> {
        Ok(Self(vec![std::env::current_exe()?.into(), "momentum".into()]))
    }

    /// Where the program lies.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.0.first().map(PathBuf::from).unwrap_or_default()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(self.path());
        command.args(&self.0[1..]).args(words).kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::null());
        // What is meant for another momentum, or for whoever runs the tests, is not for this one.
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_setting(&name.to_string_lossy())) {
            command.env_remove(name);
        }
        command
    }

    /// Runs a subcommand on this database to its end.
    pub async fn run(&self, addresses: &Addresses, words: &[&str]) -> anyhow::Result<()> {
        let output = configured(self.command(words), addresses).stderr(Stdio::piped()).output().await?;
        if !output.status.success() {
            bail!("momentum {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// Begins to run a subcommand on this database, which says there what goes wrong.
    pub fn spawn(&self, addresses: &Addresses, words: &[&str], says: File) -> std::io::Result<Child> {
        configured(self.command(words), addresses).stderr(says).spawn()
    }

    /// Starts a role, or `up` for all of them in one process, and waits until it is ready.
    pub async fn start(&self, addresses: &Addresses, role: &str) -> anyhow::Result<Process> {
        let command = configured(self.command(&[role]), addresses);
        Process::start(command, free_address()?, free_address()?).await
    }

    /// Starts everything with servers of its own in this folder.
    pub async fn start_in(&self, folder: &Path) -> anyhow::Result<Process> {
        let mut command = self.command(&["up", "--data"]);
        command.arg(folder);
        Process::start(command, free_address()?, free_address()?).await
    }
}

fn is_setting(variable: &str) -> bool {
    variable.starts_with("MOMENTUM_") || ["DATABASE_URL", "NATS_URL", "RUST_LOG"].contains(&variable)
}

/// Names the servers and the keys, and leaves the rest as it is by default.
fn configured(mut command: Command, addresses: &Addresses) -> Command {
    command
        .env("MOMENTUM_DATABASE__URL", &addresses.postgres)
        .env("MOMENTUM_NATS__URL", &addresses.nats)
        .env("MOMENTUM_NATS__KEYS", &addresses.nats_keys)
        .env("MOMENTUM_VAULT__MASTER_KEY", MASTER_KEY)
        .env("MOMENTUM_VAULT__INDEX_KEY", INDEX_KEY)
        // One person stands for many.
        .env("MOMENTUM_LIMITS__COMMANDS_A_MINUTE", u32::MAX.to_string());
    command
}

impl Process {
    /// Starts a process that is told where to serve, and waits until it is ready.
    async fn start(mut command: Command, address: SocketAddr, admin: SocketAddr) -> anyhow::Result<Self> {
        let log = NamedTempFile::new()?;
        command
            .env("MOMENTUM_SERVER__LISTEN", address.to_string())
            .env("MOMENTUM_SERVER__ADMIN_LISTEN", admin.to_string())
            // Registrations are limited for each client: those of the bench come from as many as they like.
            .env("MOMENTUM_SERVER__TRUSTED_PROXIES", "127.0.0.0/8")
            .env("MOMENTUM_SERVER__REGISTRATION", "open")
            .env("MOMENTUM_LOG__LEVEL", "warn")
            .stderr(File::create(log.path())?);
        let begun = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot run {command:?}"))?;
        let mut process = Self { child, log, address, admin, start_up: Duration::ZERO };
        while !process.is_ready().await {
            if process.child.try_wait()?.is_some() || begun.elapsed() > PATIENCE {
                bail!("it does not start: {}", process.said());
            }
            sleep(READY_INTERVAL).await;
        }
        process.start_up = begun.elapsed();
        Ok(process)
    }

    /// The same for a baseline, which is ready as soon as it takes connections.
    pub async fn baseline(bench: &Path, addresses: &Addresses) -> anyhow::Result<Self> {
        let (address, log) = (free_address()?, NamedTempFile::new()?);
        let mut command = Command::new(bench);
        command.args(["baseline", "--listen", &address.to_string(), "--database", &addresses.postgres]);
        command.kill_on_drop(true).stdin(Stdio::piped()).stderr(File::create(log.path())?);
        let mut process = Self { child: command.spawn()?, log, address, admin: address, start_up: Duration::ZERO };
        let begun = Instant::now();
        while Client::connect(address).await.is_err() {
            if process.child.try_wait()?.is_some() || begun.elapsed() > PATIENCE {
                bail!("the baseline does not start: {}", process.said());
            }
            sleep(READY_INTERVAL).await;
        }
        Ok(process)
    }

    async fn is_ready(&self) -> bool {
        let ask = async {
            Ok::<_, anyhow::Error>(Client::connect(self.admin).await?.ask("GET", "/readyz", "", b"").await?.status)
        };
        ask.await.is_ok_and(|status| status == 200)
    }

    /// What it has written to its log.
    fn said(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap_or_default()
    }

    /// A connection to it.
    pub async fn client(&self) -> anyhow::Result<Client> {
        Client::connect(self.address).await
    }

    /// Reads.
    pub async fn get(&self, path: &str, headers: &str) -> anyhow::Result<Value> {
        self.client().await?.ask("GET", path, headers, b"").await?.json()
    }

    /// A metric, of each of its labels.
    pub async fn metric(&self, name: &str) -> anyhow::Result<Vec<f64>> {
        let mut client = Client::connect(self.admin).await?;
        let answer = client.ask("GET", "/metrics", "", b"").await?;
        let of = |line: &str| {
            let rest = line.strip_prefix(name).filter(|rest| rest.starts_with(['{', ' ']))?;
            rest.rsplit(' ').next()?.parse().ok()
        };
        Ok(String::from_utf8_lossy(answer.body).lines().filter_map(of).collect())
    }

    /// The memory it holds, in MB.
    #[must_use]
    pub fn resident_mb(&self) -> f64 {
        self.child.id().map(resident_mb).unwrap_or_default()
    }

    /// Ends it as an operator would.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.child.id().and_then(|pid| Pid::from_raw(pid.cast_signed())).context("it has ended already")?;
        kill_process(pid, Signal::TERM)?;
        timeout(PATIENCE, self.child.wait()).await.context("it does not stop")??;
        Ok(())
    }
}

/// An address that nobody listens on.
fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(SocketAddr::from(([127, 0, 0, 1], free_port()?)))
}
