//! Everything in one process, as `momentum up` runs it.

use std::{net::SocketAddr, path::PathBuf};

use embedded::free_port;
use tempfile::TempDir;

use crate::program::{Process, done, events_of, readable_folder, refused, verify};

/// Everything in one process, on servers of its own, in a folder that was empty.
pub struct Product {
    folder: TempDir,
    running: Option<Process>,
    address: String,
    admin: SocketAddr,
    environment: Vec<(&'static str, String)>,
}

impl Product {
    pub fn cold() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { folder: readable_folder(), running: None, address: String::new(), admin: any, environment: vec![] }
    }

    /// The same, with its metrics at an address of their own, and these variables.
    pub fn watched(environment: Vec<(&'static str, String)>) -> Self {
        let admin = SocketAddr::from(([127, 0, 0, 1], free_port().expect("a port")));
        Self { admin, environment, ..Self::cold() }
    }

    pub async fn up(&mut self) {
        let mut arguments = vec!["up".to_owned()];
        arguments.extend(self.arguments());
        let mut process = Process::start(&arguments, &self.environment);
        self.address = process.says("Momentum is up:").await;
        self.running = Some(process);
    }

    pub fn address(&self) -> String {
        self.address.clone()
    }

    pub async fn kill(&mut self) {
        self.running.take().expect("running").kill().await;
    }

    /// Everything that it has logged so far.
    pub fn logged(&self) -> String {
        self.running.as_ref().expect("running").said.lock().expect("lines").join("\n")
    }

    pub async fn stop(&mut self) {
        self.running.take().expect("running").stop().await;
    }

    /// Takes the files of the bus away under the running server.
    pub fn wipe_bus(&self) {
        let store = self.data().join("nats/store/jetstream");
        assert!(store.exists(), "{}", store.display());
        // It may put a file back while its folder is being deleted.
        while let Err(error) = std::fs::remove_dir_all(&store) {
            assert_eq!(error.kind(), std::io::ErrorKind::DirectoryNotEmpty, "{error}");
        }
    }

    /// And the digests of the read models.
    pub async fn verify_is_clean(&self) -> Vec<String> {
        let arguments = self.arguments();
        verify(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[]).await
    }

    /// Has the program do something on its folder, to its end; what it printed.
    pub async fn does(&self, what: &[&str]) -> String {
        let arguments = self.arguments();
        done(&[what, &arguments.iter().map(String::as_str).collect::<Vec<_>>()].concat(), &[]).await
    }

    /// Has the program begin something on its folder that goes on and on.
    pub fn begins(&self, what: &[&str]) -> Process {
        let arguments: Vec<_> = what.iter().map(|&word| word.to_owned()).chain(self.arguments()).collect();
        Process::start(&arguments, &[])
    }

    /// Has the program do what must be refused; what it said.
    pub async fn fails(&self, what: &[&str]) -> String {
        let arguments = self.arguments();
        refused(&[what, &arguments.iter().map(String::as_str).collect::<Vec<_>>()].concat(), &[]).await
    }

    /// What it tells Prometheus.
    pub async fn metrics(&self) -> String {
        let address = format!("http://{}/metrics", self.admin);
        reqwest::get(address).await.expect("an answer").text().await.expect("text")
    }

    /// Every event of its log, as it is exported.
    pub async fn exported(&self) -> Vec<String> {
        events_of(&self.does(&["events", "export", "-"]).await)
    }

    /// A path beside its data.
    pub fn beside(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().expect("a path").to_owned()
    }

    /// Where it keeps everything.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Has another's keys from the beginning.
    pub fn with_keys_of(self, other: &Self) -> Self {
        let keys = self.data().join("keys");
        std::fs::create_dir_all(&keys).expect("folder");
        for key in ["master.key", "index.key"] {
            std::fs::copy(other.data().join("keys").join(key), keys.join(key)).expect("copied");
        }
        self
    }

    fn arguments(&self) -> Vec<String> {
        let data = self.data();
        let data = data.to_str().expect("a path").to_owned();
        let admin = format!("server.admin_listen={}", self.admin);
        ["--listen", "127.0.0.1:0", "--set", &admin, "--data", &data].map(str::to_owned).to_vec()
    }
}
