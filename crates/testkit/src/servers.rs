//! One Postgres and one nats-server for all tests: those that the environment names, or else this process's own.

use std::fs::{self, Permissions};
use std::future::pending;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use embedded::{Durability, Folder, NATS_CONF, NatsOptions, NatsServer, Postgres, PostgresOptions, Tools};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

/// Names a Postgres to use, as its superuser.
pub const POSTGRES_VARIABLE: &str = "MOMENTUM_TEST_POSTGRES_URL";

/// Names a nats-server with JetStream to use.
pub const NATS_VARIABLE: &str = "MOMENTUM_TEST_NATS_URL";

/// Names a nats-server program to start, instead of the one that set-up fetched.
const NATS_PROGRAM_VARIABLE: &str = "MOMENTUM_TEST_NATS_SERVER";

/// Names a Postgres of the oldest major version that is supported, as its superuser.
pub const POSTGRES_15_VARIABLE: &str = "MOMENTUM_TEST_POSTGRES_15_URL";

/// All of these: settings of tests, which the program refuses as none of its own.
pub const VARIABLES: [&str; 4] = [POSTGRES_VARIABLE, NATS_VARIABLE, NATS_PROGRAM_VARIABLE, POSTGRES_15_VARIABLE];

/// Many tests run at once, each with a pool or two.
const CONNECTIONS_MAX: u16 = 400;

/// Each process of Postgres maps its cache when it starts and lets go of it when it ends, and a dropped database is looked
/// for in all of it; a test's data fits a small one.
const SHARED_BUFFERS_MB: u64 = 128;

/// Files in memory: making and dropping a database takes a disk's file system as long as the test in between.
const MEMORY_FOLDER: &str = "/dev/shm";

/// What the databases and logs of the tests that run at once may take of it; with less, they are on disk.
const MEMORY_FREE_MIN: u64 = 6 << 30;

const FOLDER_PREFIX: &str = "momentum-test-";

/// A folder without a lock that is older than this was left by a process that is gone.
const LEFT_OVER_AFTER: Duration = Duration::from_secs(30);

/// Where the servers for tests are.
#[derive(Debug, Clone)]
pub struct TestServers {
    /// The maintenance database of a Postgres, as its superuser.
    pub postgres_admin_url: String,
    /// A nats-server with JetStream.
    pub nats_url: String,
}

/// The servers for tests. The first call may start them, and then takes a second or two.
///
/// # Panics
/// When they cannot be started.
#[must_use]
pub fn servers() -> &'static TestServers {
    static SERVERS: OnceLock<TestServers> = OnceLock::new();
    SERVERS.get_or_init(|| TestServers {
        postgres_admin_url: given(POSTGRES_VARIABLE).unwrap_or_else(|| {
            until_this_process_ends(async || {
                let own = OwnPostgres::start(None).await?;
                Ok((own.admin_url(), own))
            })
        }),
        nats_url: given(NATS_VARIABLE).unwrap_or_else(|| {
            until_this_process_ends(async || {
                let own = OwnNats::start().await?;
                Ok((own.server.url(), own))
            })
        }),
    })
}

/// A Postgres 15, the oldest that is supported, where this machine has Debian's.
///
/// # Panics
/// When it is there and cannot be started.
#[must_use]
pub fn postgres_15() -> Option<String> {
    static POSTGRES: OnceLock<Option<String>> = OnceLock::new();
    let start = || {
        Tools::debian_postgres_bin(15)?;
        Some(until_this_process_ends(async || {
            let own = OwnPostgres::start(Some(15)).await?;
            Ok((own.admin_url(), own))
        }))
    };
    POSTGRES.get_or_init(|| given(POSTGRES_15_VARIABLE).or_else(start)).clone()
}

/// What the environment says, if it says anything.
#[must_use]
pub fn given(variable: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are no service; the runner tells them here where its servers are"
    )]
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}

/// A Postgres in a temporary folder, fast and forgetful.
#[derive(Debug)]
pub struct OwnPostgres {
    server: Postgres,
    /// Removed when this is dropped, so the server comes before it.
    _place: TempDir,
}

impl OwnPostgres {
    /// Starts one: of Debian's major version if one is named, else the one that set-up fetched.
    ///
    /// # Errors
    /// Tells what is in the way.
    pub async fn start(debian_major: Option<u32>) -> anyhow::Result<Self> {
        let (place, folder) = place()?;
        let bin = match debian_major {
            Some(major) => Tools::debian_postgres_bin(major).context("Debian's Postgres is not on this machine")?,
            None => tools().postgres_bin()?,
        };
        let options = PostgresOptions {
            durability: Durability::None,
            connections_max: CONNECTIONS_MAX,
            shared_buffers_mb: SHARED_BUFFERS_MB,
            ..PostgresOptions::default()
        };
        let own = Self { server: Postgres::start(&folder, &bin, &options).await?, _place: place };
        own.hash_passwords_once().await?;
        Ok(own)
    }

    /// Each sign-in would else hash the password thousands of times. Before Postgres 16 that cannot be told.
    async fn hash_passwords_once(&self) -> anyhow::Result<()> {
        let admin: PgConnectOptions = self.admin_url().parse()?;
        let mut connection = admin.connect().await?;
        if connection.server_version_num().is_none_or(|version| version < 160_000) {
            return Ok(connection.close().await?);
        }
        let password = self.server.password();
        for sql in [
            "alter system set scram_iterations = 1",
            "select pg_reload_conf()",
            "set scram_iterations = 1",
            &format!("alter role current_user password '{password}'"),
        ] {
            sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
        }
        Ok(connection.close().await?)
    }

    /// The maintenance database, as the superuser.
    #[must_use]
    pub fn admin_url(&self) -> String {
        self.server.url_of("postgres")
    }

    /// Ends it and removes its folder. Killed, it would leave its shared memory behind for ever.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// A nats-server in a temporary folder.
#[derive(Debug)]
pub struct OwnNats {
    server: NatsServer,
    /// Removed when this is dropped, so the server comes before it.
    _place: TempDir,
}

impl OwnNats {
    /// Starts one.
    ///
    /// # Errors
    /// Tells what is in the way.
    pub async fn start() -> anyhow::Result<Self> {
        let (place, folder) = place()?;
        let server = NatsServer::start(&folder, &nats_server()?, &open_to_all(folder.path())?).await?;
        Ok(Self { server, _place: place })
    }

    /// Where to connect.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Ends it and removes its folder.
    pub async fn stop(self) {
        self.server.kill().await;
    }
}

/// The product's configuration but for who may do what: each test has subjects and streams of its own on one server.
pub(crate) fn open_to_all(place: &Path) -> anyhow::Result<NatsOptions> {
    let (open, _) = NATS_CONF.split_once("\n# Who may do what.").context("nats.conf has that part at its end")?;
    let config = place.join("open.conf");
    fs::write(&config, open)?;
    Ok(NatsOptions { config: Some(config), ..NatsOptions::default() })
}

/// The nats-server to start.
pub(crate) fn nats_server() -> anyhow::Result<PathBuf> {
    match given(NATS_PROGRAM_VARIABLE) {
        Some(program) => Ok(program.into()),
        None => Ok(tools().nats_server()?),
    }
}

/// The programs, as found from the working folder and the `PATH`.
fn tools() -> Tools {
    Tools::find(None, given("PATH").as_deref().map(AsRef::as_ref))
}

/// A temporary folder that the user who runs Postgres can enter.
pub(crate) fn place() -> anyhow::Result<(TempDir, Folder)> {
    let (memory, disk) = (PathBuf::from(MEMORY_FOLDER), std::env::temp_dir());
    // Before it is asked what fits.
    sweep(&memory);
    sweep(&disk);
    let mut place = tempfile::Builder::new();
    let place = place.prefix(FOLDER_PREFIX).permissions(Permissions::from_mode(0o755));
    let in_memory = if fits_in_memory() { place.tempdir_in(memory).ok() } else { None };
    let place = in_memory.map_or_else(|| place.tempdir_in(disk), Ok)?;
    let folder = Folder::open(place.path())?;
    Ok((place, folder))
}

fn fits_in_memory() -> bool {
    let free = rustix::fs::statvfs(MEMORY_FOLDER).map_or(0, |found| found.f_bavail * found.f_frsize);
    // The folder may be promised more than this process may have.
    free.min(embedded::memory().unwrap_or(0) / 2) >= MEMORY_FREE_MIN
}

/// Removes what processes left that ended without a chance to clean up. Another user's folders are not touched: a lock
/// file in there could be a trap.
fn sweep(parent: &Path) {
    let owner = rustix::process::geteuid().as_raw();
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let is_old =
            |found: &fs::Metadata| found.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > LEFT_OVER_AFTER));
        let is_ours = entry.file_name().to_string_lossy().starts_with(FOLDER_PREFIX)
            && entry.metadata().is_ok_and(|found| found.is_dir() && found.uid() == owner && is_old(&found));
        if is_ours && Folder::open(&entry.path()).is_ok() {
            // What stays behind is met again by the next sweep.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Starts something on a thread that lasts as long as the process: the runtime of the test that happens to be first ends
/// with that test. The children notice the end of the process by themselves.
fn until_this_process_ends<Kept>(
    start: impl AsyncFnOnce() -> anyhow::Result<(String, Kept)> + Send + 'static,
) -> String {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime can be made");
        runtime.block_on(async {
            let started = start().await;
            let (url, _kept) = started.expect("a server for tests starts");
            if tell.send(url).is_ok() {
                pending::<()>().await;
            }
        });
    });
    told.recv().expect("a server for tests starts; its thread has told why not")
}
