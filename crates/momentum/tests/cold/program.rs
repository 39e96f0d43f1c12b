//! The program as a process: started, told to do something, and asked.

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::NaiveDate;
use tempfile::TempDir;
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

/// The program of another version, without them.
pub fn program_at(path: &Path) -> Command {
    let mut command = Command::new(path);
    let is_setting =
        |name: &str| name.starts_with("MOMENTUM_") || ["DATABASE_URL", "NATS_URL", "RUST_LOG"].contains(&name);
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_setting(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
}

/// The program of a next version, built for the test that is the first to want it.
pub fn next_program() -> PathBuf {
    let program = Path::new(PROGRAM).with_file_name("momentum-next");
    let mut cargo = std::process::Command::new(env!("CARGO"));
    // Named as a program of the workspace and not as one of a package, which would have features of its own and be built
    // from its dependencies on.
    cargo.args(["build", "--quiet", "--workspace", "--bin", "momentum-next", "--features", "momentum/next-version"]);
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

    pub fn start_of(mut command: Command, arguments: &[String], environment: &[(&str, String)]) -> Self {
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

    pub async fn kill(mut self) {
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

pub async fn run_by(mut command: Command, arguments: &[&str], environment: &[(&str, String)]) -> Output {
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

/// Where the user who runs Postgres gets to as well.
pub fn readable_folder() -> TempDir {
    tempfile::Builder::new().prefix("momentum-cold-").tempdir().expect("folder")
}
