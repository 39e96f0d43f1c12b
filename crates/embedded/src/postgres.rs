//! A private Postgres: durable, on loopback, behind a password of its own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, PgConnection};

use crate::cluster::{Cluster, PASSWORD_FILE, SUPERUSER, socket_folder_beside, socket_path};
use crate::error::Result;
use crate::folder::Folder;
use crate::memory::memory;
use crate::server::{KILL, Program, Step};
use crate::start::{Answer, start};
use crate::supervisor::{Ending, Supervisor};

const NAME: &str = "postgres";

/// The database that `url` names.
const DATABASE: &str = "momentum";

/// What Postgres' cache has of the memory there is: others have the machine as well, and what it lacks, the system's cache of
/// files may have. It takes it as its data grows.
const SHARED_BUFFERS_SHARE: u64 = 8;

/// But so much whatever there is, which is what Postgres has by default; and no more than this, for to drop a table it looks
/// through all of it.
const SHARED_BUFFERS_MB: (u64, u64) = (128, 4_096);

/// Postgres' "the database system is starting up": after a crash, it makes good what was under way.
const STARTING_UP: &str = "57P03";

/// Postgres' "too many connections", which passes, too.
const TOO_MANY: &str = "53300";

/// First "fast": sessions are ended and everything is written out. Then "immediate": the next start replays the log, and
/// nothing is lost either.
pub(crate) const ENDING: [Step; 3] = [
    Step { signal: Signal::INT, name: "INT", seconds_max: 30 },
    Step { signal: Signal::QUIT, name: "QUIT", seconds_max: 5 },
    KILL,
];

/// Whether what was committed survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It does.
    Full,
    /// It does not: `fsync` is off. For tests, which it makes several times as fast.
    None,
}

impl Durability {
    /// How sessions prove that they know the password. `scram-sha-256` makes the client hash it thousands of times, for
    /// which an unoptimised test program takes 30 ms a connection.
    pub(crate) fn sign_in(self) -> &'static str {
        match self {
            Self::Full => "scram-sha-256",
            Self::None => "password",
        }
    }
}

/// What can be chosen about a private Postgres.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// See [`Durability`].
    pub durability: Durability,
    /// How many sessions there can be.
    pub connections_max: u16,
    /// Postgres' own cache; the system's cache of files serves the rest.
    pub shared_buffers_mb: u64,
    /// A fixed port; else the same free one as the last time.
    pub port: Option<u16>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        let shared_buffers_mb = shared_buffers_mb(memory());
        Self { durability: Durability::Full, connections_max: 100, shared_buffers_mb, port: None }
    }
}

/// As fits so many bytes of memory.
fn shared_buffers_mb(memory: Option<u64>) -> u64 {
    let (least, most) = SHARED_BUFFERS_MB;
    memory.map_or(least, |bytes| ((bytes / SHARED_BUFFERS_SHARE) >> 20).clamp(least, most))
}

/// A running Postgres, started again whenever it dies. Dropping it ends it without waiting.
#[derive(Debug)]
pub struct Postgres {
    port: u16,
    socket_folder: Option<PathBuf>,
    password: String,
    supervisor: Supervisor,
    /// Keeps the folder locked while the server runs.
    _folder: Folder,
}

impl Postgres {
    /// Starts the Postgres of this folder with the programs in `bin`, and waits until it answers. The first time makes the
    /// cluster. Root has it run by the user `postgres` or `nobody`, and copies the programs where that one cannot reach
    /// them.
    ///
    /// # Errors
    /// Tells what is in the way, and the end of the server's log.
    pub async fn start(folder: &Folder, bin: &Path, options: &PostgresOptions) -> Result<Self> {
        let cluster = Cluster::open(folder, bin, options.durability).await?;
        let (port, supervisor) = start(
            folder,
            options.port,
            NAME,
            |port| program(folder, &cluster, options, port),
            // By the socket, to which no stranger can answer: whoever took the port would be told the password.
            |port| ask(near_url(cluster.socket_folder.as_deref(), port, &cluster.password, "postgres")),
        )
        .await?;
        let Cluster { socket_folder, password, .. } = cluster;
        Ok(Self { port, socket_folder, password, supervisor, _folder: folder.clone() })
    }

    /// Where to connect as the superuser, for sqlx.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(DATABASE)
    }

    /// The same, for another database of this server.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        url(self.port, &self.password, database)
    }

    /// The same for who may enter the data folder, by the socket in there: a question and its answer take a third less time
    /// than over loopback. Over loopback all the same, where the folder lies too deep for a socket.
    #[must_use]
    pub fn near_url(&self) -> String {
        self.near_url_of(DATABASE)
    }

    /// The same, for another database of this server.
    #[must_use]
    pub fn near_url_of(&self, database: &str) -> String {
        near_url(self.socket_folder.as_deref(), self.port, &self.password, database)
    }

    /// What the superuser signs in with.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// Where the Postgres of this folder answers that another process runs; none, if it has none yet.
    #[must_use]
    pub fn url_beside(folder: &Path) -> Option<String> {
        let kept = |file: &str| std::fs::read_to_string(folder.join(file)).ok();
        let port = kept(&format!("{NAME}.port"))?.trim().parse().ok()?;
        let socket_folder = socket_folder_beside(folder);
        if socket_folder.as_deref().is_some_and(|folder| !socket_path(folder, port).exists()) {
            return None;
        }
        Some(near_url(socket_folder.as_deref(), port, kept(PASSWORD_FILE)?.trim(), DATABASE))
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

/// TLS is left out: nothing leaves the machine.
fn url(port: u16, password: &str, database: &str) -> String {
    format!("postgres://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}?sslmode=disable")
}

fn near_url(socket_folder: Option<&Path>, port: u16, password: &str, database: &str) -> String {
    let Some(socket_folder) = socket_folder else { return url(port, password, database) };
    let options = PgConnectOptions::new_without_pgpass().socket(socket_folder).port(port);
    let options = options.username(SUPERUSER).password(password).database(database).ssl_mode(PgSslMode::Disable);
    options.to_url_lossy().to_string()
}

fn program(folder: &Folder, cluster: &Cluster, options: &PostgresOptions, port: u16) -> Program {
    let durable = options.durability == Durability::Full;
    // A list of folders, so one with a comma in its name is quoted.
    let quoted = |folder: &str| format!("\"{}\"", folder.replace('"', "\"\""));
    let socket_folders = cluster.socket_folder.as_deref().and_then(Path::to_str).map(quoted).unwrap_or_default();
    let settings = [
        ("listen_addresses", "127.0.0.1".to_owned()),
        ("unix_socket_directories", socket_folders),
        ("max_connections", options.connections_max.to_string()),
        ("shared_buffers", format!("{}MB", options.shared_buffers_mb)),
        // Written out although they are the defaults, since the log must be able to rely on them.
        ("fsync", if durable { "on" } else { "off" }.to_owned()),
        ("full_page_writes", "on".to_owned()),
        ("synchronous_commit", "on".to_owned()),
        // What a backup that nobody takes any more may keep of the WAL; the next one then copies all files again.
        ("max_slot_wal_keep_size", "8GB".to_owned()),
        // Compiling a query takes longer than any of ours runs.
        ("jit", "off".to_owned()),
        ("timezone", "UTC".to_owned()),
        ("log_timezone", "UTC".to_owned()),
    ];
    let mut arguments: Vec<OsString> = vec!["-D".into(), cluster.data.clone().into(), "-p".into()];
    arguments.push(port.to_string().into());
    for (name, value) in settings {
        arguments.extend(["-c".into(), format!("{name}={value}").into()]);
    }
    Program {
        name: NAME,
        executable: cluster.bin.join("postgres"),
        arguments,
        environment: Vec::new(),
        working_folder: cluster.data.clone(),
        run_as: cluster.run_as.clone(),
        log: folder.log(NAME),
        ending: &ENDING,
    }
}

/// Ready is a server that takes connections and has the database.
async fn ask(admin_url: String) -> Answer {
    match prepare(&admin_url).await {
        Ok(()) => Answer::Ready,
        Err(error) => match &error {
            sqlx::Error::Io(_) => Answer::NotYet(error.to_string()),
            sqlx::Error::Database(refusal) if refusal.code().is_some_and(|code| code == STARTING_UP) => {
                Answer::Recovering(error.to_string())
            }
            sqlx::Error::Database(refusal) if refusal.code().is_some_and(|code| code == TOO_MANY) => {
                Answer::NotYet(error.to_string())
            }
            _ => Answer::Never(error.into()),
        },
    }
}

async fn prepare(admin_url: &str) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(admin_url).await?;
    let found = sqlx::query_scalar("select exists (select from pg_database where datname = $1)");
    if !found.bind(DATABASE).fetch_one(&mut connection).await? {
        sqlx::query("create database momentum").execute(&mut connection).await?;
    }
    connection.close().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_an_eighth_of_the_memory_within_bounds() {
        let gib = |number: u64| Some(number << 30);
        assert_eq!(shared_buffers_mb(gib(24)), 3_072);
        assert_eq!(shared_buffers_mb(gib(1)), 128);
        assert_eq!(shared_buffers_mb(Some(500 << 20)), 128);
        assert_eq!(shared_buffers_mb(gib(256)), 4_096);
        assert_eq!(shared_buffers_mb(None), 128);
    }
}
