//! The real clock and the real source of ids and randomness; the only place that asks the machine for either.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use domain::{Clock, Ids};
use rand::{TryRng, rngs::SysRng};
use uuid::Uuid;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is handed")]
    fn now(&self) -> DateTime<Utc> {
        let now = Utc::now();
        // Postgres keeps microseconds, and an instant must be the same before and after it was stored.
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }
}

/// UUIDv7s, and the operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "these are the ids that everybody else is handed")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness there are no keys and no tokens, so there is nothing better to do than to stop.
        SysRng.try_fill_bytes(bytes).expect("the operating system gives randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_has_no_more_than_microseconds() {
        assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1000, 0);
    }

    #[test]
    fn ids_made_one_after_the_other_sort_that_way() {
        let ids: Vec<_> = (0..1000).map(|_| RandomIds.uuid()).collect();
        assert!(ids.is_sorted() && ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn randomness_fills_every_byte() {
        let mut bytes = [0_u8; 64];
        RandomIds.fill(&mut bytes);
        assert!(bytes[32..].iter().any(|byte| *byte != 0));
    }
}
