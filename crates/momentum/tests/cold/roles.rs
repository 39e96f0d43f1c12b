//! Each role in a process of its own, as a larger installation runs them.

use std::path::{Path, PathBuf};

use embedded::{Durability, Folder, NatsOptions, NatsServer, Postgres, PostgresOptions, Tools};
use tempfile::TempDir;

use crate::program::{Process, program_at, readable_folder, run_by, verify};

/// Keys of a test, which are no secret.
pub const KEYS: (&str, &str) = (
    "7f3c1e9ab2d4586f01e2c3b4a5968778695a4b3c2d1e0f9f8e7d6c5b4a392817",
    "0a1b2c3d4e5f60718293a4b5c6d7e8f9fe0dcbabba9987766554433221100f1e",
);

/// Each role in a process of its own, on a Postgres and a nats-server that the test runs.
pub struct Roles {
    folder: TempDir,
    postgres: Postgres,
    nats: Option<NatsServer>,
    nats_folder: Folder,
    command_api: Option<Process>,
    query_api: Option<Process>,
    workers: Vec<Process>,
    addresses: (String, String),
}

impl Roles {
    pub async fn cold() -> Self {
        let folder = readable_folder();
        let tools = tools();
        let data = Folder::open(&folder.path().join("servers")).expect("folder");
        let options = PostgresOptions { durability: Durability::Full, ..PostgresOptions::default() };
        let postgres = Postgres::start(&data, &tools.postgres_bin().expect("tools"), &options).await.expect("Postgres");
        let nats = start_nats(&data).await;
        let mut roles = Self {
            folder,
            postgres,
            nats: Some(nats),
            nats_folder: data,
            command_api: None,
            query_api: None,
            workers: vec![],
            addresses: Default::default(),
        };
        let mut command_api = roles.start("command-api");
        roles.addresses.0 = command_api.says("Momentum is up:").await;
        let mut query_api = roles.start("query-api");
        roles.addresses.1 = query_api.says("Momentum is up:").await;
        (roles.command_api, roles.query_api) = (Some(command_api), Some(query_api));
        roles.start_workers();
        roles
    }

    pub fn command_address(&self) -> String {
        self.addresses.0.clone()
    }

    pub fn query_address(&self) -> String {
        self.addresses.1.clone()
    }

    pub fn start_workers(&mut self) {
        self.workers = vec![self.start("projector"), self.start("analytics")];
    }

    pub async fn kill_workers(&mut self) {
        for worker in self.workers.drain(..) {
            worker.kill().await;
        }
    }

    /// The nats-server ends at once, and comes back on its port with nothing in its store.
    pub async fn restart_bus_empty(&mut self) {
        let nats = self.nats.take().expect("running");
        let store: PathBuf = nats.store().to_owned();
        nats.kill().await;
        std::fs::remove_dir_all(store).expect("wiped");
        self.nats = Some(start_nats(&self.nats_folder).await);
    }

    pub async fn verify_is_clean(&self) -> Vec<String> {
        verify(&[], &self.environment()).await
    }

    pub async fn stop(mut self) {
        self.stop_roles().await;
        if let Some(nats) = self.nats.take() {
            nats.stop().await;
        }
        self.postgres.stop().await;
        drop(self.folder);
    }

    /// A path beside its servers.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where commands and queries go.
    pub fn addresses(&self) -> (String, String) {
        self.addresses.clone()
    }

    /// Starts a role of another version beside those that run.
    pub fn start_beside(&self, version: &Path, role: &str) -> Process {
        let any_port = [role, "--listen", "127.0.0.1:0", "--set", "server.admin_listen=127.0.0.1:0"];
        Process::start_of(program_at(version), &any_port.map(str::to_owned), &self.environment())
    }

    /// Ends every role of the version that it began with.
    pub async fn stop_roles(&mut self) {
        for process in self.workers.drain(..).chain(self.query_api.take()).chain(self.command_api.take()) {
            process.stop().await;
        }
    }

    /// The database that the roles share.
    pub fn database_url(&self) -> String {
        self.postgres.url()
    }

    /// Everything is as another version says that it must be.
    pub async fn verify_is_clean_by(&self, version: &Path) {
        let output = run_by(program_at(version), &["verify"], &self.environment()).await;
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    fn start(&self, role: &str) -> Process {
        let any_port = [role, "--listen", "127.0.0.1:0", "--set", "server.admin_listen=127.0.0.1:0"];
        Process::start(&any_port.map(str::to_owned), &self.environment())
    }

    /// How the program finds the servers and its keys.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let nats = self.nats.as_ref().expect("running");
        let (nats, keys) = (nats.url(), nats.keys().to_str().expect("a path").to_owned());
        vec![
            ("DATABASE_URL", self.postgres.url()),
            ("NATS_URL", nats),
            ("MOMENTUM_NATS__KEYS", keys),
            ("MOMENTUM_VAULT__MASTER_KEY", KEYS.0.to_owned()),
            ("MOMENTUM_VAULT__INDEX_KEY", KEYS.1.to_owned()),
        ]
    }
}

async fn start_nats(folder: &Folder) -> NatsServer {
    let program = tools().nats_server().expect("tools");
    NatsServer::start(folder, &program, &NatsOptions::default()).await.expect("nats-server")
}

pub fn tools() -> Tools {
    Tools::find(None, None)
}
