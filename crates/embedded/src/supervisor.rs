//! Starts a server again whenever it dies, until told to end it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tracing::{error, warn};

use crate::server::{KILL, Program, Server};

/// The pause before the first new start; each further one is twice as long.
const PAUSE_MIN: Duration = Duration::from_millis(100);

/// The longest pause: a server that cannot start is tried for ever, but never in a tight loop.
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// A server that ran this long counts as healthy, and its next pause is the shortest again: one that is brought down every
/// twenty seconds is down for moments, not for half of the time.
const STEADY: Duration = Duration::from_secs(10);

/// How to end a server.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    /// As it likes to be ended.
    Stop,
    /// As a crash would.
    Kill,
}

/// The task that looks after one server. Dropping it ends the server too, without waiting.
#[derive(Debug)]
pub(crate) struct Supervisor {
    tell: oneshot::Sender<Ending>,
    task: JoinHandle<()>,
    /// Zero while the server is down.
    pid: Arc<AtomicU32>,
}

impl Supervisor {
    /// Looks after a server that has just become ready.
    pub fn watch_over(program: Program, server: Server) -> Self {
        let (tell, told) = oneshot::channel();
        let pid = Arc::new(AtomicU32::new(server.pid().unwrap_or_default()));
        let task = tokio::spawn(keep_running(program, server, told, Arc::clone(&pid)));
        Self { tell, task, pid }
    }

    /// The server's process id, unless it is down at this moment.
    pub fn pid(&self) -> Option<u32> {
        Some(self.pid.load(Ordering::Relaxed)).filter(|pid| *pid != 0)
    }

    /// Ends first the supervision, then the server.
    pub async fn end(self, how: Ending) {
        // Either failure means that the task is gone, and with it the server.
        let _ = self.tell.send(how);
        let _ = self.task.await;
    }
}

async fn keep_running(program: Program, mut server: Server, mut told: oneshot::Receiver<Ending>, pid: Arc<AtomicU32>) {
    let mut pause = PAUSE_MIN;
    loop {
        let since = Instant::now();
        tokio::select! {
            told = &mut told => {
                match told {
                    Ok(Ending::Stop) => server.end(program.ending).await,
                    Ok(Ending::Kill) => server.end(&[KILL]).await,
                    Err(_dropped) => {}
                }
                return;
            }
            status = server.wait() => {
                let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                warn!(server = program.name, status, "a server ended by itself; it is started again");
            }
        }
        pid.store(0, Ordering::Relaxed);
        if since.elapsed() >= STEADY {
            pause = PAUSE_MIN;
        }
        server = loop {
            tokio::select! {
                _ = &mut told => return,
                () = sleep(pause) => {}
            }
            pause = (pause * 2).min(PAUSE_MAX);
            match program.launch() {
                Ok(server) => break server,
                Err(error) => error!(server = program.name, %error, "a server could not be started again"),
            }
        };
        pid.store(server.pid().unwrap_or_default(), Ordering::Relaxed);
    }
}
