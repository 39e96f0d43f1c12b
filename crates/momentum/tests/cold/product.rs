//! The program itself, started, killed and asked, all in one process or each role alone.

use std::{
    net::SocketAddr,
    path::PathBuf,
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
const LOOK_PAUSE: Duration = Duration::from_millis(50);

/// The program, without the settings of whoever runs the tests.
fn program() -> Command {
    let mut command = Command::new(PROGRAM);
    let of_tests = [POSTGRES_VARIABLE, NATS_VARIABLE, POSTGRES_15_VARIABLE];
    for name in of_tests.into_iter().chain(["DATABASE_URL", "NATS_URL"]) {
        command.env_remove(name);
    }
    command
}

/// A process of the program, and what it has said.
pub struct Process {
    child: Child,
    /// Each line of its standard error.
    pub said: Arc<Mutex<Vec<String>>>,
}

impl Process {
    pub fn start(arguments: &[String], environment: &[(&str, String)]) -> Self {
        let mut command = program();
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
    let mut command = program();
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command.envs(environment.iter().map(|(name, value)| (*name, value)));
    timeout(PATIENCE, command.output()).await.expect("it ends in time").expect("it runs")
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
        roles.start_workers().await;
        roles
    }

    pub fn command_address(&self) -> String {
        self.addresses.0.clone()
    }

    pub fn query_address(&self) -> String {
        self.addresses.1.clone()
    }

    pub async fn start_workers(&mut self) {
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
        for process in self.workers.drain(..).chain(self.query_api.take()).chain(self.command_api.take()) {
            process.stop().await;
        }
        if let Some(nats) = self.nats.take() {
            nats.stop().await;
        }
        self.postgres.stop().await;
        drop(self.folder);
    }

    fn start(&self, role: &str) -> Process {
        let any_port = [role, "--listen", "127.0.0.1:0", "--set", "server.admin_listen=127.0.0.1:0"];
        Process::start(&any_port.map(str::to_owned), &self.environment())
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
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

fn tools() -> Tools {
    Tools::find(None, None)
}

/// Where the user who runs Postgres gets to as well.
pub fn readable_folder() -> TempDir {
    tempfile::Builder::new().prefix("momentum-cold-").tempdir().expect("folder")
}
