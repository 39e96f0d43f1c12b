//! What tests are handed instead of the machine's own clock and ids.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Clock, Ids};
use uuid::Uuid;

/// When every test begins.
pub fn beginning() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// A clock that stands still until it is told to go on, or back.
pub struct TestClock {
    now: Mutex<DateTime<Utc>>,
    broken: AtomicBool,
}

impl TestClock {
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { now: Mutex::new(now), broken: AtomicBool::new(false) }
    }

    pub fn pass(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }

    /// Makes the next one who looks panic.
    pub fn break_once(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        assert!(!self.broken.swap(false, Ordering::SeqCst), "the clock is broken, as the test wants it");
        *self.now.lock().unwrap()
    }
}

/// UUIDv7s from the beginning of the test, and bytes of which no two are the same and none are random.
#[derive(Default)]
pub struct TestIds(AtomicU64);

impl TestIds {
    /// A UUIDv7 made at an instant.
    pub fn uuid_at(&self, instant: DateTime<Utc>) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let millis = u64::try_from(instant.timestamp_millis()).unwrap();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

impl Ids for TestIds {
    fn uuid(&self) -> Uuid {
        self.uuid_at(beginning())
    }

    fn fill(&self, bytes: &mut [u8]) {
        let next = self.0.fetch_add(1, Ordering::Relaxed);
        blake3::Hasher::new().update(&next.to_le_bytes()).finalize_xof().fill(bytes);
    }
}
