//! The servers as a user meets them: first start, next start, crash, stop, and the death of whoever started them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use embedded::{Durability, Error, Folder, NatsOptions, NatsServer, Postgres, PostgresOptions, Tools};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

/// How long a test waits for something that another process does.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_second_start_keeps_data_and_port_and_is_clean() {
    let place = Place::new();
    let folder = place.open();
    let first = start_postgres(&folder).await;
    let (url, port) = (first.url(), port_of(&first.url()));
    run(&url, "create table kept as select 42 as answer").await;
    first.stop().await;
    let log = fs::read_to_string(folder.log("postgres")).unwrap();
    assert!(log.contains("database system is shut down"), "{log}");

    let second = start_postgres(&folder).await;
    assert_eq!(port_of(&second.url()), port);
    assert_eq!(ask(&url, "select answer from kept").await, 42);
    let log = fs::read_to_string(folder.log("postgres")).unwrap();
    assert!(!log.contains("was not properly shut down"), "{log}");
    second.stop().await;
}

#[tokio::test]
async fn by_default_nothing_that_was_committed_can_be_lost() {
    let place = Place::new();
    let bin = Tools::find(None, None).postgres_bin().unwrap();
    let postgres = Postgres::start(&place.open(), &bin, &PostgresOptions::default()).await.unwrap();
    let mut connection = PgConnection::connect(&postgres.url()).await.unwrap();
    for setting in ["fsync", "full_page_writes", "synchronous_commit", "data_checksums"] {
        let value: String =
            sqlx::query_scalar("select current_setting($1)").bind(setting).fetch_one(&mut connection).await.unwrap();
        assert_eq!(value, "on", "{setting}");
    }
    postgres.stop().await;
}

#[tokio::test]
async fn a_killed_postgres_comes_back_with_its_data() {
    let place = Place::new();
    let postgres = start_postgres(&place.open()).await;
    let url = postgres.url();
    run(&url, "create table kept as select 42 as answer").await;
    let crashed = postgres.pid().unwrap();
    kill(crashed);
    until("Postgres is back", async || postgres.pid().is_some_and(|pid| pid != crashed) && answers(&url).await).await;
    assert_eq!(ask(&url, "select answer from kept").await, 42);
    postgres.stop().await;
}

#[tokio::test]
async fn a_killed_nats_server_comes_back_on_its_port() {
    let place = Place::new();
    let nats = start_nats(&place.open()).await;
    let port = port_of(&nats.url());
    let crashed = nats.pid().unwrap();
    kill(crashed);
    until("nats-server is back", async || {
        nats.pid().is_some_and(|pid| pid != crashed) && TcpStream::connect(("127.0.0.1", port)).await.is_ok()
    })
    .await;
    nats.stop().await;
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

#[tokio::test]
async fn nats_conf_is_accepted_without_complaint() {
    let place = Place::new();
    let folder = place.open();
    start_nats(&folder).await.stop().await;
    let log = fs::read_to_string(folder.log("nats-server")).unwrap();
    let complaints: Vec<_> = log.lines().filter(|line| !line.contains("[INF]")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}

#[tokio::test]
async fn a_nats_server_ended_on_purpose_stays_down_and_starts_again_on_its_port() {
    let place = Place::new();
    let folder = place.open();
    let nats = start_nats(&folder).await;
    let url = nats.url();
    nats.kill().await;
    assert!(TcpStream::connect(("127.0.0.1", port_of(&url))).await.is_err());
    let again = start_nats(&folder).await;
    assert_eq!(again.url(), url);
    again.stop().await;
}

#[tokio::test]
async fn both_servers_die_with_their_parent_and_the_next_one_takes_over() {
    let place = Place::new();
    let mut parent = Parent::start(place.path());
    let first = parent.said.clone();
    run(&first.postgres_url, "create table kept as select 42 as answer").await;
    parent.kill();
    until("both are gone", async || first.pids.iter().all(|pid| test_kill_process(*pid).is_err())).await;

    // Now without waiting: the next parent meets servers that are still ending.
    let mut parent = Parent::start(place.path());
    for _ in 0..2 {
        parent.kill();
        parent = Parent::start(place.path());
    }
    assert_eq!(ask(&parent.said.postgres_url, "select answer from kept").await, 42);
    let last = parent.said.clone();
    parent.terminate();
    assert!(last.pids.iter().all(|pid| test_kill_process(*pid).is_err()), "a clean end waits for its children");
}

#[tokio::test]
async fn a_second_process_on_the_same_folder_is_told_who_has_it() {
    let place = Place::new();
    let mut parent = Parent::start(place.path());
    let refusal = Folder::open(&place.path()).unwrap_err();
    assert!(matches!(&refusal, Error::InUse { holder, .. } if *holder == parent.process.id().to_string()), "{refusal}");
    parent.terminate();
    place.open();
}

#[tokio::test]
async fn a_number_left_in_the_pid_file_does_not_stop_a_start() {
    let place = Place::new();
    let folder = place.open();
    start_postgres(&folder).await.stop().await;
    // This test's own process is alive, and no Postgres.
    let left = format!("{}\n", std::process::id());
    fs::write(folder.path().join("postgres/cluster/postmaster.pid"), left).unwrap();
    let elsewhere = tokio::spawn(async move { start_postgres(&folder).await.stop().await });
    elsewhere.await.unwrap();
}

#[tokio::test]
async fn a_cluster_without_its_password_is_left_alone() {
    let place = Place::new();
    let folder = place.open();
    start_postgres(&folder).await.stop().await;
    fs::remove_file(folder.path().join("postgres.password")).unwrap();
    let bin = Tools::find(None, None).postgres_bin().unwrap();
    let refusal = Postgres::start(&folder, &bin, &PostgresOptions::default()).await.unwrap_err();
    assert!(matches!(refusal, Error::PasswordLost { .. }), "{refusal}");
}

#[tokio::test]
async fn the_password_is_nobody_elses_to_read_and_is_asked_for() {
    let place = Place::new();
    let folder = place.open();
    let postgres = start_postgres(&folder).await;
    let file = folder.path().join("postgres.password");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let password = fs::read_to_string(&file).unwrap();
    let forged = postgres.url().replace(password.trim(), "guessed");
    assert!(PgConnection::connect(&forged).await.is_err());
    postgres.stop().await;
}

#[tokio::test]
async fn who_may_enter_the_folder_comes_in_by_a_socket_also_after_a_crash() {
    let place = Place::new();
    let folder = place.open();
    let postgres = start_postgres(&folder).await;
    let url = postgres.near_url();
    assert!(url.contains("@%2F"), "{url}");
    assert_eq!(Postgres::url_beside(&place.path()), Some(url.clone()));
    let sockets = folder.path().join("postgres/socket");
    assert_eq!(fs::metadata(&sockets).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(ask(&url, "select 42").await, 42);
    let crashed = postgres.pid().unwrap();
    kill(crashed);
    until("Postgres is back", async || postgres.pid().is_some_and(|pid| pid != crashed) && answers(&url).await).await;
    let port = port_of(&postgres.url());
    postgres.stop().await;
    assert_eq!(Postgres::url_beside(&place.path()), None, "nobody is asked on its port who may be a stranger");

    // As a server that was killed leaves it, with a process id that is another's by now: this test's own.
    let left = sockets.join(format!(".s.PGSQL.{port}.lock"));
    fs::create_dir_all(&sockets).unwrap();
    fs::write(left, format!("{}\n", std::process::id())).unwrap();
    let postgres = start_postgres(&folder).await;
    assert_eq!(ask(&postgres.near_url(), "select 42").await, 42);
    postgres.stop().await;
}

#[tokio::test]
async fn a_folder_too_deep_for_a_socket_is_served_over_loopback() {
    let place = Place::new();
    let deep =
        place.path().join("so-deep-that-the-path-of-a-socket-in-it-has-no-place-in-what-the-system-keeps-for-one");
    let folder = Folder::open(&deep).unwrap();
    let postgres = start_postgres(&folder).await;
    assert_eq!(postgres.near_url(), postgres.url());
    assert_eq!(Postgres::url_beside(&deep), Some(postgres.url()));
    assert_eq!(ask(&postgres.near_url(), "select 42").await, 42);
    postgres.stop().await;
}

#[tokio::test]
async fn a_server_that_cannot_start_quotes_its_log() {
    let place = Place::new();
    let folder = place.open();
    let config = place.path().join("broken.conf");
    fs::write(&config, "no_such_setting: 1\n").unwrap();
    let options = NatsOptions { config: Some(config), ..NatsOptions::default() };
    let nats_server = Tools::find(None, None).nats_server().unwrap();
    let refusal = NatsServer::start(&folder, &nats_server, &options).await.unwrap_err();
    assert!(refusal.to_string().contains("no_such_setting"), "{refusal}");
}

/// A place for a data folder that another user can reach, with a space in its path.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let everybody = fs::Permissions::from_mode(0o755);
        Self(tempfile::Builder::new().prefix("momentum test ").permissions(everybody).tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn open(&self) -> Folder {
        Folder::open(&self.path()).unwrap()
    }
}

/// What the parent prints.
#[derive(Clone)]
struct Said {
    postgres_url: String,
    pids: [Pid; 2],
}

/// A process of its own that starts both servers.
struct Parent {
    process: std::process::Child,
    said: Said,
}

impl Parent {
    fn start(folder: impl AsRef<Path>) -> Self {
        use std::io::{BufRead, BufReader};
        let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_embedded"))
            .arg(folder.as_ref())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut next = || lines.next().expect("the parent starts both servers").unwrap();
        let postgres_url = next();
        let _nats_url = next();
        let pids = [next(), next()].map(|pid| Pid::from_raw(pid.parse().unwrap()).unwrap());
        Self { process, said: Said { postgres_url, pids } }
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn terminate(&mut self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        assert!(self.process.wait().unwrap().success());
    }
}

async fn start_postgres(folder: &Folder) -> Postgres {
    let bin = Tools::find(None, None).postgres_bin().unwrap();
    let options = PostgresOptions { durability: Durability::None, ..PostgresOptions::default() };
    Postgres::start(folder, &bin, &options).await.unwrap()
}

async fn start_nats(folder: &Folder) -> NatsServer {
    let nats_server = Tools::find(None, None).nats_server().unwrap();
    NatsServer::start(folder, &nats_server, &NatsOptions::default()).await.unwrap()
}

fn port_of(url: &str) -> u16 {
    let after = url.rsplit(':').next().unwrap();
    after.split('/').next().unwrap().parse().unwrap()
}

fn kill(pid: u32) {
    kill_process(Pid::from_raw(pid.try_into().unwrap()).unwrap(), Signal::KILL).unwrap();
}

async fn answers(url: &str) -> bool {
    PgConnection::connect(url).await.is_ok()
}

async fn run(url: &str, sql: &'static str) {
    sqlx::query(sql).execute(&mut PgConnection::connect(url).await.unwrap()).await.unwrap();
}

async fn ask(url: &str, sql: &'static str) -> i32 {
    sqlx::query_scalar(sql).fetch_one(&mut PgConnection::connect(url).await.unwrap()).await.unwrap()
}

/// Waits for what another process does; there is nothing here that could tell when.
async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done().await {
        assert!(Instant::now() < deadline, "in vain: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}
