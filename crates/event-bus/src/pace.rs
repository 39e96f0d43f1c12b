//! Pauses that grow while something keeps failing.

use std::time::Duration;

use tokio::time::Instant;

/// The next pause, doubling from the least to the most, and back at the least after things went well for a while.
#[derive(Debug)]
pub(crate) struct Pace {
    least: Duration,
    most: Duration,
    next: Duration,
    calm_after: Duration,
    last: Option<Instant>,
}

impl Pace {
    /// Begins with no pause at all; `calm_after` without a failure it does so again.
    pub const fn new(least: Duration, most: Duration, calm_after: Duration) -> Self {
        Self { least, most, next: Duration::ZERO, calm_after, last: None }
    }

    /// How long to pause after a failure that happened now.
    pub fn failed(&mut self) -> Duration {
        let now = Instant::now();
        if self.last.is_some_and(|last| now.duration_since(last) >= self.calm_after) {
            self.next = Duration::ZERO;
        }
        self.last = Some(now);
        let pause = self.next;
        self.next = (pause * 2).clamp(self.least, self.most);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn pauses_double_and_are_forgotten_in_calm() {
        let mut pace = Pace::new(SECOND, 3 * SECOND, 10 * SECOND);
        assert_eq!([pace.failed(), pace.failed(), pace.failed(), pace.failed()], [0, 1, 2, 3].map(|n| n * SECOND));
        tokio::time::advance(10 * SECOND).await;
        assert_eq!(pace.failed(), Duration::ZERO);
    }
}
