//! Starts a server as a child that cannot outlive this process, and ends it.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use crate::error::{Result, on};
use crate::log_file;
use crate::user::User;

/// Becomes the server, and leaves a watcher behind that holds the other end of a pipe to this process. When this process
/// ends, however it ends, the pipe closes, and the watcher ends the server by the same steps that [`Server::end`] takes.
/// The watcher is a grandchild, so that the server never finds a stranger among its children.
const LEASH: &str = r#"
server=$$ steps=$1
shift
exec 3<&0 </dev/null
(
  {
    read -r word <&3
    [ "$word" = ended ] && exit
    for step in $steps; do
      kill -s "${step%:*}" "$server" || exit
      seconds=${step#*:}
      while kill -s 0 "$server" && [ "$seconds" -gt 0 ]; do
        sleep 1
        seconds=$((seconds - 1))
      done
    done
  } >/dev/null 2>&1 &
)
exec "$@" 3<&-
"#;

/// What a child finds in its environment besides its own variables. It inherits nothing: ours may hold secrets.
const ENVIRONMENT: [(&str, &str); 2] = [("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LC_ALL", "C")];

/// One way to ask a server to end, and how long it is given before the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub signal: Signal,
    /// The signal as a shell names it.
    pub name: &'static str,
    pub seconds_max: u64,
}

/// The end that nothing can refuse.
pub(crate) const KILL: Step = Step { signal: Signal::KILL, name: "KILL", seconds_max: 5 };

/// How to run a server; the same each time, so that it can be started again.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub name: &'static str,
    pub executable: PathBuf,
    pub arguments: Vec<OsString>,
    pub environment: Vec<(&'static str, OsString)>,
    pub working_folder: PathBuf,
    pub run_as: Option<User>,
    pub log: PathBuf,
    /// From the politest to the last.
    pub ending: &'static [Step],
}

impl Program {
    /// Starts the server. It is not ready yet.
    pub fn launch(&self) -> Result<Server> {
        let log = log_file::open(&self.log)?;
        let log_too = log.try_clone().map_err(on("open", &self.log))?;
        let steps: Vec<_> = self.ending.iter().map(|step| format!("{}:{}", step.name, step.seconds_max)).collect();
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", LEASH, self.name])
            .arg(steps.join(" "))
            .arg(&self.executable)
            .args(&self.arguments)
            .env_clear()
            .envs(ENVIRONMENT)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.working_folder)
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(log_too)
            // Ctrl-C on a terminal reaches the whole foreground group, and the servers must outlive the services' drain.
            .process_group(0);
        if let Some(user) = &self.run_as {
            command.uid(user.uid).gid(user.gid);
        }
        let mut child = command.spawn().map_err(on("run", &self.executable))?;
        let leash = child.stdin.take();
        Ok(Server { child, leash })
    }
}

/// A running server. Dropping it lets the watcher end it.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    leash: Option<ChildStdin>,
}

impl Server {
    /// The server's process id while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Whether it has ended, without waiting.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits until the server ends by itself, and tells the watcher that there is nothing left to end.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        if let Some(mut leash) = self.leash.take() {
            // A watcher that is gone too needs no telling.
            let _ = leash.write_all(b"ended\n").await;
        }
        status
    }

    /// Ends the server, less and less politely.
    pub async fn end(&mut self, steps: &[Step]) {
        for step in steps {
            self.signal(step.signal);
            if timeout(Duration::from_secs(step.seconds_max), self.wait()).await.is_ok() {
                return;
            }
        }
    }

    /// The id is certain to be the server's: until it is waited for, the system gives it to nobody else.
    fn signal(&self, signal: Signal) {
        let pid = self.pid().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // The only refusal possible is that it has just ended.
            let _ = kill_process(pid, signal);
        }
    }
}
