//! A nats-server of one test, to be killed and robbed of its store.

use std::fs;
use std::path::{Path, PathBuf};

use embedded::{Folder, NatsServer};
use tempfile::TempDir;

use crate::{
    Certificate,
    servers::{nats_server, open_to_all, place},
};

/// What `nats.conf` says of how large the store may be.
const NATS_ROOM: &str = "max_file_store: 8GB";

/// A private nats-server. It keeps its port and store across stops, and ends when this is dropped.
#[derive(Debug)]
pub struct NatsOwn {
    server: Option<NatsServer>,
    url: String,
    store: PathBuf,
    folder: Folder,
    /// What its configuration says of that.
    tls: String,
    _place: TempDir,
}

impl NatsOwn {
    /// Starts one with an empty store.
    ///
    /// # Panics
    /// When it cannot be started; so do the other methods.
    pub async fn start() -> Self {
        Self::start_with(String::new()).await
    }

    /// The same with this certificate, without which it talks to nobody.
    pub async fn start_with_tls(certificate: &Certificate) -> Self {
        let (path, key_path) = (certificate.path(), certificate.key_path());
        Self::start_with(format!("tls {{ cert_file: {path:?}, key_file: {key_path:?} }}\n")).await
    }

    async fn start_with(tls: String) -> Self {
        let (place, folder) = place().expect("a temporary folder can be made");
        let server = launch(&folder, NATS_ROOM, &tls).await;
        let (url, store) = (server.url(), server.store().to_path_buf());
        Self { server: Some(server), url, store, folder, tls, _place: place }
    }

    /// Where to connect, the same for ever.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where JetStream keeps its streams.
    #[must_use]
    pub fn store(&self) -> &Path {
        &self.store
    }

    /// Ends it as a crash would. It stays down until [`restart`](Self::restart).
    pub async fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill().await;
        }
    }

    /// Ends it politely. It stays down until [`restart`](Self::restart).
    pub async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }

    /// Starts it again, on the same port and what is in its store by now. One that runs is left alone.
    pub async fn restart(&mut self) {
        self.restart_with(NATS_ROOM).await;
    }

    /// The same with a store that has room for so much, as in `64KB`.
    pub async fn restart_with_room_for(&mut self, size: &str) {
        self.restart_with(&format!("max_file_store: {size}")).await;
    }

    async fn restart_with(&mut self, room: &str) {
        if self.server.is_none() {
            let server = launch(&self.folder, room, &self.tls).await;
            assert_eq!(server.url(), self.url, "somebody took the port meanwhile");
            self.server = Some(server);
        }
    }

    /// Deletes everything it has stored, whether it runs or not.
    pub fn wipe_store(&self) {
        for entry in fs::read_dir(&self.store).into_iter().flatten().flatten() {
            // A running server may put a file back while its folder is being deleted.
            while let Err(error) = fs::remove_dir_all(entry.path()) {
                assert_eq!(error.kind(), std::io::ErrorKind::DirectoryNotEmpty, "{error}");
            }
        }
    }
}

async fn launch(folder: &Folder, room: &str, tls: &str) -> NatsServer {
    let program = nats_server().expect("nats-server is there");
    let options = open_to_all(folder.path()).expect("a configuration");
    let config = options.config.as_deref().expect("a configuration of its own");
    let told = fs::read_to_string(config).expect("the configuration can be read");
    assert!(told.contains(NATS_ROOM), "the configuration tells the store's size as it did");
    fs::write(config, told.replace(NATS_ROOM, room) + tls).expect("the configuration can be written");
    NatsServer::start(folder, &program, &options).await.expect("nats-server starts")
}
