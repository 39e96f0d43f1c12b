//! Ending well: readiness goes first, then no more requests are taken, then what is at work ends, then the process.

use std::{
    convert::Infallible,
    error::Error,
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{sleep, timeout},
};
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use crate::problem::chain;

/// How long what is at work may take to end. Whoever stops services kills them after 30 s.
pub const DRAIN_MAX: Duration = Duration::from_secs(25);
/// The exit code after a second signal: the caller wants it now, and what was at work is lost.
const EXIT_FORCED: i32 = 130;

/// The end of the process, as everything that runs in it sees it. Clones share it.
#[derive(Clone, Debug)]
pub struct Shutdown(Arc<State>);

#[derive(Debug)]
struct State {
    linger: Duration,
    unready: CancellationToken,
    stopping: CancellationToken,
    tasks: TaskTracker,
    failed: OnceLock<&'static str>,
}

/// Why the process did not end well.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EndedBadly {
    /// A task failed, which the log told, and took the process with it.
    #[error("{0} failed")]
    Failed(&'static str),
    /// Something did not end in time.
    #[error("{tasks} tasks were still at work after {} s", DRAIN_MAX.as_secs())]
    NotDrained {
        /// How many there were.
        tasks: usize,
    },
}

impl Shutdown {
    /// An end that is not in sight. After [`Shutdown::begin`], requests are still taken for as long as `linger`.
    pub fn new(linger: Duration) -> Self {
        Self(Arc::new(State {
            linger,
            unready: CancellationToken::new(),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            failed: OnceLock::new(),
        }))
    }

    /// Begins the end on SIGTERM or SIGINT; a second one of either ends the process at once.
    pub fn begin_on_signals(&self) -> std::io::Result<()> {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let shutdown = self.clone();
        tokio::spawn(async move {
            let first = either(&mut terminate, &mut interrupt).await;
            tracing::info!(signal = first, "stopping; once more to stop at once");
            shutdown.begin();
            let second = either(&mut terminate, &mut interrupt).await;
            tracing::warn!(signal = second, "stopping at once");
            std::process::exit(EXIT_FORCED);
        });
        Ok(())
    }

    /// Begins the end.
    pub fn begin(&self) {
        self.0.unready.cancel();
        if self.0.linger.is_zero() {
            self.0.stopping.cancel();
        } else {
            let state = self.0.clone();
            tokio::spawn(async move {
                sleep(state.linger).await;
                state.stopping.cancel();
            });
        }
    }

    /// Whether the end has begun, so that no load balancer should send more.
    pub fn has_begun(&self) -> bool {
        self.0.unready.is_cancelled()
    }

    /// Is cancelled when work should end: no more requests are taken, streams are closed, loops stop.
    pub fn token(&self) -> CancellationToken {
        self.0.stopping.clone()
    }

    /// Runs a task that the process cannot do without: if it fails or panics, the end begins, and the process fails.
    /// The end waits for it, so it must heed [`Shutdown::token`].
    pub fn spawn<E>(&self, name: &'static str, task: impl Future<Output = Result<(), E>> + Send + 'static)
    where
        E: Into<Box<dyn Error + Send + Sync>> + Send + 'static,
    {
        let shutdown = self.clone();
        self.0.tasks.spawn(async move {
            // A task within the task, so that a panic is seen here.
            let cause = match tokio::spawn(task).await {
                Ok(Ok(())) => return,
                Ok(Err(error)) => chain(error.into().as_ref()),
                Err(panic) => panic.to_string(),
            };
            tracing::error!(task = name, cause, "task failed, so everything stops");
            let _ = shutdown.0.failed.set(name);
            shutdown.begin();
        });
    }

    /// The same for a task that goes on for ever: the end cuts it off.
    pub fn spawn_endless<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let stop = self.token();
        self.spawn(name, async move {
            stop.run_until_cancelled(task).await;
            Ok::<_, Infallible>(())
        });
    }

    /// Makes the end wait until what this returns is dropped.
    pub fn hold(&self) -> TaskTrackerToken {
        self.0.tasks.token()
    }

    /// Waits until the end has begun and everything has ended, at most [`DRAIN_MAX`] after work should end.
    pub async fn finish(&self) -> Result<(), EndedBadly> {
        self.0.stopping.cancelled().await;
        self.0.tasks.close();
        if timeout(DRAIN_MAX, self.0.tasks.wait()).await.is_err() {
            return Err(EndedBadly::NotDrained { tasks: self.0.tasks.len() });
        }
        self.0.failed.get().map_or(Ok(()), |name| Err(EndedBadly::Failed(name)))
    }
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) -> &'static str {
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_end_waits_for_tasks_that_heed_it() {
        let shutdown = Shutdown::new(Duration::ZERO);
        let token = shutdown.token();
        shutdown.spawn("loop", async move {
            token.cancelled().await;
            sleep(Duration::from_secs(20)).await;
            Ok::<_, io::Error>(())
        });
        shutdown.begin();
        assert_eq!(shutdown.finish().await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_heed_it_is_given_up() {
        let shutdown = Shutdown::new(Duration::ZERO);
        shutdown.spawn("deaf", std::future::pending::<io::Result<()>>());
        shutdown.begin();
        assert_eq!(shutdown.finish().await, Err(EndedBadly::NotDrained { tasks: 1 }));
    }

    #[tokio::test]
    async fn a_failed_task_takes_the_process_with_it() {
        for task in ["error", "panic"] {
            let shutdown = Shutdown::new(Duration::ZERO);
            shutdown.spawn("relay", async move {
                assert_ne!(task, "panic");
                Err(io::Error::other("lost"))
            });
            assert_eq!(shutdown.finish().await, Err(EndedBadly::Failed("relay")));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_are_taken_a_while_after_readiness_is_gone() {
        let shutdown = Shutdown::new(Duration::from_secs(5));
        shutdown.begin();
        assert!(shutdown.has_begun() && !shutdown.token().is_cancelled());
        shutdown.token().cancelled().await;
        assert_eq!(shutdown.finish().await, Ok(()));
    }
}
