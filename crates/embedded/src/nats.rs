//! A private nats-server with JetStream, on loopback, run with the repository's `nats.conf`.

use std::ffi::{OsStr, OsString};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;

use crate::error::{Result, on};
use crate::folder::Folder;
use crate::nats_keys::NatsKeys;
use crate::predecessor;
use crate::private::make_private;
use crate::server::{KILL, Program, Step};
use crate::start::{Answer, start};
use crate::supervisor::{Ending, Supervisor};

const NAME: &str = "nats-server";
/// Where the nkeys lie within the data folder.
const KEYS: &str = "nats/keys";

/// The configuration, in the program so that an installed one needs no checkout.
pub const NATS_CONF: &str = include_str!("../../../nats.conf");

const ENDING: [Step; 2] = [Step { signal: Signal::TERM, name: "TERM", seconds_max: 10 }, KILL];

/// What can be chosen about a private nats-server.
#[derive(Debug, Clone, Default)]
pub struct NatsOptions {
    /// Another configuration than [`NATS_CONF`]; it is given the same variables.
    pub config: Option<PathBuf>,
    /// A fixed port; else the same free one as the last time.
    pub port: Option<u16>,
}

/// A running nats-server, started again whenever it dies. Dropping it ends it without waiting.
#[derive(Debug)]
pub struct NatsServer {
    port: u16,
    store: PathBuf,
    keys: PathBuf,
    supervisor: Supervisor,
    /// Keeps the folder locked while the server runs.
    _folder: Folder,
}

impl NatsServer {
    /// Starts the nats-server of this folder and waits until it answers.
    ///
    /// # Errors
    /// Tells what is in the way, and the end of the server's log.
    pub async fn start(folder: &Folder, executable: &Path, options: &NatsOptions) -> Result<Self> {
        let home = folder.path().join("nats");
        make_private(&home)?;
        let store = home.join("store");
        let config = match &options.config {
            Some(config) => std::fs::canonicalize(config).map_err(on("find", config))?,
            None => {
                // Written each time, so that a newer program brings its newer configuration.
                folder.keep("nats/nats.conf", NATS_CONF)?;
                home.join("nats.conf")
            }
        };
        let keys = folder.path().join(KEYS);
        let who = NatsKeys::open(&keys)?.variables()?;
        let server_name = server_name(&home);
        let pid_file = home.join("nats-server.pid");
        predecessor::end(&pid_file, &home, &ENDING).await?;
        let arguments: [&OsStr; 6] = [
            "--config".as_ref(),
            config.as_ref(),
            "--pid".as_ref(),
            pid_file.as_ref(),
            "--name".as_ref(),
            server_name.as_ref(),
        ];
        let program = |port: u16| Program {
            name: NAME,
            executable: executable.to_path_buf(),
            arguments: arguments.map(OsString::from).into(),
            environment: [("MOMENTUM_NATS_PORT", port.to_string().into()), ("MOMENTUM_NATS_STORE", quoted(&store))]
                .into_iter()
                .chain(who.iter().map(|(variable, public)| (*variable, public.into())))
                .collect(),
            working_folder: home.clone(),
            run_as: None,
            log: folder.log(NAME),
            ending: &ENDING,
        };
        let (port, supervisor) = start(folder, options.port, NAME, program, |port| ask(port, &server_name)).await?;
        Ok(Self { port, store, keys, supervisor, _folder: folder.clone() })
    }

    /// Where to connect.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Where the nats-server of this folder answers that another process runs; none, if the folder never had one.
    #[must_use]
    pub fn url_beside(folder: &Path) -> Option<String> {
        let port: u16 = std::fs::read_to_string(folder.join(format!("{NAME}.port"))).ok()?.trim().parse().ok()?;
        Some(format!("nats://127.0.0.1:{port}"))
    }

    /// The folder of the nkeys to sign in with.
    #[must_use]
    pub fn keys(&self) -> &Path {
        &self.keys
    }

    /// The same, of the nats-server of this folder that another process runs.
    #[must_use]
    pub fn keys_beside(folder: &Path) -> PathBuf {
        folder.join(KEYS)
    }

    /// Where JetStream keeps its streams. Deleting it loses nothing that Postgres does not have.
    #[must_use]
    pub fn store(&self) -> &Path {
        &self.store
    }

    /// The process id of the server, unless it is down at this moment.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.supervisor.pid()
    }

    /// Ends the server with everything written out.
    pub async fn stop(self) {
        self.supervisor.end(Ending::Stop).await;
    }

    /// Ends the server as a crash would, and leaves it down.
    pub async fn kill(self) {
        self.supervisor.end(Ending::Kill).await;
    }
}

/// nats-server reads the value of a variable as a piece of configuration: unquoted, a space would end a path.
fn quoted(path: &Path) -> OsString {
    let mut value = OsString::from("'");
    value.push(path);
    value.push("'");
    value
}

/// Told in the greeting, so that it is known for this folder's server and no other.
fn server_name(home: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    home.hash(&mut hasher);
    format!("momentum-{:016x}", hasher.finish())
}

/// The server greets only after JetStream has recovered its streams.
async fn ask(port: u16, server_name: &str) -> Answer {
    let greeting = async {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).await?;
        std::io::Result::Ok(line)
    };
    match greeting.await {
        Ok(line) if line.starts_with("INFO ") && line.contains(server_name) => Answer::Ready,
        Ok(line) => Answer::NotYet(format!("it greets with {line:?}")),
        Err(error) => Answer::NotYet(error.to_string()),
    }
}
