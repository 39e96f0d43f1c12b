//! A process of the product, and the supervisor that starts it again whenever it dies.

use std::{
    fs::OpenOptions,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// The pause before a process that died is started again, as a supervisor does.
const RESTART_PAUSE: Duration = Duration::from_millis(200);
/// Longer than this no process takes to end when it is told to.
const STOP_WAIT_MAX: Duration = Duration::from_secs(45);

/// How to start a process: the same each time.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program.
    pub path: PathBuf,
    /// Its words.
    pub words: Vec<String>,
    /// Its variables; it inherits none that configure.
    pub variables: Vec<(String, String)>,
}

impl Program {
    /// The command, with nothing of what is meant for whoever runs this.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_setting(&name.to_string_lossy())) {
            command.env_remove(name);
        }
        command.args(&self.words).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
        command
    }
}

fn is_setting(variable: &str) -> bool {
    variable.starts_with("MOMENTUM_") || ["DATABASE_URL", "NATS_URL", "RUST_LOG"].contains(&variable)
}

/// A process that is kept running.
pub struct Process {
    /// Where its health is told.
    pub admin: SocketAddr,
    log: PathBuf,
    /// Zero while it is down.
    pid: Arc<AtomicU32>,
    starts: Arc<AtomicU64>,
    stop: CancellationToken,
    supervisor: AbortOnDropHandle<()>,
}

impl Process {
    /// Starts it, and again whenever it ends.
    pub fn start(program: Program, log: &Path, admin: SocketAddr) -> anyhow::Result<Self> {
        let (pid, starts, stop) = (Arc::default(), Arc::default(), CancellationToken::new());
        let first = spawn(&program, log)?;
        let keeper = Keeper { program, log: log.to_owned(), pid: Arc::clone(&pid), starts: Arc::clone(&starts) };
        let supervisor = AbortOnDropHandle::new(tokio::spawn(keeper.keep(first, stop.clone())));
        Ok(Self { admin, log: log.to_owned(), pid, starts, stop, supervisor })
    }

    /// Sends a signal; nothing happens while the process is down.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.pid.load(Relaxed)).ok().and_then(Pid::from_raw) {
            // The only refusal possible is that it has just ended.
            let _ = kill_process(pid, signal);
        }
    }

    /// How often it was started.
    #[must_use]
    pub fn starts(&self) -> u64 {
        self.starts.load(Relaxed)
    }

    /// Where it logs to.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Ends it as an operator would, and for good.
    pub async fn stop(self) {
        self.stop.cancel();
        self.signal(Signal::CONT);
        self.signal(Signal::TERM);
        drop(timeout(STOP_WAIT_MAX, self.supervisor).await);
    }
}

struct Keeper {
    program: Program,
    log: PathBuf,
    pid: Arc<AtomicU32>,
    starts: Arc<AtomicU64>,
}

impl Keeper {
    async fn keep(self, first: Child, stop: CancellationToken) {
        let mut child = Some(first);
        loop {
            if let Some(mut running) = child {
                self.pid.store(running.id().unwrap_or_default(), Relaxed);
                self.starts.fetch_add(1, Relaxed);
                drop(running.wait().await);
                self.pid.store(0, Relaxed);
            }
            if stop.run_until_cancelled(sleep(RESTART_PAUSE)).await.is_none() {
                return;
            }
            child = spawn(&self.program, &self.log).ok();
        }
    }
}

/// Starts the program, with its log going on where it ended.
pub(crate) fn spawn(program: &Program, log: &Path) -> anyhow::Result<Child> {
    let said = OpenOptions::new().create(true).append(true).open(log)?;
    program.command().stderr(said).spawn().with_context(|| format!("cannot run {}", program.path.display()))
}
