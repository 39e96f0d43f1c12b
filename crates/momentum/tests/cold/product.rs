//! The program itself, started, killed and asked, all in one process or each role alone.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::NaiveDate;
use embedded::{Durability, Folder, NatsOptions, NatsServer, Postgres, PostgresOptions, Tools};
use tempfile::TempDir;
use testkit::servers::{NATS_VARIABLE, POSTGRES_15_VARIABLE, POSTGRES_VARIABLE};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::PATIENCE;

const PROGRAM: &str = env!("CARGO_BIN_EXE_momentum");
/// On however busy a machine, no command has more to do than this.
const WORK_MAX: Duration = Duration::from_secs(300);
const LOOK_PAUSE: Duration = Duration::from_millis(50);

/// The program, without the settings of whoever runs the tests.
fn program() -> Command {
    program_at(Path::new(PROGRAM))
}

fn program_at(path: &Path) -> Command {
    let mut command = Command::new(path);
    let of_tests = [POSTGRES_VARIABLE, NATS_VARIABLE, POSTGRES_15_VARIABLE];
    for name in of_tests.into_iter().chain(["DATABASE_URL", "NATS_URL"]) {
        command.env_remove(name);
    }
    command
}

/// The program of a next version, built for the test that is the first to want it.
pub fn next_program() -> PathBuf {
    let program = Path::new(PROGRAM).with_file_name("momentum-next");
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "momentum", "--bin", "momentum-next", "--features", "next-version"]);
    if Path::new(PROGRAM).parent().is_some_and(|folder| folder.ends_with("release")) {
        cargo.arg("--release");
    }
    // What cargo tells this test about its own package would make it build more than that.
    let about_this_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
    for (name, _) in std::env::vars_os() {
        if about_this_package.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            cargo.env_remove(name);
        }
    }
    let status = cargo.env("SQLX_OFFLINE", "true").current_dir(env!("CARGO_MANIFEST_DIR")).status();
    assert!(status.expect("cargo runs").success(), "the next version does not build");
    program
}

/// A process of the program, and what it has said.
pub struct Process {
    child: Child,
    /// Each line of its standard error.
    pub said: Arc<Mutex<Vec<String>>>,
}

impl Process {
    pub fn start(arguments: &[String], environment: &[(&str, String)]) -> Self {
        Self::start_of(program(), arguments, environment)
    }

    fn start_of(mut command: Command, arguments: &[String], environment: &[(&str, String)]) -> Self {
        command.args(arguments);
        command.envs(environment.iter().map(|(name, value)| (*name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("the program starts");
        let said = Arc::new(Mutex::new(vec![]));
        let mut lines = BufReader::new(child.stderr.take().expect("stderr")).lines();
        let heard = said.clone();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                heard.lock().expect("lines").push(line);
            }
        });
        Self { child, said }
    }

    /// What follows `mark` in the first line that has it, once there is one.
    pub async fn says(&mut self, mark: &str) -> String {
        let found = async {
            loop {
                let said = self.said.lock().expect("lines").clone();
                if let Some((_, after)) = said.iter().find_map(|line| line.split_once(mark)) {
                    return after.trim().to_owned();
                }
                if let Ok(Some(status)) = self.child.try_wait() {
                    panic!("the program ended with {status}: {said:#?}");
                }
                sleep(LOOK_PAUSE).await;
            }
        };
        timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("never said {mark:?}: {:#?}", self.said))
    }

    async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }

    pub async fn stop(mut self) {
        let pid = self.child.id().expect("running").to_string();
        Command::new("kill").args(["-TERM", &pid]).status().await.expect("kill");
        let status = timeout(PATIENCE, self.child.wait()).await.expect("ends in time").expect("status");
        assert!(status.success(), "{status}: {:#?}", self.said.lock().expect("lines"));
        let said = self.said.lock().expect("lines");
        let panicked = said.iter().find(|line| line.contains("panicked"));
        assert_eq!(panicked, None);
    }
}

/// Runs the program to its end.
pub async fn run(arguments: &[&str], environment: &[(&str, String)]) -> Output {
    run_by(program(), arguments, environment).await
}

async fn run_by(mut command: Command, arguments: &[&str], environment: &[(&str, String)]) -> Output {
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command.envs(environment.iter().map(|(name, value)| (*name, value)));
    let output = timeout(WORK_MAX, command.output()).await;
    output.unwrap_or_else(|_| panic!("{arguments:?} does not end")).expect("it runs")
}

/// The same where it must succeed; what it printed.
pub async fn done(arguments: &[&str], environment: &[(&str, String)]) -> String {
    let output = run(arguments, environment).await;
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {told}\n{said}");
    told.into_owned()
}

/// The same where it must not; what it said.
pub async fn refused(arguments: &[&str], environment: &[(&str, String)]) -> String {
    let output = run(arguments, environment).await;
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success(), "{arguments:?}: {told}\n{said}");
    said.into_owned()
}

/// The lines of an exported log that are events.
pub fn events_of(exported: &str) -> Vec<String> {
    exported.lines().filter(|line| line.starts_with("{\"event\"")).map(str::to_owned).collect()
}

/// `momentum verify`, which must find nothing: the digests it tells, one line for each read model.
pub async fn verify(arguments: &[&str], environment: &[(&str, String)]) -> Vec<String> {
    let told = done(&[&["verify"], arguments].concat(), environment).await;
    assert!(told.trim_end().ends_with("clean"), "{told}");
    told.lines().filter(|line| line.contains(" rows ")).map(str::to_owned).collect()
}

/// `momentum demo`, as of a day, until it ends; what it printed.
pub async fn demo(address: &str, today: NaiveDate) -> String {
    let output = demo_program(address, today).output();
    let output = timeout(PATIENCE * 5, output).await.expect("the demo ends in time").expect("the demo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// `momentum demo`, which is killed as soon as `enough` says so.
pub async fn demo_cut_off(address: &str, today: NaiveDate, enough: impl Future<Output = ()>) {
    let mut child = demo_program(address, today).kill_on_drop(true).spawn().expect("the demo runs");
    timeout(PATIENCE, enough).await.expect("the demo comes so far");
    child.kill().await.expect("killed");
}

fn demo_program(address: &str, today: NaiveDate) -> Command {
    let mut command = program();
    command.args(["demo", "--address", address, "--seed", "7", "--years", "1", "--today", &today.to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

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

    /// The same, with its metrics at a known address, and these variables.
    pub fn watched(admin: SocketAddr, environment: Vec<(&'static str, String)>) -> Self {
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
        std::fs::remove_dir_all(store).expect("wiped");
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

    /// The same where it must be refused; what it said.
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

/// Keys of a test, which are no secret.
pub const KEYS: (&str, &str) = (
    "7f3c1e9ab2d4586f01e2c3b4a5968778695a4b3c2d1e0f9f8e7d6c5b4a392817",
    "0a1b2c3d4e5f60718293a4b5c6d7e8f9fe0dcbabba9987766554433221100f1e",
);

async fn start_nats(folder: &Folder) -> NatsServer {
    let program = tools().nats_server().expect("tools");
    NatsServer::start(folder, &program, &NatsOptions::default()).await.expect("nats-server")
}

pub fn tools() -> Tools {
    Tools::find(None, None)
}

/// Where the user who runs Postgres gets to as well.
pub fn readable_folder() -> TempDir {
    tempfile::Builder::new().prefix("momentum-cold-").tempdir().expect("folder")
}
