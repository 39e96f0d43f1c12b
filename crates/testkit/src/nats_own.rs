//! A nats-server of one test, to be killed and robbed of its store.

use std::fs;
use std::path::{Path, PathBuf};

use embedded::{Folder, NatsServer};
use tempfile::TempDir;

use crate::servers::{open_to_all, place, tools};

/// A private nats-server. It keeps its port and store across stops, and ends when this is dropped.
#[derive(Debug)]
pub struct NatsOwn {
    server: Option<NatsServer>,
    url: String,
    store: PathBuf,
    folder: Folder,
    _place: TempDir,
}

impl NatsOwn {
    /// Starts one with an empty store.
    ///
    /// # Panics
    /// When it cannot be started; so do the other methods.
    pub async fn start() -> Self {
        let (place, folder) = place().expect("a temporary folder can be made");
        let server = launch(&folder).await;
        let (url, store) = (server.url(), server.store().to_path_buf());
        Self { server: Some(server), url, store, folder, _place: place }
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
        if self.server.is_none() {
            let server = launch(&self.folder).await;
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

async fn launch(folder: &Folder) -> NatsServer {
    let program = tools().nats_server().expect("nats-server is there");
    let options = open_to_all(folder.path()).expect("a configuration");
    NatsServer::start(folder, &program, &options).await.expect("nats-server starts")
}
