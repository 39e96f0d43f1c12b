//! Ends a server of an earlier run that is still there.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, kill_process, test_kill_process};
use tokio::time::sleep;
use tracing::warn;

use crate::error::{Error, Result, on};
use crate::server::Step;

/// How often a server that was told to end is looked at.
const POLL: Duration = Duration::from_millis(20);

/// Ends the process that a pid file names, if it is the server that works in this folder. The folder's lock is ours, so it
/// can only be one whose watcher was killed with it, or has not finished. Otherwise the file is cleared away: by now the
/// number may be any process's, and Postgres would refuse to start.
pub(crate) async fn end(pid_file: &Path, working_folder: &Path, steps: &[Step]) -> Result<()> {
    let Ok(text) = fs::read_to_string(pid_file) else { return Ok(()) };
    let named = text.lines().next().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw);
    let Some(pid) = named.filter(|pid| works_in(*pid, working_folder)) else {
        return fs::remove_file(pid_file).map_err(on("remove", pid_file));
    };
    warn!(pid = pid.as_raw_pid(), "a server of an earlier run is still there; it is ended first");
    for step in steps {
        // A refusal can only mean that it has just ended, which the next look tells.
        let _ = kill_process(pid, step.signal);
        let mut waited = Duration::ZERO;
        while waited < Duration::from_secs(step.seconds_max) {
            if test_kill_process(pid).is_err() || !works_in(pid, working_folder) {
                return Ok(());
            }
            sleep(POLL).await;
            waited += POLL;
        }
    }
    Err(Error::PredecessorStays { pid: pid.as_raw_pid(), folder: working_folder.to_path_buf() })
}

/// Whether a process is the server of this folder. Linux tells where a process works; elsewhere the folder stands on the
/// server's command line.
fn works_in(pid: Pid, folder: &Path) -> bool {
    let pid = pid.as_raw_pid();
    if Path::new("/proc/self").exists() {
        return fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|found| found == folder);
    }
    let listed = std::process::Command::new("ps").args(["-ww", "-o", "args=", "-p", &pid.to_string()]).output();
    listed.is_ok_and(|found| String::from_utf8_lossy(&found.stdout).contains(&*folder.to_string_lossy()))
}
