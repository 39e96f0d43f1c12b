//! What tests are handed instead of the machine's own clock and ids.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use domain::{Clock, Ids};
use uuid::Uuid;

/// The machine's clock after all: commands must be younger than what is kept of them.
pub struct TestClock;

impl Clock for TestClock {
    #[expect(clippy::disallowed_methods, reason = "a test has no other clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// UUIDv7s, and bytes that are not random at all.
#[derive(Default)]
pub struct TestIds(AtomicU64);

impl Ids for TestIds {
    #[expect(clippy::disallowed_methods, reason = "a test has no other ids")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn fill(&self, bytes: &mut [u8]) {
        let next = self.0.fetch_add(1, Ordering::Relaxed);
        blake3::Hasher::new().update(&next.to_le_bytes()).finalize_xof().fill(bytes);
    }
}
