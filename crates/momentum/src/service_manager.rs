//! What systemd is told of this process, where it is systemd that started it: ready, stopping, and still alive.

use std::time::Duration;

use runtime::Shutdown;
use sd_notify::NotifyState;
use tokio::time::interval;

/// Without a watchdog nothing is due, and looking at the clock this often costs nothing.
const IDLE: Duration = Duration::from_secs(3600);

/// Says that the process is ready, and from then on that it is alive, until its end begins; that is said, too.
///
/// The watchdog is fed by a task like any other, so a process whose tasks no longer run is started anew.
pub fn tell(shutdown: &Shutdown) {
    say(&[NotifyState::Ready]);
    let stopping = shutdown.token();
    // Twice within the time that systemd waits, as its manual asks.
    let mut alive = interval(sd_notify::watchdog_enabled().map_or(IDLE, |patience| patience / 2));
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = alive.tick() => say(&[NotifyState::Watchdog]),
                () = stopping.cancelled() => return say(&[NotifyState::Stopping]),
            }
        }
    });
}

/// Without systemd this does nothing.
fn say(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(error = &error as &dyn std::error::Error, "systemd could not be told");
    }
}
